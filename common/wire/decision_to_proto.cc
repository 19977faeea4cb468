// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include <string>

#include "common/wire/decision_proto.h"

namespace pullgate::wire {
namespace {

namespace decision_pb = pullgate::decision::v1;

decision_pb::RuleList ToProto(RuleList list) {
  switch (list) {
    case RuleList::kWhitelist:
      return decision_pb::RULE_LIST_WHITELIST;
    case RuleList::kInsecure:
      return decision_pb::RULE_LIST_INSECURE;
    case RuleList::kProtected:
      return decision_pb::RULE_LIST_PROTECTED;
    case RuleList::kUnpinnable:
      return decision_pb::RULE_LIST_UNPINNABLE;
    case RuleList::kCaScope:
      break;  // Scopes decide nothing; no decision refers to one.
  }
  return decision_pb::RULE_LIST_UNSPECIFIED;
}

decision_pb::MatchedRule::Role ToProto(MatchedRule::Role role) {
  switch (role) {
    case MatchedRule::Role::kDecided:
      return decision_pb::MatchedRule::ROLE_DECIDED;
    case MatchedRule::Role::kAlso:
      return decision_pb::MatchedRule::ROLE_ALSO;
    case MatchedRule::Role::kBeaten:
      return decision_pb::MatchedRule::ROLE_BEATEN;
  }
  return decision_pb::MatchedRule::ROLE_UNSPECIFIED;
}

decision_pb::Evidence::Outcome ToProto(Evidence::Outcome outcome) {
  switch (outcome) {
    case Evidence::Outcome::kAbsent:
      return decision_pb::Evidence::OUTCOME_UNSPECIFIED;
    case Evidence::Outcome::kLookedUp:
      return decision_pb::Evidence::OUTCOME_LOOKED_UP;
    case Evidence::Outcome::kFailed:
      return decision_pb::Evidence::OUTCOME_FAILED;
  }
  return decision_pb::Evidence::OUTCOME_UNSPECIFIED;
}

}  // namespace

decision_pb::Effect ToProto(Effect effect) {
  return effect == Effect::kPermit ? decision_pb::EFFECT_PERMIT
                                   : decision_pb::EFFECT_DENY;
}

decision_pb::DenyReason ToProto(DenyReason reason) {
  switch (reason) {
    case DenyReason::kNone:
      return decision_pb::DENY_REASON_UNSPECIFIED;
    case DenyReason::kNotWhitelisted:
      return decision_pb::DENY_REASON_NOT_WHITELISTED;
    case DenyReason::kPlaintextRefused:
      return decision_pb::DENY_REASON_PLAINTEXT_REFUSED;
    case DenyReason::kAddressRefused:
      return decision_pb::DENY_REASON_ADDRESS_REFUSED;
    case DenyReason::kEvidenceUnavailable:
      return decision_pb::DENY_REASON_EVIDENCE_UNAVAILABLE;
    case DenyReason::kNoPolicy:
      return decision_pb::DENY_REASON_NO_POLICY;
  }
  return decision_pb::DENY_REASON_NOT_WHITELISTED;
}

decision_pb::Scheme ToProto(Scheme scheme) {
  return scheme == Scheme::kHttp ? decision_pb::SCHEME_HTTP
                                 : decision_pb::SCHEME_HTTPS;
}

decision_pb::CertificateCheck ToProto(CertificateCheck check) {
  return check == CertificateCheck::kNone
             ? decision_pb::CERTIFICATE_CHECK_NONE
             : decision_pb::CERTIFICATE_CHECK_REQUIRED;
}

decision_pb::RuleReference ToProto(const RuleReference& rule) {
  decision_pb::RuleReference proto;
  proto.set_list(ToProto(rule.list));
  proto.set_index(rule.index);
  proto.set_text(rule.text);
  proto.set_place(PlaceOf(rule));
  return proto;
}

decision_pb::Route ToProto(const Route& route) {
  decision_pb::Route proto;
  proto.set_scheme(ToProto(route.scheme));
  proto.set_host(HostToString(route.host));
  proto.set_port(route.port);
  proto.set_certificate_check(ToProto(route.certificate_check));
  proto.set_pinned(route.pinned);
  for (const IpAddress& address : route.addresses) {
    proto.add_addresses(address.ToString());
  }
  return proto;
}

decision_pb::Evidence ToProto(const Evidence& evidence) {
  decision_pb::Evidence proto;
  proto.set_outcome(ToProto(evidence.outcome));
  for (const IpAddress& address : evidence.addresses) {
    proto.add_addresses(address.ToString());
  }
  for (const DnsName& name : evidence.names) proto.add_names(name.text());
  proto.set_queried_name(evidence.queried_name);
  proto.set_failure(evidence.failure);
  return proto;
}

decision_pb::Explanation ToProto(const Explanation& explanation) {
  decision_pb::Explanation proto;
  for (const MatchedRule& match : explanation.matched) {
    decision_pb::MatchedRule& out = *proto.add_matched();
    *out.mutable_rule() = ToProto(match.rule);
    out.set_scheme(ToProto(match.scheme));
    out.set_port(match.port);
    out.set_by_evidence(match.by_evidence);
    out.set_role(ToProto(match.role));
    if (match.beaten_by) *out.mutable_beaten_by() = ToProto(*match.beaten_by);
    out.set_note(match.note);
  }
  for (const NearbyRule& nearby : explanation.nearby) {
    decision_pb::NearbyRule& out = *proto.add_nearby();
    *out.mutable_rule() = ToProto(nearby.rule);
    out.set_note(nearby.note);
  }
  for (const std::string& step : explanation.steps) proto.add_steps(step);
  return proto;
}

void ToProto(const Decision& decision, decision_pb::Decision* proto) {
  proto->set_effect(ToProto(decision.effect));
  proto->set_reason(ToProto(decision.reason));
  proto->set_message(decision.message);
  for (const Route& route : decision.routes) {
    *proto->add_routes() = ToProto(route);
  }
  if (decision.rule) *proto->mutable_rule() = ToProto(*decision.rule);
  if (decision.explanation) {
    *proto->mutable_explanation() = ToProto(*decision.explanation);
  }
}

}  // namespace pullgate::wire
