// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/policy/policy_cache.h"

#include <memory>

#include "gtest/gtest.h"
#include "tests/support/audit_events.h"

namespace pullgate::pdp {
namespace {

std::shared_ptr<const PolicyInForce> WithRules(int rules) {
  auto policy = std::make_shared<PolicyInForce>();
  for (int i = 0; i < rules; ++i) {
    policy->proto.mutable_policy()->add_whitelist("a");
  }
  return policy;
}

TEST(PolicyCacheTest, ForgetsTheLeastRecentlyUsedByNumber) {
  PolicyCache cache(2, 1'000'000);
  cache.Put(Vch("a"), WithRules(1));
  cache.Put(Vch("b"), WithRules(1));
  EXPECT_NE(cache.Find(Vch("a")), nullptr);
  cache.Put(Vch("c"), WithRules(1));
  EXPECT_EQ(cache.Find(Vch("b")), nullptr);
  EXPECT_NE(cache.Find(Vch("a")), nullptr);
  EXPECT_NE(cache.Find(Vch("c")), nullptr);
}

TEST(PolicyCacheTest, ForgetsByWeightButNeverTheNewest) {
  PolicyCache cache(100, 100);
  cache.Put(Vch("a"), WithRules(10));
  cache.Put(Vch("b"), WithRules(10));
  EXPECT_EQ(cache.size(), 2u);
  cache.Put(Vch("huge"), WithRules(1000));
  EXPECT_EQ(cache.size(), 1u);
  EXPECT_NE(cache.Find(Vch("huge")), nullptr);
  cache.Put(Vch("c"), WithRules(10));
  EXPECT_EQ(cache.Find(Vch("huge")), nullptr);
}

TEST(PolicyCacheTest, ReplacingCountsOnce) {
  PolicyCache cache(100, 100);
  for (int i = 0; i < 10; ++i) cache.Put(Vch("a"), WithRules(50));
  cache.Put(Vch("b"), WithRules(1));
  EXPECT_EQ(cache.size(), 2u);
  cache.Erase(Vch("a"));
  cache.Erase(Vch("a"));
  EXPECT_EQ(cache.size(), 1u);
  cache.Clear();
  EXPECT_EQ(cache.size(), 0u);
  cache.Put(Vch("a"), WithRules(80));
  EXPECT_NE(cache.Find(Vch("a")), nullptr);
}

}  // namespace
}  // namespace pullgate::pdp
