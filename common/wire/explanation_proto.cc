// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/wire/explanation_proto.h"

#include <algorithm>

namespace pullgate::wire {
namespace {

namespace decision_pb = pullgate::decision::v1;

constexpr int kMaxItems = 1000;

RuleReference RuleFromProto(const decision_pb::RuleReference& proto) {
  RuleReference rule;
  switch (proto.list()) {
    case decision_pb::RULE_LIST_INSECURE:
      rule.list = RuleList::kInsecure;
      break;
    case decision_pb::RULE_LIST_PROTECTED:
      rule.list = RuleList::kProtected;
      break;
    case decision_pb::RULE_LIST_UNPINNABLE:
      rule.list = RuleList::kUnpinnable;
      break;
    default:
      rule.list = RuleList::kWhitelist;
      break;
  }
  rule.index = proto.index();
  rule.text = proto.text();
  return rule;
}

MatchedRule::Role RoleFromProto(decision_pb::MatchedRule::Role role) {
  switch (role) {
    case decision_pb::MatchedRule::ROLE_DECIDED:
      return MatchedRule::Role::kDecided;
    case decision_pb::MatchedRule::ROLE_BEATEN:
      return MatchedRule::Role::kBeaten;
    default:
      return MatchedRule::Role::kAlso;
  }
}

MatchedRule MatchFromProto(const decision_pb::MatchedRule& proto) {
  MatchedRule match;
  match.rule = RuleFromProto(proto.rule());
  match.scheme = proto.scheme() == decision_pb::SCHEME_HTTP ? Scheme::kHttp
                                                            : Scheme::kHttps;
  match.port = static_cast<uint16_t>(proto.port());
  match.by_evidence = proto.by_evidence();
  match.role = RoleFromProto(proto.role());
  if (proto.has_beaten_by()) match.beaten_by = RuleFromProto(proto.beaten_by());
  match.note = proto.note();
  return match;
}

}  // namespace

Explanation ExplanationFromProto(const decision_pb::Explanation& proto) {
  Explanation explanation;
  for (int i = 0; i < std::min(proto.matched_size(), kMaxItems); ++i) {
    explanation.matched.push_back(MatchFromProto(proto.matched(i)));
  }
  for (int i = 0; i < std::min(proto.nearby_size(), kMaxItems); ++i) {
    explanation.nearby.push_back(
        {RuleFromProto(proto.nearby(i).rule()), proto.nearby(i).note()});
  }
  for (int i = 0; i < std::min(proto.steps_size(), kMaxItems); ++i) {
    explanation.steps.push_back(proto.steps(i));
  }
  return explanation;
}

}  // namespace pullgate::wire
