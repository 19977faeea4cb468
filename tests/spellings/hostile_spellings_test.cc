// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// No spelling turns a deny into a permit, or a secure route into an insecure
// one: tests/testdata/spellings, against the rule that each tries to get past.

#include <algorithm>
#include <cstdio>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/policy/decide.h"
#include "common/policy/policy_snapshot.h"
#include "common/registry/image_reference.h"
#include "gtest/gtest.h"
#include "tests/spellings/spelling_groups.h"

namespace pullgate {
namespace {

constexpr char kFolder[] = "tests/testdata/spellings";

absl::StatusOr<RegistryAddress> AsRegistry(const std::string& spelling) {
  return RegistryAddress::ParseQuestion(spelling);
}

// With a path of its own, or without anything that makes it a registry, it
// would be part of the image's path.
bool StaysWhole(const std::string& spelling) {
  return !absl::StrContains(spelling, '/') &&
         spelling.find_first_of(".:[") != std::string::npos;
}

absl::StatusOr<RegistryAddress> AsImage(const std::string& spelling) {
  if (!StaysWhole(spelling)) return absl::NotFoundError("another question");
  absl::StatusOr<ImageReference> image =
      ParseImageReference(absl::StrCat(spelling, "/team/app:1.0"));
  if (!image.ok()) return image.status();
  return image->registry;
}

class HostileSpellingsTest : public testing::TestWithParam<SpellingGroup> {
 protected:
  void SetUp() override {
    CompileResult compiled =
        CompilePolicy(GetParam().policy, GetParam().settings);
    for (const Finding& finding : compiled.findings) {
      ASSERT_NE(finding.severity, Severity::kError) << finding.message;
    }
    policy_ = std::move(compiled.snapshot);
  }

  Decision Ask(const RegistryAddress& question) {
    Evidence evidence;
    evidence.outcome = Evidence::Outcome::kLookedUp;
    if (question.name() != nullptr) {
      for (const std::string& address : GetParam().addresses) {
        evidence.addresses.push_back(IpAddress::Parse(address).value());
      }
    }
    return Decide(*policy_, question, evidence).value();
  }

  // What the rule was tricked into, or nothing.
  std::string Trick(const RegistryAddress& question) {
    const Decision decision = Ask(question);
    if (decision.insecure()) return "an insecure route: " + decision.message;
    const bool by_target =
        decision.rule.has_value() && PlaceOf(*decision.rule) == target();
    return decision.effect == Effect::kPermit && by_target
               ? "a permit: " + decision.message
               : "";
  }

  // No form of it is let through; those that are no address are refused.
  void ExpectNoTrick(const std::string& spelling) {
    if (const auto image = AsImage(spelling); image.ok()) {
      EXPECT_EQ(Trick(*image), "") << "as the registry of an image";
    }
    if (const auto registry = AsRegistry(spelling); registry.ok()) {
      EXPECT_EQ(Trick(*registry), "");
    }
  }

  const std::string& target() const { return GetParam().target; }

  std::shared_ptr<const PolicySnapshot> policy_;
};

std::string Shown(const std::string& spelling) {
  return absl::Utf8SafeCEscape(spelling);
}

TEST_P(HostileSpellingsTest, TheRegistryItselfIsDecidedByTheRule) {
  for (const std::string& spelling : GetParam().same) {
    SCOPED_TRACE(Shown(spelling));
    const auto question = AsRegistry(spelling);
    ASSERT_TRUE(question.ok()) << question.status();
    const Decision decision = Ask(*question);
    EXPECT_EQ(decision.effect, Effect::kPermit) << decision.message;
    EXPECT_EQ(decision.insecure(), absl::StartsWith(target(), "insecure"));
    if (target() == "protected") continue;
    ASSERT_TRUE(decision.rule.has_value());
    EXPECT_EQ(PlaceOf(*decision.rule), target());
  }
}

TEST_P(HostileSpellingsTest, AnotherRegistryIsDenied) {
  for (const std::string& spelling : GetParam().denied) {
    SCOPED_TRACE(Shown(spelling));
    const auto question = AsRegistry(spelling);
    ASSERT_TRUE(question.ok()) << question.status();
    EXPECT_EQ(Ask(*question).effect, Effect::kDeny);
    ExpectNoTrick(spelling);
  }
}

TEST_P(HostileSpellingsTest, AnotherRegistryIsVerified) {
  for (const std::string& spelling : GetParam().verified) {
    SCOPED_TRACE(Shown(spelling));
    const auto question = AsRegistry(spelling);
    ASSERT_TRUE(question.ok()) << question.status();
    EXPECT_EQ(Ask(*question).effect, Effect::kPermit);
    ExpectNoTrick(spelling);
  }
}

TEST_P(HostileSpellingsTest, WhatIsNoAddressIsRefused) {
  for (const std::string& spelling : GetParam().invalid) {
    SCOPED_TRACE(Shown(spelling));
    const auto question = AsRegistry(spelling);
    EXPECT_EQ(question.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_FALSE(question.status().message().empty());
    ExpectNoTrick(spelling);
  }
}

TEST_P(HostileSpellingsTest, WhatIsNoRuleIsRefusedInBothLists) {
  for (const std::string& rule : GetParam().refused_rules) {
    SCOPED_TRACE(Shown(rule));
    PolicyText whitelist;
    whitelist.whitelist = {rule};
    PolicyText insecure;
    insecure.insecure = {rule};
    for (const PolicyText& text : {whitelist, insecure}) {
      const CompileResult compiled = CompilePolicy(text, GetParam().settings);
      EXPECT_EQ(compiled.snapshot, nullptr);
      EXPECT_TRUE(std::any_of(
          compiled.findings.begin(), compiled.findings.end(),
          [](const Finding& one) { return one.severity == Severity::kError; }));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Spellings, HostileSpellingsTest,
                         testing::ValuesIn(LoadSpellingGroups(kFolder)));

TEST(HostileSpellingsCorpusTest, IsLargeAndRepeatsNothing) {
  size_t spellings = 0;
  for (const SpellingGroup& group : LoadSpellingGroups(kFolder)) {
    // Those of the registry itself are there for comparison.
    std::set<std::string> seen(group.same.begin(), group.same.end());
    for (const auto* list : {&group.denied, &group.verified, &group.invalid}) {
      for (const std::string& spelling : *list) {
        EXPECT_TRUE(seen.insert(spelling).second)
            << group.place << " has it twice: " << Shown(spelling);
        ++spellings;
      }
    }
  }
  std::printf("result hostile_spellings %zu count\n", spellings);
  EXPECT_GE(spellings, 250u);
}

}  // namespace
}  // namespace pullgate
