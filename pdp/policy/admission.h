// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_POLICY_ADMISSION_H_
#define PULLGATE_PDP_POLICY_ADMISSION_H_

#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/policy/finding.h"
#include "common/policy/policy_snapshot.h"
#include "pullgate/policy/v1/policy.pb.h"

namespace pullgate::pdp {

// Bounds of one policy; policy.proto documents them.
inline constexpr int kMaxPolicyRules = 1'000'000;  // all lists together
inline constexpr size_t kMaxRuleBytes = 512;
inline constexpr int kMaxRegistryCas = 1'000;
inline constexpr absl::Duration kMinLease = absl::Seconds(10);
inline constexpr absl::Duration kMaxLease = absl::Hours(7 * 24);

// What a policy is judged against.
struct AdmissionContext {
  AdmissionContext(const ProcessSettings& settings, absl::Time now)
      : settings(settings), now(now) {}

  const ProcessSettings& settings;
  absl::Time now;  // for the expiry of certificates
  // What the VCH has now; null for nothing. Resolves an unspecified mode.
  const pullgate::policy::v1::Policy* stored = nullptr;
};

// A policy, judged.
struct Admission {
  // The policy in canonical form: mode, rules, scopes and PEM as they are
  // stored, use_public_cas spelled out. Absent if and only if a finding is an
  // error. What the PDP sets (name, revision, etag, …) is empty.
  std::optional<pullgate::policy::v1::Policy> policy;
  // The same, compiled with the context's settings; null without `policy`.
  std::shared_ptr<const PolicySnapshot> snapshot;
  // Everything worth knowing, errors included.
  std::vector<Finding> findings;
};

// Judges a policy as an operator wrote it: docs/semantics.md §2.
//
// ResourceExhausted, reason POLICY_TOO_LARGE: it exceeds a bound above; field
// violations say where. Everything else that is wrong is a finding.
absl::StatusOr<Admission> AdmitPolicy(
    const pullgate::policy::v1::Policy& proposed,
    const AdmissionContext& context);

// The errors among `findings` as one InvalidArgument, reason INVALID_POLICY,
// with a field violation for each: "<prefix>whitelist[2]". OK if there are
// none.
absl::Status RefusalOf(const std::vector<Finding>& findings,
                       absl::string_view prefix);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_POLICY_ADMISSION_H_
