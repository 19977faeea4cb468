// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/common/policy/random_case.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
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
    "0.0.0.0/0",   "10.0.0.0/8",          "10.0.0.0/16",   "10.0.0.0/24",
    "10.0.0.0/31", "10.0.1.0/24",         "127.0.0.0/8",   "192.168.0.0/16",
    "10.0.0.1/32", "2001:db8::/32",       "2001:db8::/64", "2001:db8::1/128",
    "::/0",        "::ffff:10.0.0.0/104", "10.0.0.7/24",   "2001:DB8:0::9/64"};

// Canonical: the oracle reads settings as they are.
constexpr const char* kProtectedBlocks[] = {"10.0.0.0/31", "10.0.1.0/24",
                                            "2001:db8::/64"};
constexpr const char* kUnpinnable[] = {"10.0.1.0/24", "2001:db8:1::/48",
                                       "192.168.0.1"};

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

std::string RandomCases::Respelled(std::string host) {
  if (Chance(10)) {
    for (char& c : host) c = absl::ascii_toupper(c);
  }
  return host;
}

std::string RandomCases::WhitelistRule() {
  switch (Below(5)) {
    case 0:
      return absl::StrCat(Chance(20) ? "https://" : "", Respelled(Name()),
                          Port());
    case 1:
      return absl::StrCat("*.", Respelled(Name()), Port());
    case 2:
      return absl::StrCat(Chance(20) ? "https://" : "",
                          Bracketed(Respelled(Address())), Port());
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
  const int most = Chance(10) ? 16 : 5;
  if (Chance(70)) {
    for (int i = Below(most); i > 0; --i) {
      policy.whitelist.push_back(WhitelistRule());
    }
    policy.mode = PolicyMode::kWhitelist;
  } else {
    policy.mode = PolicyMode::kOpen;
  }
  for (int i = Below(most); i > 0; --i) {
    policy.insecure.push_back(InsecureRule());
  }
  policy.insecure_by_evidence = Chance(40);
  return policy;
}

ProcessSettings RandomCases::Settings() {
  ProcessSettings settings;
  for (int i = Below(3); i > 0; --i) {
    ProtectedRegistryText registry;
    if (Chance(50)) {
      registry.host = Name();
      if (registry.host == "localhost") registry.host = "r.corp";
      for (int k = Below(3); k > 0; --k) {
        registry.addresses.push_back(Address());
      }
    } else {
      registry.host = Chance(50)
                          ? Address()
                          : kProtectedBlocks[Below(SizeOf(kProtectedBlocks))];
    }
    settings.protected_registries.push_back(registry);
  }
  settings.unpinnable_addresses = {"127.0.0.0/8", "::1"};
  if (Chance(30)) {
    settings.unpinnable_addresses.emplace_back(
        kUnpinnable[Below(SizeOf(kUnpinnable))]);
  }
  return settings;
}

RegistryAddress RandomCases::Question() {
  const char* const schemes[] = {"", "", "", "https://", "http://"};
  const std::string host = Chance(60) ? Name() : Bracketed(Address());
  return RegistryAddress::ParseQuestion(
             absl::StrCat(schemes[Below(SizeOf(schemes))], Respelled(host),
                          Port(), Chance(5) ? "/v2/" : ""))
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
  const int count = Below(Chance(10) ? 10 : 4);
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

Evidence RandomCases::Disordered(const Evidence& evidence) {
  Evidence copy = evidence;
  if (!Chance(10)) return copy;
  if (!copy.addresses.empty()) copy.addresses.push_back(copy.addresses.front());
  if (!copy.names.empty()) copy.names.push_back(copy.names.front());
  std::shuffle(copy.addresses.begin(), copy.addresses.end(), random_);
  std::shuffle(copy.names.begin(), copy.names.end(), random_);
  return copy;
}

}  // namespace pullgate::testing
