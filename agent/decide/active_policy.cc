// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/decide/active_policy.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/crypto/ca_entry.h"
#include "common/policy/finding.h"
#include "common/status/status_macros.h"
#include "common/wire/effective_policy.h"

namespace pullgate::agent {
namespace {

absl::Status CheckHeader(const pullgate::sync::v1::EffectivePolicy& proto,
                         const VchId& vch) {
  if (proto.vch() != vch.Name()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the policy is of \"", proto.vch(), "\", and this agent ",
                     "serves \"", vch.Name(), "\""));
  }
  if (proto.revision() < 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("revision ", proto.revision(), ": expected 1 or more"));
  }
  return absl::OkStatus();
}

// What the CA entries say, entry by entry.
struct Anchors {
  std::vector<std::vector<X509Ptr>> certificates;
  std::vector<std::vector<X509CrlPtr>> crls;
  // What their id is made of.
  std::vector<TrustBundleEntry> ids;
};

absl::StatusOr<Anchors> ParseAnchors(const ActivePolicy& policy,
                                     absl::Time now) {
  const std::vector<std::vector<std::string>>& scopes =
      policy.snapshot->canonical().ca_scopes;
  Anchors anchors;
  for (size_t i = 0; i < policy.ca_pems.size(); ++i) {
    const std::string place = absl::StrCat("registry_cas[", i, "].pem");
    CaEntry entry = ParseCaEntry(policy.ca_pems[i], place, now);
    for (const Finding& finding : entry.findings) {
      if (finding.severity != Severity::kError) continue;
      return absl::InvalidArgumentError(
          absl::StrCat(finding.place, ": ", finding.message));
    }
    anchors.ids.push_back(
        {std::move(entry.canonical_pem),
         i < scopes.size() ? scopes[i] : std::vector<std::string>()});
    anchors.certificates.push_back(std::move(entry.certificates));
    anchors.crls.push_back(std::move(entry.crls));
  }
  return anchors;
}

absl::Status MakeBundle(ActivePolicy& policy,
                        std::shared_ptr<const PublicCaSet> public_cas,
                        absl::Time now) {
  PULLGATE_ASSIGN_OR_RETURN(Anchors anchors, ParseAnchors(policy, now));
  std::string id = TrustBundleId(anchors.ids, policy.use_public_cas);
  if (!policy.use_public_cas) public_cas = nullptr;
  policy.trust_id =
      absl::StrCat(id, "/", public_cas ? public_cas->digest() : "");
  policy.bundle = std::make_shared<const TrustBundle>(
      std::move(id), anchors.certificates, std::move(public_cas),
      std::move(anchors.crls));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::shared_ptr<const ActivePolicy>> MakeActivePolicy(
    const pullgate::sync::v1::EffectivePolicy& proto, const VchId& vch,
    std::shared_ptr<const PublicCaSet> public_cas, absl::Time now,
    absl::Time received) {
  PULLGATE_RETURN_IF_ERROR(CheckHeader(proto, vch));
  auto policy = std::make_shared<ActivePolicy>();
  policy->revision = proto.revision();
  policy->received = received;
  PULLGATE_ASSIGN_OR_RETURN(policy->snapshot,
                            wire::CompileEffectivePolicy(proto));
  for (const auto& ca : proto.policy().registry_cas()) {
    policy->ca_pems.push_back(ca.pem());
  }
  policy->use_public_cas =
      !proto.policy().has_use_public_cas() || proto.policy().use_public_cas();
  PULLGATE_RETURN_IF_ERROR(MakeBundle(*policy, std::move(public_cas), now));
  if (proto.has_policy() && policy->bundle->id() != proto.trust_bundle_id()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the trust anchors have the id ", policy->bundle->id(),
        ", and the policy says \"", proto.trust_bundle_id(), "\""));
  }
  return policy;
}

absl::StatusOr<std::shared_ptr<const ActivePolicy>> WithPublicCas(
    const ActivePolicy& policy, std::shared_ptr<const PublicCaSet> public_cas,
    absl::Time now) {
  auto renewed = std::make_shared<ActivePolicy>(policy);
  PULLGATE_RETURN_IF_ERROR(MakeBundle(*renewed, std::move(public_cas), now));
  return renewed;
}

}  // namespace pullgate::agent
