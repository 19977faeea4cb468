// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Every case of tests/testdata/decisions: a policy, a question and what DNS
// says, with the answer.

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/policy/decide.h"
#include "common/policy/policy_snapshot.h"
#include "common/registry/image_reference.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/policy/case_text.h"
#include "tests/common/policy/decision_cases.h"

namespace pullgate {
namespace {

constexpr char kFolder[] = "tests/testdata/decisions";

absl::StatusOr<RegistryAddress> QuestionOf(const DecisionCase& given) {
  if (given.registry.has_value()) {
    return RegistryAddress::ParseQuestion(*given.registry);
  }
  absl::StatusOr<ImageReference> image = ParseImageReference(*given.image);
  if (!image.ok()) return image.status();
  return image->registry;
}

Evidence::Outcome OutcomeOf(DecisionCase::Dns dns) {
  switch (dns) {
    case DecisionCase::Dns::kLookedUp:
      return Evidence::Outcome::kLookedUp;
    case DecisionCase::Dns::kFailed:
      return Evidence::Outcome::kFailed;
    case DecisionCase::Dns::kNotLookedUp:
      break;
  }
  return Evidence::Outcome::kAbsent;
}

absl::StatusOr<Evidence> EvidenceOf(const DecisionCase& given) {
  Evidence evidence;
  evidence.outcome = OutcomeOf(given.dns);
  for (const std::string& text : given.addresses) {
    const absl::StatusOr<IpAddress> address = IpAddress::Parse(text);
    if (!address.ok()) return address.status();
    evidence.addresses.push_back(*address);
  }
  for (const std::string& text : given.names) {
    // What is confirmed but no DNS name is ignored.
    const absl::StatusOr<DnsName> name = DnsName::Parse(text);
    if (name.ok()) evidence.names.push_back(*name);
  }
  return evidence;
}

std::vector<std::string> TextsOf(const std::vector<Route>& routes) {
  std::vector<std::string> texts;
  for (const Route& route : routes) texts.push_back(testing::RouteText(route));
  return texts;
}

// "whitelist[2] HOST_BITS_SET".
std::vector<std::string> TextsOf(const std::vector<Finding>& findings) {
  std::vector<std::string> texts;
  for (const Finding& finding : findings) {
    texts.push_back(absl::StrCat(finding.place, " ", finding.code));
  }
  return texts;
}

class DecisionsTest : public ::testing::TestWithParam<DecisionCase> {
 protected:
  void CheckDecision(const DecisionCase& given, const Decision& decision) {
    EXPECT_EQ(testing::EffectText(decision.effect, decision.reason),
              given.expect)
        << decision.message;
    EXPECT_EQ(TextsOf(decision.routes), given.routes);
    EXPECT_FALSE(decision.message.empty());
    for (const std::string& part : given.message) {
      EXPECT_THAT(decision.message, ::testing::HasSubstr(part));
    }
    if (given.rule.has_value()) {
      EXPECT_EQ(decision.rule.has_value() ? PlaceOf(*decision.rule) : "none",
                *given.rule);
    }
    for (const Route& route : decision.routes) {
      EXPECT_EQ(HostToString(route.host),
                given.connect.value_or(HostToString(route.host)));
    }
  }

  // What holds of every answer, whatever the case.
  void CheckInvariants(const DecisionCase& given, const Decision& decision) {
    ASSERT_TRUE(decision.explanation.has_value());
    EXPECT_EQ(decision.effect == Effect::kPermit, !decision.routes.empty());
    EXPECT_EQ(decision.effect == Effect::kPermit,
              decision.reason == DenyReason::kNone);
    if (given.policy.mode == PolicyMode::kOpen && decision.rule.has_value()) {
      EXPECT_TRUE(decision.insecure());
    }
    for (const Route& route : decision.routes) {
      EXPECT_EQ(route.pinned, !route.addresses.empty());
      EXPECT_TRUE(
          std::is_sorted(route.addresses.begin(), route.addresses.end()));
      if (route.scheme == Scheme::kHttp) {
        EXPECT_TRUE(decision.insecure());
        EXPECT_EQ(route.certificate_check, CertificateCheck::kNone);
      }
    }
  }

  void CheckScope(const DecisionCase& given, const PolicySnapshot& policy,
                  const RegistryAddress& question) {
    if (!given.vouched_by.has_value()) return;
    EXPECT_EQ(policy.CaEntriesInScope(question), *given.vouched_by);
  }
};

TEST_P(DecisionsTest, IsWhatTheRulesSay) {
  const DecisionCase& given = GetParam();
  const CompileResult compiled = CompilePolicy(given.policy, given.settings);
  for (const std::string& finding : given.findings) {
    EXPECT_THAT(TextsOf(compiled.findings), ::testing::Contains(finding));
  }
  ASSERT_EQ(compiled.snapshot == nullptr, given.expect == "refused policy")
      << ::testing::PrintToString(TextsOf(compiled.findings));
  if (compiled.snapshot == nullptr) return;

  const absl::StatusOr<RegistryAddress> question = QuestionOf(given);
  ASSERT_EQ(!question.ok(), given.expect == "invalid question")
      << question.status();
  if (!question.ok()) return;
  const absl::StatusOr<Evidence> evidence = EvidenceOf(given);
  const absl::StatusOr<Decision> decision =
      evidence.ok() ? Decide(*compiled.snapshot, *question, *evidence,
                             DecideOptions{true})
                    : evidence.status();
  ASSERT_EQ(!decision.ok(), given.expect == "invalid evidence")
      << decision.status();
  if (!decision.ok()) return;
  CheckDecision(given, *decision);
  CheckInvariants(given, *decision);
  CheckScope(given, *compiled.snapshot, *question);
}

TEST_P(DecisionsTest, StaysTheSameForTheCanonicalPolicy) {
  const DecisionCase& given = GetParam();
  const CompileResult compiled = CompilePolicy(given.policy, given.settings);
  if (compiled.snapshot == nullptr) return;
  const PolicyText canonical = compiled.snapshot->canonical();
  const CompileResult again = CompilePolicy(canonical, given.settings);
  ASSERT_NE(again.snapshot, nullptr);
  EXPECT_EQ(again.snapshot->canonical().whitelist, canonical.whitelist);
  EXPECT_EQ(again.snapshot->canonical().insecure, canonical.insecure);

  const absl::StatusOr<RegistryAddress> question = QuestionOf(given);
  const absl::StatusOr<Evidence> evidence = EvidenceOf(given);
  if (!question.ok() || !evidence.ok()) return;
  const absl::StatusOr<Decision> a =
      Decide(*compiled.snapshot, *question, *evidence);
  const absl::StatusOr<Decision> b =
      Decide(*again.snapshot, *question, *evidence);
  ASSERT_EQ(a.ok(), b.ok());
  if (!a.ok()) return;
  EXPECT_EQ(a->message, b->message);
  EXPECT_EQ(TextsOf(a->routes), TextsOf(b->routes));
}

INSTANTIATE_TEST_SUITE_P(
    Cases, DecisionsTest, ::testing::ValuesIn(LoadDecisionCases(kFolder)),
    [](const ::testing::TestParamInfo<DecisionCase>& info) {
      return info.param.id;
    });

TEST(DecisionCasesTest, AreThere) {
  EXPECT_GE(LoadDecisionCases(kFolder).size(), 190u);
}

}  // namespace
}  // namespace pullgate
