// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_RULE_H_
#define PULLGATE_COMMON_POLICY_RULE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/net/ip_prefix.h"
#include "common/registry/dns_name.h"
#include "common/registry/registry_address.h"

namespace pullgate {

inline constexpr size_t kMaxRuleBytes = 512;

// One rule of a list, in canonical form: which registries it covers, by name or
// by address, and at which endpoints (docs/semantics.md §2). Exists only if it
// parsed. A value type.
class Rule {
 public:
  enum class Kind : uint8_t {
    kName,      // exactly this name
    kWildcard,  // every name below it, one or more labels deep
    kPrefix,    // these addresses; an exact address is /32 or /128
  };

  static Rule Name(DnsName name, std::optional<Scheme> scheme,
                   std::optional<uint16_t> port) {
    return Rule(Kind::kName, std::move(name), scheme, port);
  }
  // `name` without the "*.".
  static Rule Wildcard(DnsName name, std::optional<uint16_t> port) {
    return Rule(Kind::kWildcard, std::move(name), std::nullopt, port);
  }
  static Rule Prefix(const IpPrefix& prefix, std::optional<Scheme> scheme,
                     std::optional<uint16_t> port) {
    return Rule(Kind::kPrefix, prefix, scheme, port);
  }

  Kind kind() const { return kind_; }
  // Of kName and kWildcard; else empty.
  absl::string_view name() const;
  // Of kPrefix; else null.
  const IpPrefix* prefix() const { return std::get_if<IpPrefix>(&host_); }
  std::optional<Scheme> scheme() const { return scheme_; }
  std::optional<uint16_t> port() const { return port_; }

  // Whether it is one name or one address.
  bool is_exact() const;
  // Whether it is a CIDR block of more than one address.
  bool is_block() const { return kind_ == Kind::kPrefix && !is_exact(); }

  // Parses back to itself.
  std::string ToString() const;

  friend bool operator==(const Rule& a, const Rule& b) {
    return a.kind_ == b.kind_ && a.host_ == b.host_ && a.scheme_ == b.scheme_ &&
           a.port_ == b.port_;
  }
  friend bool operator!=(const Rule& a, const Rule& b) { return !(a == b); }

 private:
  Rule(Kind kind, std::variant<IpPrefix, DnsName> host,
       std::optional<Scheme> scheme, std::optional<uint16_t> port)
      : kind_(kind), host_(std::move(host)), scheme_(scheme), port_(port) {}

  Kind kind_;
  std::variant<IpPrefix, DnsName> host_;
  std::optional<Scheme> scheme_;
  std::optional<uint16_t> port_;
};

// The canonical text of a rule over names, from its parts; `name` is canonical.
std::string NamedRuleText(Rule::Kind kind, absl::string_view name,
                          std::optional<Scheme> scheme,
                          std::optional<uint16_t> port);

// A rule with what its canonical form no longer says.
struct WrittenRule {
  Rule rule;
  // "10.2.2.1/24": bits were masked away.
  bool had_host_bits = false;
  // "2001:db8::5000": was a port meant?
  bool last_group_looks_like_port = false;
};

// Parses the text of a rule, whichever list it stands in. InvalidArgument
// quotes the text, redacted, says what is wrong, and, where one is likely,
// which spelling was meant.
absl::StatusOr<WrittenRule> ParseRule(absl::string_view text);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_RULE_H_
