// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/common/policy/small_universe.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace pullgate::testing {
namespace {

void AddOnce(const std::string& value, std::vector<std::string>& values) {
  if (std::find(values.begin(), values.end(), value) == values.end()) {
    values.push_back(value);
  }
}

// All subsets of values 0 to count - 1, as bits.
uint32_t SubsetsOf(size_t count) { return 1u << count; }

}  // namespace

SmallUniverse::SmallUniverse(uint64_t seed) : random_(seed) {
  ChooseNames();
  ChoosePrefixes();
  ChoosePorts();
  ChooseSettings();
}

int SmallUniverse::Below(int limit) {
  return static_cast<int>(random_() % static_cast<uint64_t>(limit));
}

void SmallUniverse::ChooseNames() {
  const std::vector<std::string> chain = {"t", "a.t", "b.a.t", "c.b.a.t"};
  const std::vector<std::string> rare = {"localhost",
                                         "docker.io",
                                         "index.docker.io",
                                         "registry.hub.docker.com",
                                         "io",
                                         "hub.docker.com"};
  const int count = Chance(85) ? 1 : 2;
  for (int i = 0; i < count; ++i) {
    AddOnce(Chance(92) ? OneOf(chain) : OneOf(rare), rule_names_);
  }
  bool hub = false;
  for (const std::string& name : rule_names_) {
    AddOnce(name, names_);
    AddOnce(absl::StrCat("x.", name), names_);
    hub |= absl::StrContains(name, "io") || absl::StrContains(name, "docker");
  }
  AddOnce("other.z", names_);
  AddOnce("docker.io", names_);
  if (!hub) return;
  for (const char* name :
       {"index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"}) {
    AddOnce(name, names_);
  }
}

void SmallUniverse::ChoosePrefixes() {
  const std::vector<std::vector<std::string>> choices = {
      // A prefix, then an address of it that no other choice has.
      {"10.0.0.1", "10.0.0.1"},        {"10.0.0.0/31", "10.0.0.0"},
      {"10.0.0.0/24", "10.0.0.9"},     {"10.0.0.0/8", "10.9.9.9"},
      {"127.0.0.0/8", "127.0.0.1"},    {"2001:db8::1", "2001:db8::1"},
      {"2001:db8::/32", "2001:db8::9"}};
  const int count = Chance(60) ? 1 : 2;
  for (int i = 0; i < count; ++i) {
    const std::vector<std::string>& choice = OneOf(choices);
    AddOnce(choice[0], rule_prefixes_);
    AddOnce(choice[1], addresses_);
  }
  AddOnce("8.8.8.8", addresses_);
  // Somewhere that evidence must not lead to.
  if (Chance(40)) {
    settings_.unpinnable_addresses = {"127.0.0.0/8"};
    AddOnce("127.0.0.1", addresses_);
  }
}

void SmallUniverse::ChoosePorts() {
  rule_ports_ = {""};
  ports_ = {""};
  // Docker Hub has its aliases on some ports only.
  if (names_.size() > 5) ports_ = {"", ":443", ":7"};
  if (Chance(55)) return;
  rule_ports_.push_back(OneOf<std::string>({":5000", ":443", ":80"}));
  schemes_ = Chance(30);
  AddOnce(rule_ports_.back(), ports_);
  AddOnce(":7", ports_);
  if (!schemes_) return;
  AddOnce(":443", ports_);
  AddOnce(":80", ports_);
}

void SmallUniverse::ChooseSettings() {
  if (Chance(70)) return;
  ProtectedRegistryText registry;
  if (Chance(50)) {
    registry.host = OneOf(rule_names_);
    if (registry.host == "localhost") return;
    if (Chance(50)) registry.addresses.push_back(OneOf(addresses_));
  } else {
    registry.host = OneOf(addresses_);
  }
  settings_.protected_registries.push_back(registry);
  // Around an address that is protected, others are not.
  const bool by_name = !registry.addresses.empty();
  const std::string at = by_name ? registry.addresses[0] : registry.host;
  for (const char* neighbour : {"10.0.0.1", "10.0.0.8", "10.9.9.8", "127.0.0.2",
                                "2001:db8::8", "8.8.8.7"}) {
    if (at.size() > 4 && absl::StartsWith(neighbour, at.substr(0, 4))) {
      AddOnce(neighbour, addresses_);
    }
  }
}

std::string SmallUniverse::Rule(bool insecure) {
  const bool name = Chance(55);
  if (name && Chance(50)) {
    return absl::StrCat("*.", OneOf(rule_names_), OneOf(rule_ports_));
  }
  std::string host = name ? OneOf(rule_names_) : OneOf(rule_prefixes_);
  if (absl::StrContains(host, '/')) return host;
  if (absl::StrContains(host, ':')) host = absl::StrCat("[", host, "]");
  std::string scheme;
  if (schemes_ && Chance(50)) scheme = insecure ? "http://" : "https://";
  return absl::StrCat(scheme, host, OneOf(rule_ports_));
}

PolicyText SmallUniverse::Policy() {
  PolicyText policy;
  policy.mode = Chance(80) ? PolicyMode::kWhitelist : PolicyMode::kOpen;
  if (policy.mode == PolicyMode::kWhitelist) {
    for (int i = Below(4); i > 0; --i) policy.whitelist.push_back(Rule(false));
  }
  for (int i = Below(4); i > 0; --i) policy.insecure.push_back(Rule(true));
  policy.insecure_by_evidence = Chance(40);
  return policy;
}

PolicyText SmallUniverse::Variant(const PolicyText& policy) {
  if (Chance(30)) return Policy();
  PolicyText variant = policy;
  std::vector<std::string>& list =
      Chance(50) && policy.mode == PolicyMode::kWhitelist ? variant.whitelist
                                                          : variant.insecure;
  switch (Below(4)) {
    case 0:
      if (!list.empty()) list.pop_back();
      break;
    case 1:
      variant.insecure_by_evidence = !variant.insecure_by_evidence;
      break;
    default:
      list.push_back(Rule(&list == &variant.insecure));
      break;
  }
  return variant;
}

std::vector<RegistryAddress> SmallUniverse::Questions(bool about_names) const {
  std::vector<std::string> hosts = about_names ? names_ : addresses_;
  // As evidence it is like any other name; as a question it is not.
  if (about_names) AddOnce("localhost", hosts);
  std::vector<RegistryAddress> questions;
  for (std::string host : hosts) {
    if (absl::StrContains(host, ':')) host = absl::StrCat("[", host, "]");
    for (const std::string& port : ports_) {
      for (const char* scheme : {"", "https://", "http://"}) {
        questions.push_back(
            RegistryAddress::ParseQuestion(absl::StrCat(scheme, host, port))
                .value());
      }
    }
  }
  return questions;
}

std::vector<Evidence> SmallUniverse::EvidenceFor(bool about_names) const {
  const std::vector<std::string>& hosts = about_names ? addresses_ : names_;
  std::vector<Evidence> all;
  for (uint32_t subset = 0; subset < SubsetsOf(hosts.size()); ++subset) {
    Evidence& evidence = all.emplace_back();
    evidence.outcome = Evidence::Outcome::kLookedUp;
    for (size_t i = 0; i < hosts.size(); ++i) {
      if ((subset >> i & 1) == 0) continue;
      if (about_names) {
        evidence.addresses.push_back(IpAddress::Parse(hosts[i]).value());
      } else {
        evidence.names.push_back(DnsName::Parse(hosts[i]).value());
      }
    }
    std::sort(evidence.addresses.begin(), evidence.addresses.end());
    std::sort(evidence.names.begin(), evidence.names.end());
  }
  return all;
}

}  // namespace pullgate::testing
