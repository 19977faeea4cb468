// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/common/policy/case_text.h"

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/policy/policy_snapshot.h"
#include "gtest/gtest.h"
#include "tests/common/policy/decision_cases.h"
#include "tests/common/policy/random_case.h"

namespace pullgate::testing {
namespace {

// A random case, and what it says when it is read back.
struct RoundTrip {
  PolicyText policy;
  ProcessSettings settings;
  std::string question;
  Evidence evidence;
  Answer due;
};

RoundTrip NextCase(RandomCases& cases) {
  RoundTrip trip;
  CompileResult compiled;
  while (compiled.snapshot == nullptr) {
    trip.settings = cases.Settings();
    compiled = CompilePolicy(cases.Policy(), trip.settings);
  }
  trip.policy = compiled.snapshot->canonical();
  return trip;
}

DecisionCase::Dns DnsOf(Evidence::Outcome outcome) {
  switch (outcome) {
    case Evidence::Outcome::kFailed:
      return DecisionCase::Dns::kFailed;
    case Evidence::Outcome::kAbsent:
      return DecisionCase::Dns::kNotLookedUp;
    case Evidence::Outcome::kLookedUp:
      break;
  }
  return DecisionCase::Dns::kLookedUp;
}

class CaseTextTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = absl::StrCat(::testing::TempDir(), "/casesXXXXXX");
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }

  std::string folder_;
};

TEST_F(CaseTextTest, ReadsBackAsACaseOfTestdata) {
  RandomCases cases(7);
  std::vector<RoundTrip> trips;
  std::ofstream file(absl::StrCat(folder_, "/random.yaml"));
  for (int i = 0; i < 500; ++i) {
    RoundTrip trip = NextCase(cases);
    const RegistryAddress question = cases.Question();
    trip.question = question.ToString();
    trip.evidence = cases.EvidenceFor(question);
    trip.due = Consult(trip.policy, trip.settings, question, trip.evidence);
    file << CaseText(absl::StrCat("X", i), trip.policy, trip.settings, question,
                     trip.evidence, trip.due);
    trips.push_back(trip);
  }
  file.close();

  const std::vector<DecisionCase> read = LoadDecisionCases(folder_);
  ASSERT_EQ(read.size(), trips.size());
  for (size_t i = 0; i < read.size(); ++i) {
    const RoundTrip& trip = trips[i];
    SCOPED_TRACE(i);
    EXPECT_EQ(read[i].policy.mode, trip.policy.mode);
    EXPECT_EQ(read[i].policy.whitelist, trip.policy.whitelist);
    EXPECT_EQ(read[i].policy.insecure, trip.policy.insecure);
    EXPECT_EQ(read[i].policy.insecure_by_evidence,
              trip.policy.insecure_by_evidence);
    EXPECT_EQ(read[i].settings.protected_registries.size(),
              trip.settings.protected_registries.size());
    EXPECT_EQ(read[i].settings.unpinnable_addresses,
              trip.settings.unpinnable_addresses);
    EXPECT_EQ(read[i].registry, trip.question);
    EXPECT_EQ(read[i].dns, DnsOf(trip.evidence.outcome));
    EXPECT_EQ(read[i].addresses.size(), trip.evidence.addresses.size());
    EXPECT_EQ(read[i].names.size(), trip.evidence.names.size());
    EXPECT_EQ(read[i].expect == "permit", trip.due.effect == Effect::kPermit);
    EXPECT_EQ(read[i].routes.size(), trip.due.routes.size());
    EXPECT_EQ(read[i].rule, trip.due.rule.empty() ? "none" : trip.due.rule);
  }
}

}  // namespace
}  // namespace pullgate::testing
