// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/common/policy/random_case.h"

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace pullgate::testing {
namespace {

constexpr const char* kNames[] = {"example",
                                  "a.example",
                                  "b.a.example",
                                  "c.b.a.example",
                                  "x.a.example",
                                  "corp",
                                  "r.corp",
                                  "io",
                                  "docker.io",
                                  "index.docker.io",
                                  "registry-1.docker.io",
                                  "registry.hub.docker.com",
                                  "docker.com",
                                  "hub.docker.com",
                                  "localhost"};

constexpr const char* kAddresses[] = {
    "10.0.0.1",      "10.0.0.2",    "10.0.1.1",       "10.1.0.1",
    "127.0.0.1",     "192.168.0.1", "2001:db8::1",    "2001:db8::2",
    "2001:db8:1::1", "::1",         "::ffff:10.0.0.1"};

constexpr const char* kBlocks[] = {
    "0.0.0.0/0",   "10.0.0.0/8",         "10.0.0.0/16",   "10.0.0.0/24",
    "10.0.0.0/31", "10.0.1.0/24",        "127.0.0.0/8",   "192.168.0.0/16",
    "10.0.0.1/32", "2001:db8::/32",      "2001:db8::/64", "2001:db8::1/128",
    "::/0",        "::ffff:10.0.0.0/104"};

constexpr const char* kPorts[] = {":443", ":80", ":5000"};

template <typename T, size_t kSize>
constexpr int SizeOf(const T (&)[kSize]) {
  return static_cast<int>(kSize);
}

std::string Bracketed(const std::string& address) {
  return absl::StrContains(address, ':') ? absl::StrCat("[", address, "]")
                                         : address;
}

}  // namespace

int RandomCases::Below(int limit) {
  return static_cast<int>(random_() % static_cast<uint64_t>(limit));
}

std::string RandomCases::Name() { return kNames[Below(SizeOf(kNames))]; }

std::string RandomCases::Address() {
  return kAddresses[Below(SizeOf(kAddresses))];
}

std::string RandomCases::Port() {
  return Chance(50) ? "" : kPorts[Below(SizeOf(kPorts))];
}

std::string RandomCases::WhitelistRule() {
  switch (Below(5)) {
    case 0:
      return absl::StrCat(Chance(20) ? "https://" : "", Name(), Port());
    case 1:
      return absl::StrCat("*.", Name(), Port());
    case 2:
      return absl::StrCat(Bracketed(Address()), Port());
    default:
      return kBlocks[Below(SizeOf(kBlocks))];
    case 4:
      return absl::StrCat(Name(), Port());
  }
}

std::string RandomCases::InsecureRule() {
  if (Chance(10)) {
    return absl::StrCat("http://", Chance(50) ? Name() : Bracketed(Address()),
                        Port());
  }
  return WhitelistRule();
}

PolicyText RandomCases::Policy() {
  PolicyText policy;
  if (Chance(70)) {
    for (int i = Below(5); i > 0; --i) {
      policy.whitelist.push_back(WhitelistRule());
    }
    policy.mode = PolicyMode::kWhitelist;
  } else {
    policy.mode = PolicyMode::kOpen;
  }
  for (int i = Below(5); i > 0; --i) policy.insecure.push_back(InsecureRule());
  policy.insecure_by_evidence = Chance(40);
  return policy;
}

ProcessSettings RandomCases::Settings() {
  ProcessSettings settings;
  for (int i = Below(3); i > 0; --i) {
    ProtectedRegistryText registry;
    registry.host = Chance(50) ? Name() : Address();
    if (registry.host == "localhost") registry.host = "r.corp";
    const bool is_name = !IpAddress::Parse(registry.host).ok();
    if (is_name && Chance(50)) registry.addresses.push_back(Address());
    settings.protected_registries.push_back(registry);
  }
  settings.unpinnable_addresses = {"127.0.0.0/8", "::1"};
  if (Chance(30)) settings.unpinnable_addresses.emplace_back("10.0.1.0/24");
  return settings;
}

RegistryAddress RandomCases::Question() {
  const char* const schemes[] = {"", "", "", "https://", "http://"};
  const std::string host = Chance(60) ? Name() : Bracketed(Address());
  return RegistryAddress::ParseQuestion(
             absl::StrCat(schemes[Below(SizeOf(schemes))], host, Port()))
      .value();
}

Evidence RandomCases::EvidenceFor(const RegistryAddress& question) {
  Evidence evidence;
  if (Chance(8)) {
    evidence.outcome = Evidence::Outcome::kFailed;
    return evidence;
  }
  evidence.outcome =
      Chance(5) ? Evidence::Outcome::kAbsent : Evidence::Outcome::kLookedUp;
  if (evidence.outcome == Evidence::Outcome::kAbsent) return evidence;
  const int count = Below(4);
  if (question.name() != nullptr) {
    std::set<IpAddress> addresses;
    for (int i = 0; i < count; ++i) {
      addresses.insert(IpAddress::Parse(Address()).value());
    }
    evidence.addresses.assign(addresses.begin(), addresses.end());
  } else {
    std::set<DnsName> names;
    for (int i = 0; i < count; ++i) {
      names.insert(DnsName::Parse(Name()).value());
    }
    evidence.names.assign(names.begin(), names.end());
  }
  return evidence;
}

}  // namespace pullgate::testing
