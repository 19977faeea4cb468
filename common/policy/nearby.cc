// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/nearby.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/policy/endpoint.h"

namespace pullgate {
namespace {

// How near a rule is; the lower the nearer.
enum class Distance {
  kOtherEndpoint,
  kSameDomain,
  kNextBlock,
};

struct Candidate {
  Distance distance = Distance::kOtherEndpoint;
  RuleHit hit;
  std::string note;
};

bool IsNearer(const Candidate& a, const Candidate& b) {
  const auto key = [](const Candidate& c) {
    return std::make_tuple(c.distance, c.hit.rule->list, c.hit.rule->position);
  };
  return key(a) < key(b);
}

// Without its first label; "" if that would leave a top-level domain.
absl::string_view DomainOf(absl::string_view name) {
  const size_t dot = name.find('.');
  if (dot == absl::string_view::npos) return "";
  name.remove_prefix(dot + 1);
  return absl::StrContains(name, '.') ? name : "";
}

bool IsBelow(absl::string_view name, absl::string_view domain) {
  return name.size() > domain.size() && absl::EndsWith(name, domain) &&
         name[name.size() - domain.size() - 1] == '.';
}

// The block of the same length right behind; wraps around at the last one.
IpPrefix NextBlock(const IpPrefix& prefix) {
  std::array<uint8_t, 16> bytes = prefix.base().bytes();
  int byte = (prefix.length() - 1) / 8;
  int carry = 1 << (7 - (prefix.length() - 1) % 8);
  for (; byte >= 0 && carry != 0; --byte) {
    const int sum = bytes[byte] + carry;
    bytes[byte] = static_cast<uint8_t>(sum);
    carry = sum >> 8;
  }
  const IpAddress base =
      prefix.base().is_v4()
          ? IpAddress::FromV4Bytes({bytes[0], bytes[1], bytes[2], bytes[3]})
          : IpAddress::FromV6Bytes(bytes);
  // What runs into ::ffff:0:0/96 is nobody's neighbour.
  return base.is_v4() == prefix.base().is_v4() ? IpPrefix(base, prefix.length())
                                               : prefix;
}

bool IsNextTo(const IpPrefix& prefix, const IpAddress& address) {
  if (prefix.length() == 0 || prefix.base().is_v4() != address.is_v4()) {
    return false;
  }
  const IpPrefix own(address, prefix.length());
  return own != prefix &&
         (NextBlock(own) == prefix || NextBlock(prefix) == own);
}

class NearbyFinder {
 public:
  explicit NearbyFinder(const DecidedCase& decided)
      : decided_(decided),
        rules_(decided.policy.rules),
        https_(EndpointOf(decided.question, Scheme::kHttps)),
        http_(EndpointOf(decided.question, Scheme::kHttp)) {}

  std::vector<NearbyRule> Find() {
    VisitSameHost();
    rules_.VisitDistinct([this](const RuleHit& hit) {
      if (hit.kind == Rule::Kind::kPrefix) {
        ConsiderPrefix(hit);
      } else {
        ConsiderName(hit);
      }
    });
    std::sort(found_.begin(), found_.end(), IsNearer);
    std::vector<NearbyRule> nearby;
    for (const Candidate& candidate : found_) {
      const RuleReference rule = rules_.ReferenceTo(candidate.hit);
      if (nearby.size() < kMaxNearbyRules && !Contains(nearby, rule)) {
        nearby.push_back(
            {rule, absl::StrCat(Quoted(rule), " ", candidate.note)});
      }
    }
    return nearby;
  }

 private:
  static bool Contains(const std::vector<NearbyRule>& nearby,
                       const RuleReference& rule) {
    return std::any_of(nearby.begin(), nearby.end(), [&](const NearbyRule& n) {
      return n.rule.list == rule.list && n.rule.index == rule.index;
    });
  }

  bool Matches(const RuleHit& hit) const {
    const EndpointCover& cover = hit.rule->cover;
    return (https_.has_value() && cover.Covers(*https_)) ||
           (http_.has_value() && cover.Covers(*http_));
  }

  void Add(Distance distance, const RuleHit& hit, std::string note) {
    found_.push_back({distance, hit, std::move(note)});
    if (found_.size() < 16 * kMaxNearbyRules) return;
    std::nth_element(found_.begin(), found_.begin() + 4 * kMaxNearbyRules,
                     found_.end(), IsNearer);
    found_.resize(4 * kMaxNearbyRules);
  }

  // Rules that would match but for port or scheme.
  void VisitSameHost() {
    VisitDirect(rules_, decided_.question, [this](const RuleHit& hit) {
      AddOtherEndpoint(hit,
                       hit.exact ? "names the same host" : "covers this host");
    });
    for (const IpAddress& address : decided_.evidence.addresses) {
      rules_.VisitAddress(address, [&](const RuleHit& hit) {
        AddOtherEndpoint(hit, absl::StrCat("covers ", address.ToString()));
      });
    }
    for (const DnsName& name : decided_.evidence.names) {
      VisitByName(rules_, name.text(), [&](const RuleHit& hit) {
        AddOtherEndpoint(hit, absl::StrCat("covers ", name.text()));
      });
    }
  }

  void AddOtherEndpoint(const RuleHit& hit, absl::string_view what) {
    if (Matches(hit)) return;
    Add(Distance::kOtherEndpoint, hit,
        absl::StrCat(what, hit.rule->cover.scheme().has_value()
                               ? " with another scheme or port"
                               : " with another port"));
  }

  void ConsiderName(const RuleHit& hit) {
    if (decided_.question.name() == nullptr) return;
    const absl::string_view asked = decided_.question.name()->text();
    const absl::string_view name = rules_.NameOf(hit);
    const bool same_domain =
        !DomainOf(asked).empty() && DomainOf(asked) == DomainOf(name);
    if (name == asked) {
      if (hit.exact) return;
      Add(Distance::kSameDomain, hit,
          "covers the names below this one, but not this one itself");
    } else if (hit.exact && IsBelow(asked, name)) {
      Add(Distance::kSameDomain, hit,
          absl::StrCat("covers ", name, " itself; names below it take \"*.",
                       name, "\""));
    } else if (same_domain || IsBelow(name, asked)) {
      Add(Distance::kSameDomain, hit, "is of the same domain");
    }
  }

  void ConsiderPrefix(const RuleHit& hit) {
    const IpPrefix prefix = rules_.PrefixOf(hit);
    const auto consider = [&](const IpAddress& address) {
      if (!IsNextTo(prefix, address)) return;
      Add(Distance::kNextBlock, hit,
          absl::StrCat("lies next to ", address.ToString()));
    };
    if (decided_.question.address() != nullptr) {
      consider(*decided_.question.address());
    }
    for (const IpAddress& address : decided_.evidence.addresses) {
      consider(address);
    }
  }

  const DecidedCase& decided_;
  const RuleIndex& rules_;
  const std::optional<Endpoint> https_;
  const std::optional<Endpoint> http_;
  std::vector<Candidate> found_;
};

}  // namespace

std::vector<NearbyRule> FindNearby(const DecidedCase& decided) {
  return NearbyFinder(decided).Find();
}

}  // namespace pullgate
