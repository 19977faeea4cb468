// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/rule_checks.h"

#include <libpsl.h>

#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/policy/address_space.h"
#include "common/policy/decision.h"
#include "common/registry/docker_hub.h"

namespace pullgate {
namespace {

using List = FindingPlace::List;

// An insecure block shorter than this covers more than anybody runs.
constexpr int kShortestInsecureV4 = 8;
constexpr int kShortestInsecureV6 = 32;

std::string Quoted(const Rule& rule) {
  return absl::StrCat("\"", rule.ToString(), "\"");
}

// The same rule with another scheme, or without one.
std::string WithScheme(const Rule& rule, std::optional<Scheme> scheme) {
  if (rule.prefix() != nullptr) {
    return Rule::Prefix(*rule.prefix(), scheme, rule.port()).ToString();
  }
  return NamedRuleText(rule.kind(), rule.name(), scheme, rule.port());
}

void CheckPlaintext(const Rule& rule, const FindingPlace& place,
                    FindingList& findings) {
  if (rule.scheme() != Scheme::kHttp || place.list == List::kInsecure) return;
  if (place.list == List::kWhitelist) {
    findings.Error(
        place, "PLAINTEXT_IN_WHITELIST",
        absl::StrCat(Quoted(rule),
                     ": the whitelist grants verified HTTPS only; put the rule "
                     "into the insecure list, or did you mean \"",
                     WithScheme(rule, Scheme::kHttps), "\"?"));
    return;
  }
  findings.Error(place, "PLAINTEXT_IN_SCOPE",
                 absl::StrCat(Quoted(rule),
                              ": a certificate vouches for HTTPS only; did you "
                              "mean \"",
                              WithScheme(rule, Scheme::kHttps), "\"?"));
}

void CheckInsecureSize(const Rule& rule, const FindingPlace& place,
                       FindingList& findings) {
  if (rule.prefix() == nullptr) return;
  const bool v4 = rule.prefix()->base().is_v4();
  const int shortest = v4 ? kShortestInsecureV4 : kShortestInsecureV6;
  if (rule.prefix()->length() >= shortest) return;
  findings.Error(place, "INSECURE_BLOCK_TOO_LARGE",
                 absl::StrCat(Quoted(rule), ": an insecure ",
                              v4 ? "IPv4" : "IPv6", " block is /", shortest,
                              " or longer; list the blocks that are yours"));
}

void CheckProtected(const Rule& rule, const FindingPlace& place,
                    const ProtectedSet& registries, FindingList& findings) {
  if (const auto named = registries.FindNamedBy(rule); named.has_value()) {
    findings.Error(
        place, "INSECURE_PROTECTED",
        absl::StrCat(Quoted(rule), ": ", named->text,
                     " is a protected registry, reached by verified HTTPS only "
                     "on every port; it cannot be made insecure"));
    return;
  }
  if (rule.prefix() == nullptr) return;
  const auto around = registries.FindAround(*rule.prefix());
  if (!around.has_value()) return;
  findings.Warning(place, "INSECURE_INSIDE_PROTECTED",
                   absl::StrCat(Quoted(rule), " makes nothing insecure: ",
                                around->text, " is protected"));
}

// Docker Hub's names are an error of their own, also in a stored policy.
bool CheckDockerHub(const Rule& rule, const FindingPlace& place,
                    FindingList& findings) {
  if (rule.kind() != Rule::Kind::kName || !IsDockerHubName(rule.name())) {
    return false;
  }
  findings.Error(place, "INSECURE_DOCKER_HUB",
                 absl::StrCat(Quoted(rule),
                              ": Docker Hub is reached by verified HTTPS only; "
                              "it cannot be made insecure"));
  return true;
}

// libpsl without its implicit rule "*", by which every unknown top-level domain
// would be public.
bool IsPublicSuffix(absl::string_view name) {
  return psl_is_public_suffix2(psl_builtin(), std::string(name).c_str(),
                               PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) == 1;
}

// Whether anybody can register a name right below, or below each name below, as
// for "*.ck".
bool IsAbovePublicNames(absl::string_view name) {
  return IsPublicSuffix(name) ||
         IsPublicSuffix(absl::StrCat("no-rule-names-this.", name));
}

// "2001:db8::5000" may have been meant as "[2001:db8::]:5000".
std::string PortMessage(const Rule& rule) {
  const std::string text = rule.ToString();
  const size_t colon = text.rfind(':');
  std::string head = text.substr(0, colon);
  if (absl::EndsWith(head, ":")) head += ':';
  std::string message =
      absl::StrCat(Quoted(rule),
                   ": this is an address without a port, covered on every one");
  if (IpAddress::Parse(head).ok()) {
    absl::StrAppend(&message, "; did you mean \"[", head, "]",
                    text.substr(colon), "\"?");
  }
  return message;
}

void RemarkOnBlock(const Rule& rule, const FindingPlace& place, PolicyMode mode,
                   FindingList& findings) {
  if (mode == PolicyMode::kOpen && place.list == List::kInsecure) {
    findings.Warning(
        place, "INSECURE_BLOCK_IN_OPEN_MODE",
        absl::StrCat(Quoted(rule),
                     ": in mode OPEN whatever anybody runs at an address of "
                     "this block is used without verification"));
  }
  if (!IsInLocalSpace(*rule.prefix())) {
    findings.Warning(
        place, "PUBLIC_BLOCK",
        absl::StrCat(Quoted(rule),
                     ": the block is not wholly inside private, shared, "
                     "loopback or link-local space; others own part of it"));
  }
}

}  // namespace

void CheckForList(const WrittenRule& written, const FindingPlace& place,
                  const ProtectedSet* registries, FindingList& findings) {
  const Rule& rule = written.rule;
  CheckPlaintext(rule, place, findings);
  if (place.list != List::kInsecure) return;
  CheckInsecureSize(rule, place, findings);
  if (CheckDockerHub(rule, place, findings) || registries == nullptr) return;
  CheckProtected(rule, place, *registries, findings);
}

void RemarkOn(const WrittenRule& written, const FindingPlace& place,
              PolicyMode mode, FindingList& findings) {
  const Rule& rule = written.rule;
  if (written.had_host_bits) {
    findings.Notice(
        place, "HOST_BITS_SET",
        absl::StrCat("host bits were masked away; the rule is ", Quoted(rule)));
  }
  if (written.last_group_looks_like_port) {
    findings.Warning(place, "LOOKS_LIKE_PORT", PortMessage(rule));
  }
  if (rule.is_block()) RemarkOnBlock(rule, place, mode, findings);
  if (rule.prefix() != nullptr && !rule.is_block() &&
      place.list == List::kInsecure && !IsInLocalSpace(*rule.prefix())) {
    findings.Warning(
        place, "INSECURE_PUBLIC_ADDRESS",
        absl::StrCat(Quoted(rule),
                     ": the address is public, and whoever is on the way to it "
                     "can answer in its place"));
  }
  if (rule.kind() == Rule::Kind::kWildcard && IsAbovePublicNames(rule.name())) {
    findings.Warning(
        place, "PUBLIC_SUFFIX_WILDCARD",
        absl::StrCat(Quoted(rule), ": anybody can register a name below ",
                     rule.name()));
  }
}

bool IsPrivateHost(const Rule& rule) {
  if (rule.prefix() != nullptr) return IsInLocalSpace(*rule.prefix());
  const absl::string_view name = rule.name();
  const size_t dot = name.rfind('.');
  if (dot == absl::string_view::npos) return true;
  return !IsPublicSuffix(name.substr(dot + 1));
}

}  // namespace pullgate
