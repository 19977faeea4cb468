// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/wire/policy_proto.h"

#include <string>
#include <vector>

namespace pullgate::wire {
namespace {

namespace policy_pb = pullgate::policy::v1;

policy_pb::Severity ToProto(Severity severity) {
  switch (severity) {
    case Severity::kNotice:
      return policy_pb::SEVERITY_NOTICE;
    case Severity::kWarning:
      return policy_pb::SEVERITY_WARNING;
    case Severity::kError:
      return policy_pb::SEVERITY_ERROR;
  }
  return policy_pb::SEVERITY_ERROR;
}

}  // namespace

PolicyMode ModeFromProto(policy_pb::Policy::Mode mode) {
  switch (mode) {
    case policy_pb::Policy::MODE_UNSPECIFIED:
      return PolicyMode::kUnspecified;
    case policy_pb::Policy::MODE_OPEN:
      return PolicyMode::kOpen;
    default:
      return PolicyMode::kWhitelist;
  }
}

policy_pb::Policy::Mode ToProto(PolicyMode mode) {
  switch (mode) {
    case PolicyMode::kWhitelist:
      return policy_pb::Policy::MODE_WHITELIST;
    case PolicyMode::kOpen:
      return policy_pb::Policy::MODE_OPEN;
    case PolicyMode::kUnspecified:
      break;
  }
  return policy_pb::Policy::MODE_UNSPECIFIED;
}

PolicyText PolicyTextFromProto(const policy_pb::Policy& proto) {
  PolicyText text;
  text.mode = ModeFromProto(proto.mode());
  text.whitelist.assign(proto.whitelist().begin(), proto.whitelist().end());
  text.insecure.assign(proto.insecure().begin(), proto.insecure().end());
  text.insecure_by_evidence = proto.insecure_by_evidence();
  for (const policy_pb::RegistryCa& ca : proto.registry_cas()) {
    text.ca_scopes.emplace_back(ca.scope().begin(), ca.scope().end());
  }
  return text;
}

policy_pb::Finding ToProto(const Finding& finding) {
  policy_pb::Finding proto;
  proto.set_severity(ToProto(finding.severity));
  proto.set_place(finding.place);
  proto.set_code(finding.code);
  proto.set_message(finding.message);
  return proto;
}

void WriteCanonical(const PolicyText& canonical, policy_pb::Policy* proto) {
  proto->set_mode(ToProto(canonical.mode));
  proto->mutable_whitelist()->Assign(canonical.whitelist.begin(),
                                     canonical.whitelist.end());
  proto->mutable_insecure()->Assign(canonical.insecure.begin(),
                                    canonical.insecure.end());
  for (size_t i = 0; i < canonical.ca_scopes.size(); ++i) {
    const std::vector<std::string>& scope = canonical.ca_scopes[i];
    proto->mutable_registry_cas(static_cast<int>(i))
        ->mutable_scope()
        ->Assign(scope.begin(), scope.end());
  }
}

}  // namespace pullgate::wire
