// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/registry/registry_address.h"

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/registry/address_grammar.h"
#include "common/registry/address_suggestion.h"
#include "common/registry/redact.h"

namespace pullgate {
namespace {

// Quotes the text, redacted, before its problem, and suggests what was meant.
absl::Status Explain(absl::string_view text, const absl::Status& problem) {
  std::string message =
      absl::StrCat("\"", RedactAddress(text), "\": ", problem.message());
  const std::string meant = absl::StrContains(problem.message(), "did you mean")
                                ? ""
                                : SuggestAddress(text);
  if (!meant.empty()) {
    absl::StrAppend(&message, "; did you mean \"", meant, "\"?");
  }
  return absl::InvalidArgumentError(message);
}

absl::StatusOr<RegistryAddress> ParseFor(AddressUse use,
                                         absl::string_view text) {
  absl::StatusOr<RegistryAddress> address = ParseAddressGrammar(text, use);
  if (!address.ok()) return Explain(text, address.status());
  return address;
}

}  // namespace

absl::string_view SchemeName(Scheme scheme) {
  return scheme == Scheme::kHttps ? "https" : "http";
}

uint16_t DefaultPort(Scheme scheme) {
  return scheme == Scheme::kHttps ? 443 : 80;
}

std::string HostToString(const RegistryHost& host) {
  if (const auto* name = std::get_if<DnsName>(&host)) return name->text();
  return std::get<IpAddress>(host).ToString();
}

absl::StatusOr<RegistryAddress> RegistryAddress::Parse(absl::string_view text) {
  return ParseFor(AddressUse::kRule, text);
}

absl::StatusOr<RegistryAddress> RegistryAddress::ParseQuestion(
    absl::string_view text) {
  return ParseFor(AddressUse::kQuestion, text);
}

std::string RegistryAddress::ToString() const {
  std::string text;
  if (scheme_.has_value()) absl::StrAppend(&text, SchemeName(*scheme_), "://");
  const bool bracketed = address() != nullptr && !address()->is_v4() &&
                         (scheme_.has_value() || port_.has_value());
  absl::StrAppend(&text, bracketed ? "[" : "", HostToString(host_),
                  bracketed ? "]" : "");
  if (port_.has_value()) absl::StrAppend(&text, ":", *port_);
  return text;
}

}  // namespace pullgate
