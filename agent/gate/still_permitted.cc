// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/gate/still_permitted.h"

#include <algorithm>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/policy/decide.h"

namespace pullgate::agent {
namespace {

Recheck End(const ActivePolicy& policy, absl::string_view why) {
  return {Recheck::Outcome::kEnd,
          absl::StrCat("policy revision ", policy.revision,
                       " does not permit it any more: ", why)};
}

bool LeadsTo(const Route& route, const UsableRoute& used) {
  return route.pinned && route.scheme == used.scheme &&
         route.port == used.port &&
         std::find(route.addresses.begin(), route.addresses.end(),
                   used.address) != route.addresses.end();
}

}  // namespace

Recheck CheckAgain(const ActivePolicy& policy, const OpenPull& pull) {
  const UsableRoute& used = pull.route();
  const IssuedDecision& issued = *pull.given().verdict->issued;
  const absl::StatusOr<Decision> decision =
      Decide(*policy.snapshot, pull.registry(), issued.evidence);
  if (!decision.ok()) return End(policy, decision.status().message());
  if (decision->effect != Effect::kPermit) {
    return End(policy, decision->message);
  }
  const auto route = std::find_if(
      decision->routes.begin(), decision->routes.end(),
      [&used](const Route& route) { return LeadsTo(route, used); });
  if (route == decision->routes.end()) {
    return End(policy,
               absl::StrCat("not at ", used.address.ToString(), " port ",
                            used.port, " over ", SchemeName(used.scheme)));
  }
  if (route->certificate_check == CertificateCheck::kNone) {
    return {Recheck::Outcome::kPermitted, ""};
  }
  if (used.certificate_check == CertificateCheck::kNone) {
    return End(policy, "its certificate has to be verified now");
  }
  return {issued.trust_bundle_id == policy.bundle->id()
              ? Recheck::Outcome::kPermitted
              : Recheck::Outcome::kProveAgain,
          ""};
}

}  // namespace pullgate::agent
