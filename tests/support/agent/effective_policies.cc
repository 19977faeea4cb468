// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/agent/effective_policies.h"

#include <utility>

#include "common/crypto/ca_entry.h"
#include "common/crypto/trust_bundle.h"
#include "common/identity/vch_id.h"

namespace pullgate::agent {
namespace {

// Within the validity of the certificates of tests/support/test_ca.h.
const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

}  // namespace

pullgate::sync::v1::EffectivePolicy WhitelistPolicy(
    int64_t revision, const std::vector<std::string>& whitelist,
    const std::vector<std::string>& insecure) {
  pullgate::sync::v1::EffectivePolicy effective;
  effective.set_vch(std::string("vchs/") + kTestVch);
  effective.set_revision(revision);
  pullgate::policy::v1::Policy& policy = *effective.mutable_policy();
  policy.set_mode(pullgate::policy::v1::Policy::MODE_WHITELIST);
  policy.mutable_whitelist()->Assign(whitelist.begin(), whitelist.end());
  policy.mutable_insecure()->Assign(insecure.begin(), insecure.end());
  policy.set_use_public_cas(false);
  policy.mutable_lease()->set_seconds(600);
  effective.set_trust_bundle_id(TrustBundleId({}, /*use_public_cas=*/false));
  return effective;
}

pullgate::sync::v1::EffectivePolicy WithCa(
    pullgate::sync::v1::EffectivePolicy policy, const std::string& pem) {
  const CaEntry entry = ParseCaEntry(pem, "registry_cas[0].pem", kNow);
  policy.mutable_policy()->add_registry_cas()->set_pem(entry.canonical_pem);
  policy.set_trust_bundle_id(TrustBundleId({{entry.canonical_pem, {}}},
                                           /*use_public_cas=*/false));
  return policy;
}

std::shared_ptr<const ActivePolicy> Activate(
    const pullgate::sync::v1::EffectivePolicy& policy) {
  return MakeActivePolicy(policy, VchId::Parse(kTestVch).value(), nullptr, kNow,
                          kNow)
      .value();
}

IssuedDecision PermitTo(const ActivePolicy& policy, const std::string& name,
                        const std::string& address) {
  Route route;
  route.host = DnsName::Parse(name).value();
  route.pinned = true;
  route.addresses = {IpAddress::Parse(address).value()};
  IssuedDecision issued;
  issued.decision.effect = Effect::kPermit;
  issued.decision.reason = DenyReason::kNone;
  issued.decision.message = "permitted by whitelist[0]";
  issued.decision.routes = {route};
  issued.decision.rule = RuleReference{RuleList::kWhitelist, 0, name};
  issued.policy_revision = policy.revision;
  issued.trust_bundle_id = policy.bundle->id();
  issued.ttl = absl::Minutes(1);
  issued.decision_id = "decision-1";
  issued.evidence.outcome = Evidence::Outcome::kLookedUp;
  issued.evidence.addresses = route.addresses;
  issued.evidence_source = EvidenceSource::kCaller;
  return issued;
}

IssuedDecision DenyBy(int64_t revision) {
  IssuedDecision issued;
  issued.decision.message = "not whitelisted";
  issued.policy_revision = revision;
  issued.ttl = absl::Minutes(1);
  issued.decision_id = "decision-2";
  return issued;
}

}  // namespace pullgate::agent
