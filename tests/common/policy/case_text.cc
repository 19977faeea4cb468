// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/common/policy/case_text.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace pullgate::testing {
namespace {

std::string Quoted(const std::string& text) {
  return absl::StrCat("\"", text, "\"");
}

std::string ListOf(const std::vector<std::string>& texts) {
  return absl::StrCat("[",
                      absl::StrJoin(texts, ", ",
                                    [](std::string* out, const auto& text) {
                                      out->append(Quoted(text));
                                    }),
                      "]");
}

std::string RegistryText(const ProtectedRegistryText& registry) {
  if (registry.addresses.empty()) return Quoted(registry.host);
  return absl::StrCat("{host: ", Quoted(registry.host),
                      ", addresses: ", ListOf(registry.addresses), "}");
}

std::string PolicyLines(const PolicyText& policy,
                        const ProcessSettings& settings) {
  std::vector<std::string> is_protected;
  for (const ProtectedRegistryText& registry : settings.protected_registries) {
    is_protected.push_back(RegistryText(registry));
  }
  return absl::StrCat(
      "    mode: ", policy.mode == PolicyMode::kOpen ? "OPEN" : "WHITELIST",
      "\n    whitelist: ", ListOf(policy.whitelist),
      "\n    insecure: ", ListOf(policy.insecure), "\n",
      policy.insecure_by_evidence ? "    insecure_by_evidence: true\n" : "",
      "    protected: [", absl::StrJoin(is_protected, ", "),
      "]\n    unpinnable: ", ListOf(settings.unpinnable_addresses), "\n");
}

std::string DnsLine(const Evidence& evidence) {
  std::vector<std::string> addresses;
  std::vector<std::string> names;
  for (const IpAddress& a : evidence.addresses) {
    addresses.push_back(a.ToString());
  }
  for (const DnsName& name : evidence.names) names.push_back(name.text());
  switch (evidence.outcome) {
    case Evidence::Outcome::kAbsent:
      return "    dns: not looked up\n";
    case Evidence::Outcome::kFailed:
      return "    dns: failed\n";
    case Evidence::Outcome::kLookedUp:
      break;
  }
  if (!addresses.empty()) {
    return absl::StrCat("    dns: {addresses: ", ListOf(addresses), "}\n");
  }
  if (names.empty()) return "";
  return absl::StrCat("    dns: {names: ", ListOf(names), "}\n");
}

std::string RuleOf(const Answer& answer) {
  return answer.rule.empty() ? "none" : answer.rule;
}

std::string RouteLines(const RegistryAddress& question, const Answer& due) {
  if (due.routes.empty()) return "";
  std::string lines = "    routes:\n";
  for (const Route& route : due.routes) {
    absl::StrAppend(&lines, "      - ", RouteText(route), "\n");
  }
  const RegistryHost& host = due.routes.front().host;
  if (host != question.host()) {
    absl::StrAppend(&lines, "    connect: ", HostToString(host), "\n");
  }
  return lines;
}

}  // namespace

std::string ReasonName(DenyReason reason) {
  switch (reason) {
    case DenyReason::kNone:
      return "NONE";
    case DenyReason::kNotWhitelisted:
      return "NOT_WHITELISTED";
    case DenyReason::kPlaintextRefused:
      return "PLAINTEXT_REFUSED";
    case DenyReason::kAddressRefused:
      return "ADDRESS_REFUSED";
    case DenyReason::kEvidenceUnavailable:
      return "EVIDENCE_UNAVAILABLE";
    case DenyReason::kNoPolicy:
      break;
  }
  return "NO_POLICY";
}

std::string EffectText(Effect effect, DenyReason reason) {
  return effect == Effect::kPermit ? "permit"
                                   : absl::StrCat("deny ", ReasonName(reason));
}

std::string RouteText(const Route& route) {
  std::string text = absl::StrCat(
      SchemeName(route.scheme), " ", route.port, " ",
      route.certificate_check == CertificateCheck::kNone ? "unverified"
                                                         : "verified");
  if (!route.pinned) text += " unpinned";
  for (const IpAddress& address : route.addresses) {
    absl::StrAppend(&text, " ", address.ToString());
  }
  return text;
}

std::string CaseText(const std::string& id, const PolicyText& policy,
                     const ProcessSettings& settings,
                     const RegistryAddress& question, const Evidence& evidence,
                     const Answer& due) {
  return absl::StrCat(
      "- policy:\n", PolicyLines(policy, settings), "  cases:\n  - id: ", id,
      "\n    registry: ", Quoted(question.ToString()), "\n", DnsLine(evidence),
      "    expect: ", EffectText(due.effect, due.reason), "\n",
      RouteLines(question, due), "    rule: ", RuleOf(due), "\n");
}

std::string AnswerText(const Answer& answer) {
  std::vector<std::string> routes;
  for (const Route& route : answer.routes) {
    routes.push_back(
        absl::StrCat(RouteText(route), " at ", HostToString(route.host)));
  }
  return absl::StrCat(EffectText(answer.effect, answer.reason), ", rule ",
                      RuleOf(answer), ", routes [", absl::StrJoin(routes, "; "),
                      "]");
}

}  // namespace pullgate::testing
