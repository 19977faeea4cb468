// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_POLICY_PROCESS_POLICY_H_
#define PULLGATE_PDP_POLICY_PROCESS_POLICY_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/identity/vch_id.h"
#include "common/policy/policy_snapshot.h"
#include "pdp/policy/policy_in_force.h"
#include "pullgate/policy/v1/policy.pb.h"

namespace pullgate::pdp {

// What holds for every VCH of this PDP. Part of every effective policy.
struct ProcessPolicy {
  // Protected names with the addresses they were last seen at.
  ProcessSettings settings;
  // Canonical (AdmitPolicy); for a VCH that has no policy of its own.
  std::optional<pullgate::policy::v1::Policy> default_policy;
  // Of policies that state none.
  absl::Duration default_lease = absl::Minutes(15);
};

// The same as text: equal contents give equal texts. What a store compares to
// tell whether there is a new revision.
std::string ContentsOf(const ProcessPolicy& process);

// The protected registries, with their addresses, of ContentsOf(); none if it
// is not one of this version's.
std::vector<ProtectedRegistryText> ProtectedIn(absl::string_view contents);

// The effective policy of one VCH. `own`: its stored policy, or null.
// `compiled`: `own` with the settings of `process`, if that is there already;
// else null.
//
// Internal: it does not compile; there is then no decision to be had for that
// VCH, and callers refuse.
absl::StatusOr<PolicyInForce> PutInForce(
    const VchId& vch, const pullgate::policy::v1::Policy* own,
    const ProcessPolicy& process, int64_t revision,
    std::shared_ptr<const PolicySnapshot> compiled = nullptr);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_POLICY_PROCESS_POLICY_H_
