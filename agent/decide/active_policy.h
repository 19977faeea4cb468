// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_DECIDE_ACTIVE_POLICY_H_
#define PULLGATE_AGENT_DECIDE_ACTIVE_POLICY_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/crypto/trust_bundle.h"
#include "common/identity/vch_id.h"
#include "common/policy/policy_snapshot.h"
#include "pullgate/sync/v1/effective_policy.pb.h"

namespace pullgate::agent {

// An effective policy, ready to decide and to verify by. Immutable; shared, and
// swapped whole.
struct ActivePolicy {
  int64_t revision = 0;
  std::shared_ptr<const PolicySnapshot> snapshot;  // never null
  std::shared_ptr<const TrustBundle> bundle;       // never null
  // The bundle's id with the digest of the public CA set, which the id leaves
  // out: names everything that a certificate is verified against.
  std::string trust_id;
  absl::Time received;

  // What the bundle was made of, to make it anew when the public set changes.
  std::vector<std::string> ca_pems;  // of the policy's registry_cas, in order
  bool use_public_cas = true;
};

// Compiles what the PDP sent. InvalidArgument: it is another VCH's, has no
// revision, does not compile, has a CA that does not parse, or its trust
// anchors do not have the id that it states; it must not be used. `now` is the
// time to judge the CAs' validity by; `received` is kept.
absl::StatusOr<std::shared_ptr<const ActivePolicy>> MakeActivePolicy(
    const pullgate::sync::v1::EffectivePolicy& proto, const VchId& vch,
    std::shared_ptr<const PublicCaSet> public_cas, absl::Time now,
    absl::Time received);

// The same policy with another public CA set.
absl::StatusOr<std::shared_ptr<const ActivePolicy>> WithPublicCas(
    const ActivePolicy& policy, std::shared_ptr<const PublicCaSet> public_cas,
    absl::Time now);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_DECIDE_ACTIVE_POLICY_H_
