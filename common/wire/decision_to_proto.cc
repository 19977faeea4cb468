// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include <string>

#include "common/wire/decision_proto.h"

namespace pullgate::wire {
namespace {

namespace pb = pullgate::decision::v1;

pb::RuleList ToProto(RuleList list) {
  switch (list) {
    case RuleList::kWhitelist:
      return pb::RULE_LIST_WHITELIST;
    case RuleList::kInsecure:
      return pb::RULE_LIST_INSECURE;
    case RuleList::kProtected:
      return pb::RULE_LIST_PROTECTED;
    case RuleList::kUnpinnable:
      return pb::RULE_LIST_UNPINNABLE;
    case RuleList::kCaScope:
      break;  // Scopes decide nothing; no decision refers to one.
  }
  return pb::RULE_LIST_UNSPECIFIED;
}

pb::MatchedRule::Role ToProto(MatchedRule::Role role) {
  switch (role) {
    case MatchedRule::Role::kDecided:
      return pb::MatchedRule::ROLE_DECIDED;
    case MatchedRule::Role::kAlso:
      return pb::MatchedRule::ROLE_ALSO;
    case MatchedRule::Role::kBeaten:
      return pb::MatchedRule::ROLE_BEATEN;
  }
  return pb::MatchedRule::ROLE_UNSPECIFIED;
}

pb::Evidence::Outcome ToProto(Evidence::Outcome outcome) {
  switch (outcome) {
    case Evidence::Outcome::kAbsent:
      return pb::Evidence::OUTCOME_UNSPECIFIED;
    case Evidence::Outcome::kLookedUp:
      return pb::Evidence::OUTCOME_LOOKED_UP;
    case Evidence::Outcome::kFailed:
      return pb::Evidence::OUTCOME_FAILED;
  }
  return pb::Evidence::OUTCOME_UNSPECIFIED;
}

}  // namespace

pb::Effect ToProto(Effect effect) {
  return effect == Effect::kPermit ? pb::EFFECT_PERMIT : pb::EFFECT_DENY;
}

pb::DenyReason ToProto(DenyReason reason) {
  switch (reason) {
    case DenyReason::kNone:
      return pb::DENY_REASON_UNSPECIFIED;
    case DenyReason::kNotWhitelisted:
      return pb::DENY_REASON_NOT_WHITELISTED;
    case DenyReason::kPlaintextRefused:
      return pb::DENY_REASON_PLAINTEXT_REFUSED;
    case DenyReason::kAddressRefused:
      return pb::DENY_REASON_ADDRESS_REFUSED;
    case DenyReason::kEvidenceUnavailable:
      return pb::DENY_REASON_EVIDENCE_UNAVAILABLE;
    case DenyReason::kNoPolicy:
      return pb::DENY_REASON_NO_POLICY;
  }
  return pb::DENY_REASON_NOT_WHITELISTED;
}

pb::Scheme ToProto(Scheme scheme) {
  return scheme == Scheme::kHttp ? pb::SCHEME_HTTP : pb::SCHEME_HTTPS;
}

pb::CertificateCheck ToProto(CertificateCheck check) {
  return check == CertificateCheck::kNone ? pb::CERTIFICATE_CHECK_NONE
                                          : pb::CERTIFICATE_CHECK_REQUIRED;
}

pb::RuleReference ToProto(const RuleReference& rule) {
  pb::RuleReference proto;
  proto.set_list(ToProto(rule.list));
  proto.set_index(rule.index);
  proto.set_text(rule.text);
  proto.set_place(PlaceOf(rule));
  return proto;
}

pb::Route ToProto(const Route& route) {
  pb::Route proto;
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

pb::Evidence ToProto(const Evidence& evidence) {
  pb::Evidence proto;
  proto.set_outcome(ToProto(evidence.outcome));
  for (const IpAddress& address : evidence.addresses) {
    proto.add_addresses(address.ToString());
  }
  for (const DnsName& name : evidence.names) proto.add_names(name.text());
  proto.set_queried_name(evidence.queried_name);
  proto.set_failure(evidence.failure);
  return proto;
}

pb::Explanation ToProto(const Explanation& explanation) {
  pb::Explanation proto;
  for (const MatchedRule& match : explanation.matched) {
    pb::MatchedRule& out = *proto.add_matched();
    *out.mutable_rule() = ToProto(match.rule);
    out.set_scheme(ToProto(match.scheme));
    out.set_port(match.port);
    out.set_by_evidence(match.by_evidence);
    out.set_role(ToProto(match.role));
    if (match.beaten_by) *out.mutable_beaten_by() = ToProto(*match.beaten_by);
    out.set_note(match.note);
  }
  for (const NearbyRule& nearby : explanation.nearby) {
    pb::NearbyRule& out = *proto.add_nearby();
    *out.mutable_rule() = ToProto(nearby.rule);
    out.set_note(nearby.note);
  }
  for (const std::string& step : explanation.steps) proto.add_steps(step);
  return proto;
}

void ToProto(const Decision& decision, pb::Decision* proto) {
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
