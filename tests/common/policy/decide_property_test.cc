// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// The engine against a second reading of docs/semantics.md, on random cases.
//
// PULLGATE_PROPERTY_CASES: how many; PULLGATE_PROPERTY_SEED: where to start.

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/policy/decide.h"
#include "gtest/gtest.h"
#include "tests/common/policy/case_text.h"
#include "tests/common/policy/oracle.h"
#include "tests/common/policy/random_case.h"

#ifndef PULLGATE_DEFAULT_PROPERTY_CASES
#define PULLGATE_DEFAULT_PROPERTY_CASES 2000000
#endif

namespace pullgate::testing {
namespace {

constexpr int kQuestionsPerPolicy = 20;
constexpr int kMostDifferencesShown = 5;

int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* text = std::getenv(name);
  int64_t value = 0;
  return text != nullptr && absl::SimpleAtoi(text, &value) ? value : otherwise;
}

RandomCases FirstCases() {
  return RandomCases(
      static_cast<uint64_t>(FromEnvironment("PULLGATE_PROPERTY_SEED", 1)));
}

Answer FromEngine(const Decision& decision) {
  Answer answer;
  answer.effect = decision.effect;
  answer.reason = decision.reason;
  answer.routes = decision.routes;
  if (decision.rule) answer.rule = PlaceOf(*decision.rule);
  return answer;
}

TEST(DecidePropertyTest, AgreesWithTheOracle) {
  const int64_t wanted = FromEnvironment("PULLGATE_PROPERTY_CASES",
                                         PULLGATE_DEFAULT_PROPERTY_CASES);
  RandomCases cases = FirstCases();
  int64_t compared = 0;
  int64_t differences = 0;
  while (compared < wanted) {
    const ProcessSettings settings = cases.Settings();
    const CompileResult result = CompilePolicy(cases.Policy(), settings);
    if (result.snapshot == nullptr) continue;
    const PolicyText policy = result.snapshot->canonical();
    for (int i = 0; i < kQuestionsPerPolicy; ++i, ++compared) {
      const RegistryAddress question = cases.Question();
      const Evidence evidence = cases.EvidenceFor(question);
      const Answer due = Consult(policy, settings, question, evidence);
      const Answer got = FromEngine(
          Decide(*result.snapshot, question, cases.Disordered(evidence))
              .value());
      if (got == due || ++differences > kMostDifferencesShown) continue;
      ADD_FAILURE() << "the engine says: " << AnswerText(got)
                    << "\nthe oracle says: " << AnswerText(due)
                    << "\nas a case of tests/testdata/decisions:\n\n"
                    << CaseText(absl::StrCat("X", differences), policy,
                                settings, question, evidence, due);
    }
  }
  std::printf("result property_cases %lld count\n",
              static_cast<long long>(compared));
  std::printf("result property_differences %lld count\n",
              static_cast<long long>(differences));
  EXPECT_EQ(differences, 0);
}

TEST(DecidePropertyTest, RefusesEverythingWithoutAPolicy) {
  RandomCases cases = FirstCases();
  Answer due;
  due.reason = DenyReason::kNoPolicy;
  for (int i = 0; i < 1000; ++i) {
    const RegistryAddress question = cases.Question();
    const Answer got = FromEngine(Decide(*PolicySnapshot::NoPolicy(), question,
                                         cases.EvidenceFor(question))
                                      .value());
    ASSERT_TRUE(got == due) << question.ToString() << ": " << AnswerText(got);
  }
}

}  // namespace
}  // namespace pullgate::testing
