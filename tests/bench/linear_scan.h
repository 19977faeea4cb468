// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_BENCH_LINEAR_SCAN_H_
#define PULLGATE_TESTS_BENCH_LINEAR_SCAN_H_

#include <vector>

#include "common/policy/evaluate.h"
#include "common/policy/policy_index.h"
#include "common/policy/rule.h"

namespace pullgate::bench {

// Decides by looking at every rule, parsed beforehand, one after the other: the
// obvious way, to compare with. Protection and unpinnable addresses are those
// of the index.
class LinearScan {
 public:
  // `index`, of the same policy, outlives this.
  LinearScan(const PolicyText& policy, const PolicyIndex& index);

  // As pullgate::Evaluate, for a name with at most one address, or an address
  // without names.
  Evaluation Evaluate(const RegistryAddress& question,
                      const Evidence& evidence) const;

 private:
  struct Entry {
    Rule rule;
    IndexedRule indexed;
  };

  void Take(const std::vector<std::string>& texts, RuleList list);
  EndpointVerdict At(Scheme scheme, const RegistryAddress& question,
                     const IpAddress* address) const;

  const PolicyIndex& index_;
  std::vector<Entry> rules_;
};

}  // namespace pullgate::bench

#endif  // PULLGATE_TESTS_BENCH_LINEAR_SCAN_H_
