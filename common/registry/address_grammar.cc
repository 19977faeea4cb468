// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/registry/address_grammar.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/registry/text_check.h"
#include "common/status/status_macros.h"

namespace pullgate {
namespace {

// Bounds the work done on hostile input; the longest name is far below it.
constexpr size_t kMaxTextBytes = 4096;

absl::Status Problem(absl::string_view problem) {
  return absl::InvalidArgumentError(problem);
}

// What no address has anywhere.
absl::Status CheckWholeText(absl::string_view text) {
  if (text.empty()) return Problem("it is empty");
  if (text.size() > kMaxTextBytes) return Problem("it is too long");
  if (IsPlainAddressText(text)) return absl::OkStatus();
  PULLGATE_RETURN_IF_ERROR(CheckVisibleText(text));
  if (absl::StrContains(text, '@')) {
    return Problem("leave out user and password: none is ever sent");
  }
  if (absl::StrContains(text, '?')) return Problem("leave out the query");
  if (absl::StrContains(text, '#')) return Problem("leave out the fragment");
  const size_t percent = text.find('%');
  if (percent == absl::string_view::npos) return absl::OkStatus();
  return Problem(absl::StrContains(text.substr(0, percent), "::")
                     ? "leave out the zone id of the IPv6 address"
                     : "percent-escapes are not decoded");
}

absl::StatusOr<std::optional<Scheme>> TakeScheme(absl::string_view* text) {
  const size_t end = text->find("://");
  if (end == absl::string_view::npos) return std::nullopt;
  const absl::string_view scheme = text->substr(0, end);
  text->remove_prefix(end + 3);
  if (absl::StrContains(*text, "://")) return Problem("it has two schemes");
  if (absl::EqualsIgnoreCase(scheme, "https")) return Scheme::kHttps;
  if (absl::EqualsIgnoreCase(scheme, "http")) return Scheme::kHttp;
  return Problem("the scheme of a registry is https or http");
}

// Users of docker login type "https://index.docker.io/v1/".
absl::string_view WithoutApiVersion(absl::string_view path) {
  for (const absl::string_view version : {"/v1/", "/v2/", "/v1", "/v2"}) {
    if (absl::ConsumeSuffix(&path, version)) break;
  }
  return path;
}

// Leaves the authority in `text`.
absl::Status TakePath(AddressUse use, absl::string_view* text) {
  const size_t slash = std::min(text->find('/'), text->size());
  absl::string_view path = text->substr(slash);
  *text = text->substr(0, slash);
  if (use == AddressUse::kQuestion) path = WithoutApiVersion(path);
  if (text->empty()) return Problem("the host is missing");
  if (path.empty() || path == "/") return absl::OkStatus();
  return Problem("a registry has no path, only a host and a port");
}

absl::StatusOr<uint16_t> ParsePort(absl::string_view text) {
  if (text.empty()) return Problem("the port behind ':' is missing");
  const bool decimal =
      std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
  if (decimal && text[0] != '0' && text.size() <= 5) {
    int value = 0;
    for (const char c : text) value = value * 10 + (c - '0');
    if (value <= 65535) return static_cast<uint16_t>(value);
  }
  return Problem("a port is a decimal of 1-65535 without leading zeros");
}

bool AreNumericLabels(absl::string_view text) {
  for (const absl::string_view label : absl::StrSplit(text, '.')) {
    if (!IsNumericLabel(label)) return false;
  }
  return true;
}

absl::StatusOr<RegistryHost> ParseNameOrV4(absl::string_view text) {
  if (text.empty()) return Problem("the host is missing");
  const absl::string_view undotted = absl::StripSuffix(text, ".");
  if (!AreNumericLabels(undotted)) {
    PULLGATE_ASSIGN_OR_RETURN(DnsName name, DnsName::Parse(text));
    return RegistryHost(std::move(name));
  }
  PULLGATE_ASSIGN_OR_RETURN(const IpAddress address,
                            IpAddress::Parse(undotted));
  if (undotted != text) return Problem("an IPv4 address has no trailing dot");
  return RegistryHost(address);
}

absl::StatusOr<RegistryHost> ParseV6(absl::string_view text) {
  if (!absl::StrContains(text, ':')) {
    return Problem("brackets are for IPv6 addresses only");
  }
  PULLGATE_ASSIGN_OR_RETURN(const IpAddress address, IpAddress::Parse(text));
  return RegistryHost(address);
}

struct Authority {
  RegistryHost host;
  std::optional<uint16_t> port;
};

// "[v6]" or "[v6]:port".
absl::StatusOr<Authority> ParseBracketed(absl::string_view text) {
  const size_t end = text.find(']');
  if (end == absl::string_view::npos) return Problem("the ']' is missing");
  absl::string_view rest = text.substr(end + 1);
  if (!rest.empty() && !absl::ConsumePrefix(&rest, ":")) {
    return Problem("behind ']' only \":port\" may follow");
  }
  PULLGATE_ASSIGN_OR_RETURN(RegistryHost host,
                            ParseV6(text.substr(1, end - 1)));
  if (end + 1 == text.size()) return Authority{std::move(host), std::nullopt};
  PULLGATE_ASSIGN_OR_RETURN(const uint16_t port, ParsePort(rest));
  return Authority{std::move(host), port};
}

absl::StatusOr<Authority> ParseAuthority(absl::string_view text,
                                         bool has_scheme) {
  if (text[0] == '[') return ParseBracketed(text);
  const size_t colon = text.find(':');
  if (colon == absl::string_view::npos) {
    PULLGATE_ASSIGN_OR_RETURN(RegistryHost host, ParseNameOrV4(text));
    return Authority{std::move(host), std::nullopt};
  }
  if (text.rfind(':') != colon) {
    if (has_scheme) {
      return Problem("beside a scheme an IPv6 address stands in brackets");
    }
    PULLGATE_ASSIGN_OR_RETURN(RegistryHost host, ParseV6(text));
    return Authority{std::move(host), std::nullopt};
  }
  PULLGATE_ASSIGN_OR_RETURN(RegistryHost host,
                            ParseNameOrV4(text.substr(0, colon)));
  PULLGATE_ASSIGN_OR_RETURN(const uint16_t port,
                            ParsePort(text.substr(colon + 1)));
  return Authority{std::move(host), port};
}

}  // namespace

absl::StatusOr<RegistryAddress> ParseAddressGrammar(absl::string_view text,
                                                    AddressUse use) {
  PULLGATE_RETURN_IF_ERROR(CheckWholeText(text));
  PULLGATE_ASSIGN_OR_RETURN(const std::optional<Scheme> scheme,
                            TakeScheme(&text));
  PULLGATE_RETURN_IF_ERROR(TakePath(use, &text));
  PULLGATE_ASSIGN_OR_RETURN(Authority authority,
                            ParseAuthority(text, scheme.has_value()));
  return RegistryAddress(scheme, std::move(authority.host), authority.port);
}

}  // namespace pullgate
