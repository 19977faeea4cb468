// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// The engine against a second reading of docs/semantics.md, on random cases.
//
// PULLGATE_PROPERTY_CASES: how many; PULLGATE_PROPERTY_SEED: where to start.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/policy/decide.h"
#include "gtest/gtest.h"
#include "tests/common/policy/oracle.h"
#include "tests/common/policy/random_case.h"

namespace pullgate::testing {
namespace {

constexpr int kQuestionsPerPolicy = 40;
constexpr int kMostDifferencesShown = 5;

int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* text = std::getenv(name);
  int64_t value = 0;
  return text != nullptr && absl::SimpleAtoi(text, &value) ? value : otherwise;
}

std::string Show(const Route& route) {
  std::vector<std::string> addresses;
  for (const IpAddress& address : route.addresses) {
    addresses.push_back(address.ToString());
  }
  return absl::StrCat(SchemeName(route.scheme), "://", HostToString(route.host),
                      ":", route.port,
                      route.certificate_check == CertificateCheck::kNone
                          ? " unverified"
                          : " verified",
                      route.pinned ? " pinned to " : " unpinned",
                      absl::StrJoin(addresses, ","));
}

std::string Show(const Answer& answer) {
  std::vector<std::string> routes;
  for (const Route& route : answer.routes) routes.push_back(Show(route));
  return absl::StrCat(answer.effect == Effect::kPermit ? "permit " : "deny ",
                      "reason ", static_cast<int>(answer.reason), " rule '",
                      answer.rule, "' routes [", absl::StrJoin(routes, "; "),
                      "]");
}

Answer FromEngine(const Decision& decision) {
  Answer answer;
  answer.effect = decision.effect;
  answer.reason = decision.reason;
  answer.routes = decision.routes;
  if (decision.rule) answer.rule = PlaceOf(*decision.rule);
  return answer;
}

// The case in words that make a new file of testdata.
std::string Show(const PolicyText& policy, const ProcessSettings& settings,
                 const RegistryAddress& question, const Evidence& evidence) {
  std::vector<std::string> is_protected, known;
  for (const ProtectedRegistryText& registry : settings.protected_registries) {
    is_protected.push_back(absl::StrCat(
        registry.host, "(", absl::StrJoin(registry.addresses, ","), ")"));
  }
  for (const IpAddress& a : evidence.addresses) known.push_back(a.ToString());
  for (const DnsName& n : evidence.names) known.push_back(n.text());
  return absl::StrCat(
      policy.mode == PolicyMode::kOpen ? "OPEN" : "WHITELIST", " whitelist [",
      absl::StrJoin(policy.whitelist, ", "), "] insecure [",
      absl::StrJoin(policy.insecure, ", "), "]",
      policy.insecure_by_evidence ? " insecure_by_evidence" : "",
      " protected [", absl::StrJoin(is_protected, ", "), "] unpinnable [",
      absl::StrJoin(settings.unpinnable_addresses, ", "), "] asks ",
      question.ToString(), " evidence ",
      evidence.outcome == Evidence::Outcome::kFailed ? "failed" : "",
      absl::StrJoin(known, ","));
}

TEST(DecidePropertyTest, AgreesWithTheOracle) {
  const int64_t wanted = FromEnvironment("PULLGATE_PROPERTY_CASES", 100000);
  RandomCases cases(
      static_cast<uint64_t>(FromEnvironment("PULLGATE_PROPERTY_SEED", 1)));
  int64_t compared = 0;
  int64_t differences = 0;
  while (compared < wanted) {
    const ProcessSettings settings = cases.Settings();
    const CompileResult result = CompilePolicy(cases.Policy(), settings);
    if (result.snapshot == nullptr) continue;
    const PolicyText& policy = result.snapshot->canonical();
    for (int i = 0; i < kQuestionsPerPolicy; ++i, ++compared) {
      const RegistryAddress question = cases.Question();
      const Evidence evidence = cases.EvidenceFor(question);
      const std::string expected =
          Show(Consult(policy, settings, question, evidence));
      const std::string got = Show(
          FromEngine(Decide(*result.snapshot, question, evidence).value()));
      if (expected == got) continue;
      if (++differences <= kMostDifferencesShown) {
        ADD_FAILURE() << Show(policy, settings, question, evidence)
                      << "\n  oracle: " << expected << "\n  engine: " << got;
      }
    }
  }
  std::printf("result property_cases %lld count\n",
              static_cast<long long>(compared));
  std::printf("result property_differences %lld count\n",
              static_cast<long long>(differences));
  EXPECT_EQ(differences, 0);
}

}  // namespace
}  // namespace pullgate::testing
