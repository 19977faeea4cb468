// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/policy/policy_book.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/status/error_info.h"
#include "gtest/gtest.h"
#include "tests/fakes/pdp/fake_policy_store.h"
#include "tests/support/audit_events.h"

namespace pullgate::pdp {
namespace {

using pullgate::policy::v1::Policy;

Policy Whitelisting(const std::string& registry) {
  Policy policy;
  policy.add_whitelist(registry);
  return policy;
}

class PolicyBookTest : public ::testing::Test {
 protected:
  PolicyBookTest() { Open({}); }

  void Open(const ProcessPolicy& process) {
    book_ = *PolicyBook::Open(&store_, process, Change{});
    book_->SetListener([this](const std::optional<VchId>& vch) {
      told_.push_back(vch ? vch->text() : "all");
    });
  }

  int64_t Set(const std::string& vch, const Policy& policy) {
    const auto outcome = book_->Set(Vch(vch), {policy, ""}, Change{});
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return outcome->policy->revision();
  }

  std::shared_ptr<const PolicyInForce> InForce(const std::string& vch) {
    const auto policy = book_->InForce(Vch(vch));
    EXPECT_TRUE(policy.ok()) << policy.status();
    return *policy;
  }

  FakePolicyStore store_;
  std::vector<std::string> told_;
  std::unique_ptr<PolicyBook> book_;
};

TEST_F(PolicyBookTest, AVchWithoutAPolicyIsDeniedEverything) {
  const auto policy = InForce("a");
  EXPECT_FALSE(policy->proto.has_policy());
  EXPECT_FALSE(policy->snapshot->has_policy());
  EXPECT_EQ(policy->revision(), book_->process_revision());
  EXPECT_EQ(policy->trust_bundle_id(), "");
}

TEST_F(PolicyBookTest, APolicyIsInForceWhenSetReturns) {
  InForce("a");
  const int64_t revision = Set("a", Whitelisting("registry.example"));
  const auto policy = InForce("a");
  EXPECT_EQ(policy->revision(), revision);
  EXPECT_EQ(policy->proto.policy().whitelist(0), "registry.example");
  EXPECT_TRUE(policy->snapshot->has_policy());
  EXPECT_NE(policy->trust_bundle_id(), "");
  EXPECT_EQ(told_, std::vector<std::string>{"a"});
}

TEST_F(PolicyBookTest, APolicyThatWasSetIsInMemory) {
  Set("a", Whitelisting("registry.example"));
  const int reads = store_.reads();
  ASSERT_NE(book_->Cached(Vch("a")), nullptr);
  InForce("a");
  EXPECT_EQ(store_.reads(), reads);
}

TEST_F(PolicyBookTest, IsReadOnceAndThenKept) {
  EXPECT_EQ(book_->Cached(Vch("a")), nullptr);
  const auto policy = InForce("a");
  const int reads = store_.reads();
  EXPECT_EQ(InForce("a"), policy);
  EXPECT_EQ(book_->Cached(Vch("a")), policy);
  EXPECT_EQ(store_.reads(), reads);
}

TEST_F(PolicyBookTest, OfManyPoliciesTheLastUsedAreKept) {
  PolicyBookOptions options;
  options.max_cached_policies = 2;
  book_ = *PolicyBook::Open(&store_, {}, Change{}, options);
  InForce("a");
  InForce("b");
  InForce("a");
  InForce("c");
  EXPECT_NE(book_->Cached(Vch("a")), nullptr);
  EXPECT_EQ(book_->Cached(Vch("b")), nullptr);
  EXPECT_NE(book_->Cached(Vch("c")), nullptr);
}

TEST_F(PolicyBookTest, DeletingLeavesTheDefaultPolicyUnderANewRevision) {
  ProcessPolicy process;
  process.default_policy = Whitelisting("default.example");
  process.default_policy->set_mode(Policy::MODE_WHITELIST);
  Open(process);
  const int64_t set = Set("a", Whitelisting("own.example"));
  EXPECT_EQ(InForce("a")->proto.policy().whitelist(0), "own.example");
  const auto deleted = book_->Delete(Vch("a"), "", Change{});
  ASSERT_TRUE(deleted.ok());
  EXPECT_GT(*deleted, set);
  const auto policy = InForce("a");
  EXPECT_EQ(policy->revision(), *deleted);
  EXPECT_EQ(policy->proto.policy().whitelist(0), "default.example");
  EXPECT_EQ(told_, (std::vector<std::string>{"a", "a"}));
}

TEST_F(PolicyBookTest, TheDefaultLeaseIsSpelledOut) {
  Set("a", Whitelisting("registry.example"));
  EXPECT_EQ(InForce("a")->lease, absl::Minutes(15));
  EXPECT_EQ(InForce("a")->proto.policy().lease().seconds(), 900);
  Policy policy = Whitelisting("registry.example");
  policy.mutable_lease()->set_seconds(60);
  Set("a", policy);
  EXPECT_EQ(InForce("a")->lease, absl::Minutes(1));
}

TEST_F(PolicyBookTest, AChangeOfSettingsIsANewRevisionForAll) {
  const int64_t set = Set("a", Whitelisting("registry.example"));
  const auto before = InForce("a");
  const auto protect = [](ProcessPolicy& process) {
    process.settings.protected_registries = {{"harbor.example", {"10.0.0.1"}}};
  };
  ASSERT_TRUE(book_->Update(protect, Change{}).ok());
  const auto after = InForce("a");
  EXPECT_GT(after->revision(), set);
  EXPECT_EQ(InForce("b")->revision(), after->revision());
  EXPECT_EQ(after->proto.protected_registries(0).host(), "harbor.example");
  EXPECT_EQ(told_.back(), "all");
  // What a question is deciding by stays as it is.
  EXPECT_EQ(before->revision(), set);

  told_.clear();
  ASSERT_TRUE(book_->Update(protect, Change{}).ok());
  EXPECT_EQ(InForce("a"), after);
  EXPECT_TRUE(told_.empty());
}

TEST_F(PolicyBookTest, SettingsThatAreNotStoredAreNotTakenOver) {
  Set("a", Whitelisting("registry.example"));
  const auto before = InForce("a");
  store_.FailChangesWith(absl::UnavailableError("disk full"));
  EXPECT_EQ(book_
                ->Update(
                    [](ProcessPolicy& process) {
                      process.default_lease = absl::Minutes(1);
                    },
                    Change{})
                .code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(book_->process()->default_lease, absl::Minutes(15));
  EXPECT_EQ(InForce("a"), before);
}

TEST_F(PolicyBookTest, ARefusedPolicyChangesNothing) {
  const int64_t set = Set("a", Whitelisting("registry.example"));
  told_.clear();
  const auto refused = book_->Set(Vch("a"), {Whitelisting("*"), ""}, Change{});
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(FieldViolationsOf(refused.status()).at(0).field,
            "policy.whitelist[0]");
  EXPECT_EQ(InForce("a")->revision(), set);
  EXPECT_TRUE(told_.empty());
}

TEST_F(PolicyBookTest, APolicyThatIsNotStoredIsNotInForce) {
  const int64_t set = Set("a", Whitelisting("registry.example"));
  store_.FailChangesWith(absl::UnavailableError("disk full"));
  EXPECT_EQ(book_->Set(Vch("a"), {Whitelisting("other.example"), ""}, Change{})
                .status()
                .code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(InForce("a")->revision(), set);
  EXPECT_EQ(InForce("a")->proto.policy().whitelist(0), "registry.example");
}

TEST_F(PolicyBookTest, AnEtagMustBeTheStoredOne) {
  EXPECT_EQ(ReasonOf(book_->Set(Vch("a"), {Policy(), "*"}, Change{}).status()),
            "ETAG_MISMATCH");
  Set("a", Whitelisting("registry.example"));
  const std::string etag = store_.Get(Vch("a"))->policy.etag();
  EXPECT_TRUE(book_->Set(Vch("a"), {Policy(), "*"}, Change{}).ok());
  const auto stale = book_->Set(Vch("a"), {Policy(), etag}, Change{});
  EXPECT_EQ(stale.status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(
      book_->Try(Vch("a"), {Policy(), etag}, absl::UnixEpoch()).status().code(),
      absl::StatusCode::kAborted);
}

TEST_F(PolicyBookTest, ATrialSaysEverythingAndStoresNothing) {
  const auto good = book_->Try(Vch("a"), {Whitelisting("10.0.0.1/24"), ""},
                               absl::UnixEpoch());
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(good->policy->name(), "vchs/a/policy");
  EXPECT_EQ(good->policy->whitelist(0), "10.0.0.0/24");
  EXPECT_EQ(good->policy->revision(), 0);
  EXPECT_FALSE(good->findings.empty());
  const auto bad =
      book_->Try(Vch("a"), {Whitelisting("*"), ""}, absl::UnixEpoch());
  ASSERT_TRUE(bad.ok());
  EXPECT_FALSE(bad->policy.has_value());
  EXPECT_TRUE(absl::IsNotFound(store_.Get(Vch("a")).status()));
  EXPECT_TRUE(told_.empty());
}

TEST_F(PolicyBookTest, AStoreThatCannotBeReadIsAnErrorAndNotRemembered) {
  store_.FailWith(absl::UnavailableError("no disk"));
  EXPECT_EQ(book_->InForce(Vch("a")).status().code(),
            absl::StatusCode::kUnavailable);
  store_.FailWith(absl::OkStatus());
  EXPECT_TRUE(book_->InForce(Vch("a")).ok());
}

TEST_F(PolicyBookTest, RevisionsSurviveARestart) {
  ProcessPolicy process;
  process.settings.protected_registries = {{"harbor.example", {"10.0.0.1"}}};
  Open(process);
  Set("a", Whitelisting("registry.example"));
  const int64_t own = InForce("a")->revision();
  const int64_t none = InForce("b")->revision();
  Open(process);
  EXPECT_EQ(InForce("a")->revision(), own);
  EXPECT_EQ(InForce("b")->revision(), none);
  // And so do the addresses of protected names.
  const auto known = ProtectedIn(*store_.SettingsContents());
  ASSERT_EQ(known.size(), 1u);
  EXPECT_EQ(known[0].host, "harbor.example");
  EXPECT_EQ(known[0].addresses, std::vector<std::string>{"10.0.0.1"});
}

TEST_F(PolicyBookTest, AStoredPolicyStaysInForceWhenMoreBecomesProtected) {
  Policy policy;
  policy.add_insecure("harbor.example");
  Set("a", policy);
  ASSERT_TRUE(book_
                  ->Update(
                      [](ProcessPolicy& process) {
                        process.settings.protected_registries = {
                            {"harbor.example", {}}};
                      },
                      Change{})
                  .ok());
  EXPECT_TRUE(InForce("a")->snapshot->has_policy());
}

TEST(ProtectedInTest, ContentsOfAnotherVersionHoldNothing) {
  for (const std::string text : {"", "x", "default_lease: 1m\nnonsense {"}) {
    EXPECT_TRUE(ProtectedIn(text).empty()) << text;
  }
}

}  // namespace
}  // namespace pullgate::pdp
