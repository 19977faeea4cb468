// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/bench/rule_sets.h"

#include <array>
#include <cstdint>
#include <random>

#include "absl/strings/str_cat.h"
#include "common/policy/rule.h"

namespace pullgate::bench {
namespace {

constexpr int kDeepestLabels = 120;

class Maker {
 public:
  explicit Maker(uint64_t seed) : random_(seed) {}

  uint64_t Next() { return random_(); }
  int Below(uint64_t limit) { return static_cast<int>(random_() % limit); }
  bool Chance(int percent) { return Below(100) < percent; }

  IpAddress V4() {
    const uint64_t bits = random_();
    return IpAddress::FromV4Bytes({10, static_cast<uint8_t>(bits),
                                   static_cast<uint8_t>(bits >> 8),
                                   static_cast<uint8_t>(bits >> 16)});
  }
  IpAddress V6() {
    std::array<uint8_t, 16> bytes = {0x20, 0x01, 0x0d, 0xb8};
    for (size_t i = 4; i < bytes.size(); ++i) {
      bytes[i] = static_cast<uint8_t>(random_());
    }
    return IpAddress::FromV6Bytes(bytes);
  }
  // Some address of the block.
  IpAddress Inside(const IpPrefix& prefix) {
    std::array<uint8_t, 16> bytes = prefix.base().bytes();
    for (int bit = prefix.length(); bit < prefix.base().bits(); ++bit) {
      if (Chance(50)) bytes[bit / 8] |= static_cast<uint8_t>(0x80 >> bit % 8);
    }
    if (!prefix.base().is_v4()) return IpAddress::FromV6Bytes(bytes);
    return IpAddress::FromV4Bytes({bytes[0], bytes[1], bytes[2], bytes[3]});
  }
  std::string Port() { return Chance(75) ? "" : Chance(50) ? ":5000" : ":443"; }

 private:
  std::mt19937_64 random_;
};

std::string MixedRule(int i, Maker& maker) {
  switch (i % 10) {
    case 0:
    case 1:
    case 2:
    case 3:
      return absl::StrCat("reg", i, ".team", i % 997, ".corp", i % 31,
                          ".example.com", maker.Port());
    case 4:
    case 5:
      return absl::StrCat("*.team", i, ".corp", i % 31, ".example.net",
                          maker.Port());
    case 6:
    case 7:
      return absl::StrCat(maker.V4().ToString(), maker.Port());
    case 8:
      return IpPrefix(maker.V4(), 12 + maker.Below(17)).ToString();
    default:
      return IpPrefix(maker.V6(), 36 + maker.Below(93)).ToString();
  }
}

// As many labels as `depth`, then one that tells chains apart.
std::string DeepName(int depth, int chain) {
  std::string name;
  for (int i = 0; i < depth; ++i) name += "a.";
  return absl::StrCat(name, "v", chain);
}

// Node `i` of a binary tree of blocks below 10.0.0.0/12, from the top.
std::string TreeBlock(int i) {
  int depth = 0;
  while ((i + 1) >> (depth + 1) != 0) ++depth;
  const uint32_t path = static_cast<uint32_t>(i + 1) - (1u << depth);
  const uint32_t bits = 10u << 24 | path << (20 - depth);
  const IpAddress base = IpAddress::FromV4Bytes(
      {static_cast<uint8_t>(bits >> 24), static_cast<uint8_t>(bits >> 16),
       static_cast<uint8_t>(bits >> 8), static_cast<uint8_t>(bits)});
  return IpPrefix(base, 12 + depth).ToString();
}

std::string ChainBlock(int i, IpAddress* end, Maker& maker) {
  const int length = 32 + i % 97;
  if (length == 32) *end = maker.V6();
  return IpPrefix(*end, length).ToString();
}

std::string NthRule(RuleKinds kinds, int i, IpAddress* end, Maker& maker) {
  switch (kinds) {
    case RuleKinds::kMixed:
      return MixedRule(i, maker);
    case RuleKinds::kOneSuffix:
      return absl::StrCat("reg", i, ".registries.corp.example.com");
    case RuleKinds::kDeepNames:
      return absl::StrCat("*.",
                          DeepName(i % kDeepestLabels, i / kDeepestLabels));
    case RuleKinds::kSingles:
      return maker.V4().ToString();
    case RuleKinds::kNestedV4:
      return TreeBlock(i);
    case RuleKinds::kNestedV6:
      break;
  }
  return ChainBlock(i, end, maker);
}

// What a rule covers.
RegistryHost HostUnder(const Rule& rule, Maker& maker) {
  if (rule.prefix() != nullptr) return maker.Inside(*rule.prefix());
  const bool wildcard = rule.kind() == Rule::Kind::kWildcard;
  return *DnsName::Parse(absl::StrCat(wildcard ? "reg." : "", rule.name()));
}

RegistryHost HostOfNoRule(RuleKinds kinds, Maker& maker) {
  switch (kinds) {
    case RuleKinds::kMixed:
      if (maker.Chance(40)) break;
      return *DnsName::Parse(absl::StrCat("reg", maker.Below(1 << 20), ".team",
                                          maker.Below(997),
                                          ".corp7.example.org"));
    case RuleKinds::kOneSuffix:
      return *DnsName::Parse(absl::StrCat("no", maker.Below(1 << 20),
                                          ".registries.corp.example.com"));
    case RuleKinds::kDeepNames:
      return *DnsName::Parse(
          DeepName(kDeepestLabels - 1, maker.Below(1 << 20)));
    default:
      break;
  }
  return kinds == RuleKinds::kNestedV6 ? maker.V6() : maker.V4();
}

}  // namespace

std::string NameOf(RuleKinds kinds) {
  switch (kinds) {
    case RuleKinds::kMixed:
      return "mixed";
    case RuleKinds::kOneSuffix:
      return "one_suffix";
    case RuleKinds::kDeepNames:
      return "deep_names";
    case RuleKinds::kSingles:
      return "singles";
    case RuleKinds::kNestedV4:
      return "nested_v4";
    case RuleKinds::kNestedV6:
      break;
  }
  return "nested_v6";
}

PolicyText MakePolicy(RuleKinds kinds, int rules) {
  Maker maker(17);
  PolicyText policy;
  policy.mode = PolicyMode::kWhitelist;
  IpAddress end;
  for (int i = 0; i < rules; ++i) {
    std::string rule = NthRule(kinds, i, &end, maker);
    (maker.Chance(30) ? policy.insecure : policy.whitelist)
        .push_back(std::move(rule));
  }
  return policy;
}

ProcessSettings MakeSettings() {
  ProcessSettings settings;
  for (int i = 0; i < 20; ++i) {
    settings.protected_registries.push_back(
        {absl::StrCat("harbor", i, ".vic.example.com"),
         {absl::StrCat("192.168.7.", i)}});
  }
  settings.unpinnable_addresses = DefaultUnpinnableAddresses();
  return settings;
}

std::vector<Asked> MakeQuestions(RuleKinds kinds, const PolicyText& policy,
                                 int count) {
  Maker maker(23);
  std::vector<Asked> questions;
  const auto any_rule = [&] {
    const bool insecure = policy.whitelist.empty() ||
                          (!policy.insecure.empty() && maker.Chance(30));
    const auto& list = insecure ? policy.insecure : policy.whitelist;
    return ParseRule(list[maker.Below(list.size())])->rule;
  };
  for (int i = 0; i < count; ++i) {
    RegistryHost host = HostOfNoRule(kinds, maker);
    std::optional<uint16_t> port;
    if (maker.Chance(50)) {
      const Rule rule = any_rule();
      host = HostUnder(rule, maker);
      port = rule.port();
    }
    Asked asked = {RegistryAddress(std::nullopt, host, port), {}};
    asked.evidence.outcome = Evidence::Outcome::kLookedUp;
    if (asked.question.name() != nullptr) {
      asked.evidence.addresses = {maker.Chance(20) ? maker.V6() : maker.V4()};
    }
    questions.push_back(std::move(asked));
  }
  return questions;
}

}  // namespace pullgate::bench
