// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_COMMON_POLICY_SMALL_UNIVERSE_H_
#define PULLGATE_TESTS_COMMON_POLICY_SMALL_UNIVERSE_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "common/policy/evidence.h"
#include "common/policy/policy_snapshot.h"
#include "common/registry/registry_address.h"

namespace pullgate::testing {

// A few names, addresses and ports to make policies of, and so few questions
// that all can be asked: every host that such policies can tell from others, at
// every port and scheme, with every set of evidence. Another one for each seed.
//
// Knows the forms of rules and no more: nothing of how policies are compared.
class SmallUniverse {
 public:
  explicit SmallUniverse(uint64_t seed);

  const ProcessSettings& settings() const { return settings_; }
  // A policy of this universe, and one that differs from it a little or a lot.
  // CompilePolicy may refuse them.
  PolicyText Policy();
  PolicyText Variant(const PolicyText& policy);

  // Of all names, or all addresses.
  std::vector<RegistryAddress> Questions(bool about_names) const;
  // Every set of evidence there may be for them.
  std::vector<Evidence> EvidenceFor(bool about_names) const;

 private:
  int Below(int limit);
  bool Chance(int percent) { return Below(100) < percent; }
  template <typename T>
  const T& OneOf(const std::vector<T>& values) {
    return values[static_cast<size_t>(Below(static_cast<int>(values.size())))];
  }

  void ChooseNames();
  void ChoosePrefixes();
  void ChoosePorts();
  void ChooseSettings();
  std::string Rule(bool insecure);

  std::mt19937_64 random_;
  ProcessSettings settings_;
  // What rules are made of.
  std::vector<std::string> rule_names_;
  std::vector<std::string> rule_prefixes_;
  std::vector<std::string> rule_ports_;  // ":5000"
  bool schemes_ = false;
  // What questions are made of.
  std::vector<std::string> names_;
  std::vector<std::string> addresses_;
  std::vector<std::string> ports_;
};

}  // namespace pullgate::testing

#endif  // PULLGATE_TESTS_COMMON_POLICY_SMALL_UNIVERSE_H_
