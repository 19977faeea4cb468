// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/gate/refusal.h"

#include <algorithm>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "agent/decide/active_policy.h"
#include "agent/gate/gate_request.h"
#include "common/observe/log.h"
#include "common/policy/decide.h"
#include "common/status/error_info.h"
#include "pullgate/decision/v1/decision.pb.h"

namespace pullgate::agent {
namespace {

namespace pb = pullgate::decision::v1;

constexpr size_t kMaxPhrase = 512;
constexpr size_t kMaxNearest = 5;

int StatusOf(pb::DenyReason reason) {
  switch (reason) {
    case pb::DENY_REASON_REGISTRY_UNREACHABLE:
      return 502;
    case pb::DENY_REASON_PDP_UNREACHABLE:
    case pb::DENY_REASON_AUDIT_UNAVAILABLE:
    case pb::DENY_REASON_EVIDENCE_UNAVAILABLE:
      return 503;
    default:
      return 403;
  }
}

std::vector<std::string> NearestRules(const IssuedDecision& issued,
                                      const RegistryAddress& registry,
                                      const PolicyHolder& holder) {
  std::vector<std::string> rules;
  const std::shared_ptr<const ActivePolicy> policy = holder.Current();
  if (policy == nullptr || policy->revision != issued.policy_revision) {
    return rules;
  }
  const absl::StatusOr<Decision> decision =
      Decide(*policy->snapshot, registry, issued.evidence, {/*explain=*/true});
  if (!decision.ok() || !decision->explanation) return rules;
  rules.reserve(kMaxNearest);
  for (const NearbyRule& nearby : decision->explanation->nearby) {
    if (rules.size() == kMaxNearest) break;
    rules.push_back(absl::StrCat(Quoted(nearby.rule),
                                 nearby.note.empty() ? "" : ": ", nearby.note));
  }
  return rules;
}

void AddText(absl::string_view key, absl::string_view value,
             std::vector<std::string>& members) {
  if (value.empty()) return;
  members.push_back(absl::StrCat(JsonString(key), ":", JsonString(value)));
}

std::string Json(const Refusal& refusal) {
  std::vector<std::string> members;
  AddText("reason", refusal.reason, members);
  AddText("message", refusal.message, members);
  AddText("registry", refusal.registry, members);
  AddText("rule", refusal.rule, members);
  AddText("decision_id", refusal.decision_id, members);
  AddText("event_id", refusal.event_id, members);
  if (!refusal.nearest_rules.empty()) {
    members.push_back(absl::StrCat(
        "\"nearest_rules\":[",
        absl::StrJoin(refusal.nearest_rules, ",",
                      [](std::string* out, const std::string& rule) {
                        absl::StrAppend(out, JsonString(rule));
                      }),
        "]"));
  }
  return absl::StrCat("{", absl::StrJoin(members, ","), "}\n");
}

absl::string_view ReasonOfStatus(int status) {
  switch (status) {
    case 405:
      return "METHOD_NOT_FORWARDED";
    case 408:
      return "REQUEST_TIMED_OUT";
    case 414:
    case 431:
      return "REQUEST_TOO_LARGE";
    case 501:
    case 505:
      return "NOT_SPOKEN_HERE";
    case 502:
      return "BAD_GATEWAY";
    case 503:
      return "OVERLOADED";
    default:
      return "BAD_REQUEST";
  }
}

}  // namespace

Refusal RefusalOf(const HttpError& error) {
  Refusal refusal;
  refusal.status = error.status;
  refusal.reason = std::string(ReasonOfStatus(error.status));
  refusal.message = error.text;
  return refusal;
}

Refusal RefusalOf(const absl::Status& status) {
  Refusal refusal;
  refusal.status = 503;
  refusal.reason = ReasonOf(status);
  refusal.message = std::string(status.message());
  return refusal;
}

Refusal RefusalOf(const GivenVerdict& given, const RegistryAddress& registry,
                  const PolicyHolder& holder) {
  const PreparedVerdict& verdict = *given.verdict;
  Refusal refusal;
  refusal.status = StatusOf(verdict.reason);
  refusal.reason = ReasonText(verdict.reason);
  refusal.message = given.message();
  refusal.registry = registry.ToString();
  refusal.event_id = given.event_id;
  if (verdict.issued == nullptr) return refusal;
  refusal.decision_id = verdict.issued->decision_id;
  if (verdict.issued->decision.rule) {
    refusal.rule = Quoted(*verdict.issued->decision.rule);
  }
  refusal.nearest_rules = NearestRules(*verdict.issued, registry, holder);
  return refusal;
}

std::string ReasonText(pb::DenyReason reason) {
  absl::string_view name = pb::DenyReason_Name(reason);
  absl::ConsumePrefix(&name, "DENY_REASON_");
  return std::string(name);
}

std::string ReasonPhrase(absl::string_view message) {
  std::string phrase;
  phrase.reserve(std::min(message.size(), kMaxPhrase));
  for (const char c : message) {
    if (absl::ascii_isgraph(c)) {
      phrase.push_back(c);
    } else if (absl::ascii_isascii(c)) {
      if (!phrase.empty() && phrase.back() != ' ') phrase.push_back(' ');
    } else {
      phrase.push_back('?');
    }
  }
  if (phrase.size() > kMaxPhrase) {
    phrase.resize(kMaxPhrase - 3);
    phrase += "...";
  }
  absl::StripAsciiWhitespace(&phrase);
  return phrase;
}

std::string RefusalText(const Refusal& refusal, bool with_body) {
  const std::string body = Json(refusal);
  std::string text = absl::StrCat(
      "HTTP/1.1 ", refusal.status, " ", ReasonPhrase(refusal.message),
      "\r\nContent-Type: application/json\r\nContent-Length: ", body.size(),
      "\r\nConnection: close\r\nX-Pullgate-Reason: ", refusal.reason, "\r\n");
  if (refusal.status == 405) {
    absl::StrAppend(&text, "Allow: ", kForwardedMethods, "\r\n");
  }
  absl::StrAppend(&text, "\r\n", with_body ? body : "");
  return text;
}

}  // namespace pullgate::agent
