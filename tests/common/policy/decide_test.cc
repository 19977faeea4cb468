// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/decide.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/policy/policy_snapshot.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

std::shared_ptr<const PolicySnapshot> Policy(
    std::vector<std::string> whitelist, std::vector<std::string> insecure) {
  PolicyText text;
  text.whitelist = std::move(whitelist);
  text.insecure = std::move(insecure);
  ProcessSettings settings;
  settings.unpinnable_addresses = DefaultUnpinnableAddresses();
  return CompilePolicy(text, settings).snapshot;
}

RegistryAddress Question(absl::string_view text) {
  return *RegistryAddress::ParseQuestion(text);
}

Evidence Addresses(const std::vector<std::string>& texts) {
  Evidence evidence;
  evidence.outcome = Evidence::Outcome::kLookedUp;
  for (const std::string& text : texts) {
    evidence.addresses.push_back(*IpAddress::Parse(text));
  }
  return evidence;
}

Evidence Names(const std::vector<std::string>& texts) {
  Evidence evidence;
  evidence.outcome = Evidence::Outcome::kLookedUp;
  for (const std::string& text : texts) {
    evidence.names.push_back(*DnsName::Parse(text));
  }
  return evidence;
}

TEST(DecisionTest, RefusesUnlessSomebodySaysOtherwise) {
  const Decision decision;
  EXPECT_EQ(decision.effect, Effect::kDeny);
  EXPECT_FALSE(decision.insecure());
  EXPECT_EQ(Route().certificate_check, CertificateCheck::kRequired);
}

TEST(DecideTest, EvidenceMustBeOfTheRightKind) {
  const auto policy = Policy({"a.b"}, {});
  EXPECT_EQ(Decide(*policy, Question("a.b"), Names({"a.b"})).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Decide(*policy, Question("10.2.2.5"), Addresses({"10.2.2.5"}))
                .status()
                .code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(Decide(*policy, Question("a.b"), Addresses({})).ok());
}

TEST(DecideTest, EvidenceThatNobodyLookedUpHasNoValues) {
  Evidence evidence = Addresses({"10.2.2.5"});
  evidence.outcome = Evidence::Outcome::kAbsent;
  EXPECT_EQ(Decide(*Policy({}, {}), Question("a.b"), evidence).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(DecideTest, EvidenceHasABound) {
  const auto policy = Policy({"a.b"}, {});
  std::vector<std::string> addresses;
  for (int i = 0; i < 64; ++i) addresses.push_back(absl::StrCat("10.2.2.", i));
  const auto most = Decide(*policy, Question("a.b"), Addresses(addresses));
  ASSERT_TRUE(most.ok());
  EXPECT_EQ(most->routes[0].addresses.size(), 64u);
  // Repeats do not count.
  addresses.push_back("10.2.2.0");
  EXPECT_TRUE(Decide(*policy, Question("a.b"), Addresses(addresses)).ok());
  addresses.push_back("10.2.2.64");
  EXPECT_EQ(
      Decide(*policy, Question("a.b"), Addresses(addresses)).status().code(),
      absl::StatusCode::kInvalidArgument);

  std::vector<std::string> names;
  for (int i = 0; i < 17; ++i) names.push_back(absl::StrCat("n", i, ".a.b"));
  EXPECT_EQ(Decide(*policy, Question("10.2.2.5"), Names(names)).status().code(),
            absl::StatusCode::kInvalidArgument);
  names.pop_back();
  EXPECT_TRUE(Decide(*policy, Question("10.2.2.5"), Names(names)).ok());
}

TEST(DecideTest, OrderAndRepeatsOfEvidenceDoNotMatter) {
  const auto policy = Policy({"a.b"}, {});
  const Decision a = *Decide(*policy, Question("a.b"),
                             Addresses({"10.2.2.5", "2001:db8::1", "9.9.9.9"}));
  const Decision b =
      *Decide(*policy, Question("a.b"),
              Addresses({"2001:db8::1", "9.9.9.9", "10.2.2.5", "9.9.9.9"}));
  EXPECT_EQ(a.routes[0].addresses, b.routes[0].addresses);
  EXPECT_EQ(a.routes[0].addresses[0].ToString(), "9.9.9.9");
}

TEST(DecideTest, ValuesOfALookUpThatFailedDoNotCount) {
  Evidence evidence = Addresses({"10.2.2.5"});
  evidence.outcome = Evidence::Outcome::kFailed;
  evidence.failure = "SERVFAIL";
  const Decision decision =
      *Decide(*Policy({"10.2.2.0/24"}, {}), Question("a.b"), evidence);
  EXPECT_EQ(decision.reason, DenyReason::kEvidenceUnavailable);
  EXPECT_NE(decision.message.find("SERVFAIL"), std::string::npos);
}

TEST(DecideTest, TheSameArgumentsGiveTheSameAnswer) {
  const auto policy = Policy({"*.b", "10.0.0.0/8"}, {"a.b"});
  const Decision a = *Decide(*policy, Question("a.b"), Addresses({"10.2.2.5"}));
  const Decision b =
      *Decide(*policy, Question("A.B."), Addresses({"10.2.2.5"}));
  EXPECT_EQ(a.message, b.message);
  EXPECT_EQ(a.routes.size(), b.routes.size());
  EXPECT_FALSE(a.explanation.has_value());
}

TEST(DecideTest, DecidesOnManyRulesAsOnFew) {
  std::vector<std::string> whitelist;
  for (int i = 0; i < 20000; ++i) {
    whitelist.push_back(absl::StrCat("reg", i, ".example"));
    whitelist.push_back(absl::StrCat("10.", i / 200, ".", i % 200, ".0/24"));
  }
  const auto policy = Policy(whitelist, {"*.lab.example"});
  for (int i = 0; i < 20000; i += 997) {
    const Decision decision =
        *Decide(*policy, Question(absl::StrCat("reg", i, ".example:5000")),
                Addresses({}));
    ASSERT_TRUE(decision.rule.has_value());
    EXPECT_EQ(decision.rule->index, static_cast<uint32_t>(2 * i));
  }
  EXPECT_EQ(
      Decide(*policy, Question("reg20000.example"), Addresses({}))->effect,
      Effect::kDeny);
}

TEST(ConnectHostTest, IsWhatWasAskedButForDockerHub) {
  EXPECT_EQ(HostToString(ConnectHost(Question("a.b"))), "a.b");
  EXPECT_EQ(HostToString(ConnectHost(Question("10.2.2.5"))), "10.2.2.5");
  EXPECT_EQ(HostToString(ConnectHost(Question("docker.io"))),
            "registry-1.docker.io");
  EXPECT_EQ(HostToString(ConnectHost(Question("registry.hub.docker.com:443"))),
            "registry-1.docker.io");
  EXPECT_EQ(HostToString(ConnectHost(Question("docker.io:5000"))), "docker.io");
}

}  // namespace
}  // namespace pullgate
