// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// The largest policies there may be, through everything that setting does.

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/status/error_info.h"
#include "gtest/gtest.h"
#include "pdp/policy/policy_book.h"
#include "tests/fakes/pdp/fake_policy_store.h"
#include "tests/support/audit_events.h"

namespace pullgate::pdp {
namespace {

namespace pb = pullgate::policy::v1;

pb::Policy WithRules(int count) {
  pb::Policy policy;
  for (int i = 0; i < count; ++i) {
    switch (i % 4) {
      case 0:
        policy.add_whitelist(absl::StrCat("r", i, ".t", i % 1000, ".example"));
        break;
      case 1:
        policy.add_whitelist(absl::StrCat("*.t", i, ".example:443"));
        break;
      case 2:
        policy.add_insecure(
            absl::StrCat("10.", i >> 16, ".", i >> 8 & 255, ".", i & 255));
        break;
      default:
        policy.add_whitelist(absl::StrCat("r", i, ".example:5000"));
    }
  }
  return policy;
}

class LargePolicyTest : public ::testing::Test {
 protected:
  FakePolicyStore store_;
  const std::unique_ptr<PolicyBook> book_ =
      *PolicyBook::Open(&store_, {}, Change{});
};

TEST_F(LargePolicyTest, AMillionRulesAreStoredAndCompared) {
  pb::Policy policy = WithRules(1'000'000);
  const auto first = book_->Set(Vch("a"), {policy}, Change{});
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->impact->not_compared(), "");
  EXPECT_EQ(first->impact->allowed().relation(), pb::RELATION_WIDER);
  EXPECT_EQ(first->impact->regions_size(), 1000);

  policy.set_whitelist(0, "another.example");
  const auto second = book_->Set(Vch("a"), {policy}, Change{});
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->impact->allowed().relation(), pb::RELATION_INCOMPARABLE);
  EXPECT_EQ(second->impact->regions(0).hosts(), "another.example");
}

TEST_F(LargePolicyTest, MoreThanAMillionAreRefusedByTheBound) {
  const absl::Status refused =
      book_->Set(Vch("a"), {WithRules(1'000'001)}, Change{}).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(refused), "POLICY_TOO_LARGE");
  EXPECT_NE(refused.message().find("at most 1000000 rules"), std::string::npos)
      << refused;
  EXPECT_TRUE(absl::IsNotFound(store_.Get(Vch("a")).status()));
}

// A policy that is stored although it cannot be compared: each of thousands of
// names has thousands of ports.
TEST_F(LargePolicyTest, WhatCannotBeComparedIsStoredAndSaysSo) {
  pb::Policy policy;
  for (int i = 0; i < 7'000; ++i) {
    policy.add_whitelist(absl::StrCat("*.example:", 10'000 + i));
    policy.add_whitelist(absl::StrCat("r", i, ".example"));
  }
  const auto stored = book_->Set(Vch("a"), {policy}, Change{});
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_NE(stored->impact->not_compared().find("20000000"), std::string::npos);
  EXPECT_FALSE(stored->impact->has_allowed());
  Proposal careful = {policy};
  careful.must_not_widen = true;
  EXPECT_EQ(ReasonOf(book_->Set(Vch("a"), careful, Change{}).status()),
            "POLICY_WIDENS");
}

}  // namespace
}  // namespace pullgate::pdp
