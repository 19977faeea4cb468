// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_DECISION_H_
#define PULLGATE_COMMON_POLICY_DECISION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/net/ip_address.h"
#include "common/registry/registry_address.h"

namespace pullgate {

enum class Effect { kDeny, kPermit };

// Why the policy denies; docs/semantics.md §5.
enum class DenyReason {
  kNone,
  kNotWhitelisted,
  kPlaintextRefused,
  kAddressRefused,
  kEvidenceUnavailable,
  kNoPolicy,
};

enum class CertificateCheck { kRequired, kNone };

// One way to reach the registry.
struct Route {
  Scheme scheme = Scheme::kHttps;
  RegistryHost host;
  uint16_t port = 443;
  CertificateCheck certificate_check = CertificateCheck::kRequired;
  // Connect to these and no others. Empty and !pinned: resolve and ask again.
  bool pinned = false;
  std::vector<IpAddress> addresses;
};

enum class RuleList : uint8_t {
  kWhitelist,
  kInsecure,
  kProtected,
  kUnpinnable,
  kCaScope
};

// A rule by its place.
struct RuleReference {
  RuleList list = RuleList::kWhitelist;
  uint32_t index = 0;
  std::string text;  // canonical
};

// "whitelist[3]".
std::string PlaceOf(const RuleReference& rule);
// whitelist[3] "harbor.corp.example:5000", as sentences begin.
std::string Quoted(const RuleReference& rule);

struct MatchedRule {
  enum class Role { kDecided, kAlso, kBeaten };
  RuleReference rule;
  Scheme scheme = Scheme::kHttps;
  uint16_t port = 0;
  std::string by_evidence;  // empty: matched what was asked
  Role role = Role::kAlso;
  std::optional<RuleReference> beaten_by;
  std::string note;
};

struct NearbyRule {
  RuleReference rule;
  std::string note;
};

struct Explanation {
  std::vector<MatchedRule> matched;
  std::vector<NearbyRule> nearby;
  std::vector<std::string> steps;
};

// The answer of the engine. Default-constructed, it refuses.
struct Decision {
  Effect effect = Effect::kDeny;
  DenyReason reason = DenyReason::kNotWhitelisted;
  // One sentence for a person; no secrets.
  std::string message;
  // In the order to try; not empty if and only if the effect is kPermit.
  std::vector<Route> routes;
  // Absent when no rule decided.
  std::optional<RuleReference> rule;
  std::optional<Explanation> explanation;  // only when asked for

  // Whether any route may go without a verified certificate.
  bool insecure() const {
    return !routes.empty() &&
           routes.front().certificate_check == CertificateCheck::kNone;
  }
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_DECISION_H_
