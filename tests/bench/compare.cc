// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// How long comparing two policies takes, for several shapes of policies:
//
//   bazel run -c opt //tests/bench:compare [-- RULES]
//
// Of each shape the second policy differs in one rule of ten. Prints a line for
// each and, with 10,000 rules, the slowest as "result compare_ms_10k V ms".

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/policy/compare_policies.h"

namespace pullgate {
namespace {

constexpr int kRuns = 5;

struct Shape {
  const char* name;
  // Adds rule number `i` to either list.
  std::function<void(int i, PolicyText& policy)> add;
};

std::string Block(int i, int length) {
  return absl::StrCat("10.", i / 256 % 256, ".", i % 256, ".0/", length);
}

const std::vector<Shape>& Shapes() {
  static const auto* const shapes = new std::vector<Shape>{
      {"names",
       [](int i, PolicyText& policy) {
         policy.whitelist.push_back(absl::StrCat("r", i, ".example.com"));
       }},
      {"names_ports",
       [](int i, PolicyText& policy) {
         policy.whitelist.push_back(
             absl::StrCat("r", i, ".example.com:", 1 + i % 65535));
       }},
      {"one_name_all_ports",
       [](int i, PolicyText& policy) {
         policy.whitelist.push_back(
             absl::StrCat("r.example.com:", 1 + i % 65535));
       }},
      // Each name is below a wildcard with a hundred ports.
      {"ports_above_names",
       [](int i, PolicyText& policy) {
         const std::string team = absl::StrCat("t", i / 200, ".example.com");
         policy.whitelist.push_back(
             i % 2 == 0 ? absl::StrCat("*.", team, ":", 5000 + i % 200)
                        : absl::StrCat("r", i, ".", team));
       }},
      {"wildcards",
       [](int i, PolicyText& policy) {
         (i % 3 == 0 ? policy.insecure : policy.whitelist)
             .push_back(absl::StrCat("*.t", i, ".d", i % 100, ".example.com"));
       }},
      {"blocks",
       [](int i, PolicyText& policy) {
         (i % 3 == 0 ? policy.insecure : policy.whitelist)
             .push_back(Block(i, 24));
       }},
      {"mixed",
       [](int i, PolicyText& policy) {
         std::vector<std::string>& list =
             i % 4 == 0 ? policy.insecure : policy.whitelist;
         const std::string team = absl::StrCat("t", i % 500, ".example.com");
         switch (i % 6) {
           case 0:
             list.push_back(absl::StrCat("*.", team, ":", 5000 + i % 40));
             break;
           case 1:
             list.push_back(absl::StrCat("r", i, ".", team));
             break;
           case 2:
             list.push_back(absl::StrCat("r", i, ".", team, ":5000"));
             break;
           case 3:
             list.push_back(Block(i, 24));
             break;
           case 4:
             list.push_back(
                 absl::StrCat("10.", i / 256 % 256, ".", i % 256, ".7:443"));
             break;
           default:
             list.push_back(absl::StrCat("[2001:db8:", absl::Hex(i / 65536),
                                         ":", absl::Hex(i % 65536), "::7]"));
         }
         policy.insecure_by_evidence = true;
       }},
  };
  return *shapes;
}

std::shared_ptr<const PolicySnapshot> Compile(const Shape& shape, int rules,
                                              bool changed) {
  PolicyText policy;
  policy.mode = PolicyMode::kWhitelist;
  for (int i = 0; i < rules; ++i) {
    shape.add(changed && i % 10 == 0 ? i + rules : i, policy);
  }
  ProcessSettings settings;
  settings.unpinnable_addresses = DefaultUnpinnableAddresses();
  const CompileResult result = CompilePolicy(
      policy, settings, PolicyMode::kUnspecified, PolicyOrigin::kStored);
  if (result.snapshot == nullptr) {
    std::fprintf(stderr, "%s: %s\n", shape.name,
                 result.findings[0].message.c_str());
    std::exit(EXIT_FAILURE);
  }
  return result.snapshot;
}

// The median.
double Measure(const Shape& shape, int rules) {
  const auto before = Compile(shape, rules, /*changed=*/false);
  const auto after = Compile(shape, rules, /*changed=*/true);
  std::vector<double> milliseconds;
  size_t regions = 0;
  for (int run = 0; run < kRuns; ++run) {
    const absl::Time start = absl::Now();
    const auto impact = ComparePolicies(*before, *after);
    milliseconds.push_back(absl::ToDoubleMilliseconds(absl::Now() - start));
    if (!impact.ok()) {
      std::fprintf(stderr, "%s: %s\n", shape.name,
                   impact.status().ToString().c_str());
      std::exit(EXIT_FAILURE);
    }
    regions =
        impact->regions.size() + static_cast<size_t>(impact->regions_left_out);
  }
  std::sort(milliseconds.begin(), milliseconds.end());
  const double median = milliseconds[kRuns / 2];
  std::printf("%-20s %d rules %8.1f ms, %zu regions\n", shape.name, rules,
              median, regions);
  return median;
}

}  // namespace
}  // namespace pullgate

int main(int argc, char** argv) {
  int rules = 10000;
  if (argc > 1 && !absl::SimpleAtoi(argv[1], &rules)) return EXIT_FAILURE;
  double slowest = 0;
  for (const pullgate::Shape& shape : pullgate::Shapes()) {
    slowest = std::max(slowest, pullgate::Measure(shape, rules));
  }
  if (rules == 10000) std::printf("result compare_ms_10k %.1f ms\n", slowest);
  return EXIT_SUCCESS;
}
