// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/decide/decision_cache.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"

namespace pullgate::agent {
namespace {

RegistryAddress Registry(const std::string& text) {
  return RegistryAddress::ParseQuestion(text).value();
}

Evidence Addresses(const std::vector<std::string>& texts) {
  Evidence evidence;
  evidence.outcome = Evidence::Outcome::kLookedUp;
  for (const std::string& text : texts) {
    evidence.addresses.push_back(IpAddress::Parse(text).value());
  }
  return evidence;
}

class DecisionCacheTest : public testing::Test {
 protected:
  static DecisionKey Key(const std::string& registry = "a.example",
                         int64_t revision = 7) {
    return {VchId::Parse("vch-1").value(), Registry(registry),
            Addresses({"192.0.2.1"}), revision};
  }

  void Put(const DecisionKey& key, absl::Duration ttl = absl::Minutes(5)) {
    auto issued = std::make_shared<IssuedDecision>();
    issued->decision_id = key.registry.ToString();
    cache_.Put(key, {issued, clock_.Now() + ttl});
  }

  FakeClock clock_{absl::UnixEpoch()};
  DecisionCache cache_{&clock_, /*capacity=*/3};
};

TEST_F(DecisionCacheTest, FindsWhatShapedTheAnswerAlike) {
  Put(Key());
  const std::optional<CachedDecision> found = cache_.Find(Key());
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->issued->decision_id, "a.example");
  EXPECT_EQ(found->expires, clock_.Now() + absl::Minutes(5));
}

TEST_F(DecisionCacheTest, ForgetsADecisionAtItsEndAndNotBefore) {
  Put(Key(), absl::Minutes(5));
  clock_.Advance(absl::Minutes(5) - absl::Nanoseconds(1));
  EXPECT_TRUE(cache_.Find(Key()).has_value());
  clock_.Advance(absl::Nanoseconds(1));
  EXPECT_FALSE(cache_.Find(Key()).has_value());
  EXPECT_EQ(cache_.size(), 0);
}

TEST_F(DecisionCacheTest, EachInputOfADecisionIsPartOfItsKey) {
  Put(Key());

  DecisionKey other = Key();
  other.vch = VchId::Parse("vch-2").value();
  EXPECT_FALSE(cache_.Find(other).has_value()) << "another VCH's permit";

  for (const char* registry :
       {"b.example", "a.example:443", "https://a.example", "192.0.2.1"}) {
    other = Key();
    other.registry = Registry(registry);
    EXPECT_FALSE(cache_.Find(other).has_value()) << registry;
  }

  for (const Evidence& evidence :
       {Addresses({"192.0.2.2"}), Addresses({"192.0.2.1", "192.0.2.2"}),
        Addresses({}), Evidence()}) {
    other = Key();
    other.evidence = evidence;
    EXPECT_FALSE(cache_.Find(other).has_value());
  }

  other = Key();
  other.evidence.outcome = Evidence::Outcome::kFailed;
  EXPECT_FALSE(cache_.Find(other).has_value());
  other = Key();
  other.evidence.queried_name = "a.example.corp";
  EXPECT_FALSE(cache_.Find(other).has_value());
  other = Key();
  other.evidence.names = {DnsName::Parse("x.example").value()};
  EXPECT_FALSE(cache_.Find(other).has_value());

  EXPECT_TRUE(cache_.Find(Key()).has_value()) << "still the same question";
}

TEST_F(DecisionCacheTest, WhyALookUpFailedShapesNothing) {
  DecisionKey failed = Key();
  failed.evidence = {};
  failed.evidence.outcome = Evidence::Outcome::kFailed;
  failed.evidence.failure = "timeout at 192.0.2.53";
  Put(failed);
  failed.evidence.failure = "timeout at 192.0.2.54";
  EXPECT_TRUE(cache_.Find(failed).has_value());
}

TEST_F(DecisionCacheTest, LookingForANewRevisionForgetsAllOldOnes) {
  Put(Key("a.example", 7));
  Put(Key("b.example", 7));
  EXPECT_FALSE(cache_.Find(Key("a.example", 8)).has_value());
  EXPECT_EQ(cache_.size(), 0);
  EXPECT_FALSE(cache_.Find(Key("a.example", 7)).has_value());
}

TEST_F(DecisionCacheTest, StoringANewRevisionForgetsAllOldOnes) {
  Put(Key("a.example", 7));
  Put(Key("b.example", 8));
  EXPECT_EQ(cache_.size(), 1);
  EXPECT_FALSE(cache_.Find(Key("a.example", 7)).has_value());
  EXPECT_TRUE(cache_.Find(Key("b.example", 8)).has_value());
}

TEST_F(DecisionCacheTest, DoesNotKeepWhatComesTooLate) {
  Put(Key("a.example", 8));
  Put(Key("b.example", 7));
  EXPECT_EQ(cache_.size(), 1);
  EXPECT_FALSE(cache_.Find(Key("b.example", 7)).has_value());
}

TEST_F(DecisionCacheTest, MakesRoomByWhatWasNotUsedForLongest) {
  Put(Key("a.example"));
  Put(Key("b.example"));
  Put(Key("c.example"));
  EXPECT_TRUE(cache_.Find(Key("a.example")).has_value());
  Put(Key("d.example"));
  EXPECT_EQ(cache_.size(), 3);
  EXPECT_TRUE(cache_.Find(Key("a.example")).has_value());
  EXPECT_FALSE(cache_.Find(Key("b.example")).has_value());
  EXPECT_TRUE(cache_.Find(Key("c.example")).has_value());
  EXPECT_TRUE(cache_.Find(Key("d.example")).has_value());
}

TEST_F(DecisionCacheTest, ReplacesWithoutGrowing) {
  Put(Key(), absl::Minutes(1));
  Put(Key(), absl::Minutes(5));
  EXPECT_EQ(cache_.size(), 1);
  clock_.Advance(absl::Minutes(2));
  EXPECT_TRUE(cache_.Find(Key()).has_value());
}

TEST_F(DecisionCacheTest, WithoutCapacityOrTimeKeepsNothing) {
  DecisionCache none(&clock_, /*capacity=*/0);
  none.Put(Key(), {std::make_shared<IssuedDecision>(), absl::InfiniteFuture()});
  EXPECT_FALSE(none.Find(Key()).has_value());
  Put(Key(), absl::ZeroDuration());
  EXPECT_FALSE(cache_.Find(Key()).has_value());
}

TEST_F(DecisionCacheTest, NeverMixesRevisionsHoweverThreadsInterleave) {
  const auto work = [this](int64_t first) {
    for (int64_t revision = first; revision < first + 500; ++revision) {
      const std::string name = "r" + std::to_string(revision) + ".example";
      auto issued = std::make_shared<IssuedDecision>();
      issued->policy_revision = revision;
      cache_.Put(Key("a.example", revision),
                 {issued, clock_.Now() + absl::Minutes(1)});
      const std::optional<CachedDecision> found =
          cache_.Find(Key("a.example", revision));
      if (found) EXPECT_EQ(found->issued->policy_revision, revision);
    }
  };
  std::thread one(work, 10);
  std::thread two(work, 12);
  one.join();
  two.join();
  EXPECT_LE(cache_.size(), 3);
}

}  // namespace
}  // namespace pullgate::agent
