// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_COMMON_POLICY_RANDOM_CASE_H_
#define PULLGATE_TESTS_COMMON_POLICY_RANDOM_CASE_H_

#include <cstdint>
#include <random>
#include <string>

#include "common/policy/evidence.h"
#include "common/policy/policy_snapshot.h"
#include "common/registry/registry_address.h"

namespace pullgate::testing {

// Random policies, questions and evidence that collide on purpose: few names at
// several depths, nested prefixes, few ports, Docker Hub's names, mapped and
// plain IPv6, protected registries. The same seed gives the same sequence.
class RandomCases {
 public:
  explicit RandomCases(uint64_t seed) : random_(seed) {}

  // May be refused by CompilePolicy.
  PolicyText Policy();
  ProcessSettings Settings();
  RegistryAddress Question();
  // In order.
  Evidence EvidenceFor(const RegistryAddress& question);
  // The same evidence, now and then with repeats and in another order.
  Evidence Disordered(const Evidence& evidence);

 private:
  int Below(int limit);
  bool Chance(int percent) { return Below(100) < percent; }
  std::string Name();
  std::string Address();
  std::string Port();
  std::string Respelled(std::string host);
  std::string WhitelistRule();
  std::string InsecureRule();

  std::mt19937_64 random_;
};

}  // namespace pullgate::testing

#endif  // PULLGATE_TESTS_COMMON_POLICY_RANDOM_CASE_H_
