// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/messages.h"

#include "absl/strings/str_cat.h"
#include "common/policy/endpoint.h"

namespace pullgate {
namespace {

// "whitelist[3] (*.example.com)".
std::string RuleText(const RuleReference& rule) {
  return absl::StrCat(PlaceOf(rule), " (", rule.text, ")");
}

std::string HostOf(const DecidedCase& decided) {
  return decided.question.ToString();
}

std::string ProtectedClause(const RuleReference& registry) {
  return absl::StrCat(registry.text,
                      " is protected and reached by verified HTTPS only");
}

std::string PermitMessage(const DecidedCase& decided,
                          const Decision& decision) {
  const std::string host = HostOf(decided);
  if (decision.insecure()) {
    const bool http = decision.routes.back().scheme == Scheme::kHttp;
    return absl::StrCat(host, " is insecure by ", RuleText(*decision.rule),
                        ": its certificate is not verified",
                        http ? ", and plain HTTP may be used" : "");
  }
  const std::string why =
      decision.rule.has_value()
          ? absl::StrCat("is allowed by ", RuleText(*decision.rule))
          : "is allowed, as every registry is in mode OPEN";
  const EndpointVerdict& verdict = decided.evaluation.https;
  std::string hint = PassedOverHint(decided, verdict);
  if (verdict.kept_secure) {
    const std::optional<RuleReference> registry = FindProtection(decided);
    if (registry.has_value()) hint = ProtectedClause(*registry);
  }
  return absl::StrCat(host, " ", why, "; its certificate must verify",
                      hint.empty() ? "" : " (", hint, hint.empty() ? "" : ")");
}

std::string PlaintextRefusedMessage(const DecidedCase& decided) {
  const EndpointVerdict& verdict = decided.evaluation.http;
  const std::optional<Endpoint> http =
      EndpointOf(decided.question, Scheme::kHttp);
  const std::string what = absl::StrCat("only plain HTTP on port ", http->port,
                                        " is left for ", HostOf(decided), ", ");
  if (verdict.kept_secure) {
    const std::optional<RuleReference> registry = FindProtection(decided);
    if (registry.has_value()) {
      return absl::StrCat(what, "but ", ProtectedClause(*registry));
    }
  }
  const std::string hint = PassedOverHint(decided, verdict);
  return absl::StrCat(what, "and it is not insecure", hint.empty() ? "" : "; ",
                      hint);
}

std::string AddressRefusedMessage(const DecidedCase& decided) {
  const PolicyIndex& policy = decided.policy;
  for (const IpAddress& address : decided.evidence.addresses) {
    std::string block;
    policy.unpinnable.VisitAddress(address, [&](const RuleHit& hit) {
      if (block.empty()) block = policy.unpinnable.TextOf(hit);
    });
    if (block.empty()) continue;
    return absl::StrCat(HostOf(decided), " leads to ", address.ToString(),
                        ", and a name must not lead into ", block,
                        " unless a rule names the address or its block");
  }
  return absl::StrCat(HostOf(decided), " leads to no address that may be used");
}

std::string NotWhitelistedMessage(const DecidedCase& decided) {
  const PolicyIndex& policy = decided.policy;
  if (policy.whitelist_size + policy.insecure_size == 0) {
    return absl::StrCat(HostOf(decided),
                        " is refused, as every registry is in mode WHITELIST "
                        "with empty lists");
  }
  return absl::StrCat("no rule covers ", HostOf(decided),
                      ", and in mode WHITELIST everything else is refused");
}

}  // namespace

std::string EndpointText(const Endpoint& endpoint) {
  return absl::StrCat(endpoint.scheme == Scheme::kHttps ? "HTTPS" : "HTTP",
                      " on port ", endpoint.port);
}

std::optional<RuleReference> FindProtection(const DecidedCase& decided) {
  const ProtectedSet& registries = decided.policy.protected_registries;
  std::optional<RuleReference> found;
  const auto by_address = [&](const IpAddress& address) {
    if (!found.has_value()) found = registries.FindAddress(address);
  };
  if (decided.question.name() != nullptr) {
    found = registries.FindName(decided.question.name()->text());
  } else {
    by_address(*decided.question.address());
  }
  for (const IpAddress& address : decided.evidence.addresses) {
    by_address(address);
  }
  for (const DnsName& name : decided.evidence.names) {
    if (!found.has_value()) found = registries.FindName(name.text());
  }
  return found;
}

std::string PassedOverHint(const DecidedCase& decided,
                           const EndpointVerdict& verdict) {
  if (!verdict.passed_over || verdict.insecure) return "";
  if (FindProtection(decided).has_value()) return "";
  const bool name = decided.question.name() != nullptr;
  return absl::StrCat(
      decided.policy.rules.TextOf(verdict.passed_over.hit),
      " is insecure, but it was reached by ",
      name ? "name: list the name too" : "address: list the address too");
}

std::string MessageFor(const DecidedCase& decided, const Decision& decision,
                       const std::string& failure) {
  if (decision.effect == Effect::kPermit) {
    return PermitMessage(decided, decision);
  }
  switch (decision.reason) {
    case DenyReason::kPlaintextRefused:
      return PlaintextRefusedMessage(decided);
    case DenyReason::kAddressRefused:
      return AddressRefusedMessage(decided);
    case DenyReason::kEvidenceUnavailable:
      return absl::StrCat("DNS did not answer about ", HostOf(decided),
                          failure.empty() ? "" : " (", failure,
                          failure.empty() ? "" : ")",
                          ", and its answer could change the decision");
    case DenyReason::kNoPolicy:
      return "this VCH has no policy, and there is no default policy";
    case DenyReason::kNotWhitelisted:
    case DenyReason::kNone:
      break;
  }
  return NotWhitelistedMessage(decided);
}

}  // namespace pullgate
