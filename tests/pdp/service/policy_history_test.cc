// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// PolicyHandler: comparing policies, requiring, and going back.

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/status/error_info.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pdp/service/policy_handler.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/pdp/fake_policy_store.h"
#include "tests/fakes/pdp/recording_observer.h"
#include "tests/support/audit_events.h"

namespace pullgate::pdp {
namespace {

namespace pb = pullgate::policy::v1;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kName[] = "vchs/a/policy";

class PolicyHistoryTest : public ::testing::Test {
 protected:
  static pb::Policy Whitelisting(const std::vector<std::string>& rules) {
    pb::Policy policy;
    policy.set_name(kName);
    policy.set_mode(pb::Policy::MODE_WHITELIST);
    for (const std::string& rule : rules) policy.add_whitelist(rule);
    return policy;
  }

  absl::StatusOr<pb::SetPolicyResponse> TrySet(
      const pb::Policy& policy,
      pb::Requirement require = pb::REQUIREMENT_UNSPECIFIED,
      bool validate_only = false) {
    pb::SetPolicyRequest request;
    *request.mutable_policy() = policy;
    request.set_require(require);
    request.set_validate_only(validate_only);
    return handler_.SetPolicy(alice_, request);
  }
  int64_t Set(const std::vector<std::string>& rules) {
    return TrySet(Whitelisting(rules)).value().policy().revision();
  }
  absl::StatusOr<pb::RollbackPolicyResponse> Rollback(
      int64_t revision, const std::string& etag = "",
      pb::Requirement require = pb::REQUIREMENT_UNSPECIFIED) {
    pb::RollbackPolicyRequest request;
    request.set_name(kName);
    request.set_revision(revision);
    request.set_etag(etag);
    request.set_change_note("back again");
    request.set_require(require);
    return handler_.RollbackPolicy(alice_, request);
  }
  std::vector<pb::PolicyRevision> History() {
    pb::ListPolicyRevisionsRequest request;
    request.set_name(kName);
    const auto page = handler_.ListPolicyRevisions(request).value();
    return {page.revisions().begin(), page.revisions().end()};
  }
  void Protect(const std::string& registry) {
    ASSERT_TRUE(
        book_
            ->Update(
                [&](ProcessPolicy& process) {
                  process.settings.protected_registries = {{registry, {}}};
                },
                Change{})
            .ok());
  }

  FakePolicyStore store_;
  FakeClock clock_{absl::FromUnixSeconds(1'700'000'000)};
  RecordingObserver observer_;
  const std::unique_ptr<PolicyBook> book_ =
      *PolicyBook::Open(&store_, {}, Change{});
  const Caller alice_ = Caller::Operator("alice", Role::kEditor);
  PolicyHandler handler_{&store_, book_.get(), &observer_, &clock_};
};

TEST_F(PolicyHistoryTest, AChangeSaysWhatItDoes) {
  const auto first = TrySet(Whitelisting({"a.example"}));
  EXPECT_EQ(first->impact().allowed().relation(), pb::RELATION_WIDER);
  const auto second = TrySet(Whitelisting({"a.example", "*.lab.example"}),
                             pb::REQUIREMENT_UNSPECIFIED, true);
  EXPECT_EQ(second->impact().allowed().relation(), pb::RELATION_WIDER);
  EXPECT_EQ(second->impact().regions(0).message(),
            "x.lab.example:443 becomes allowed through whitelist[1] "
            "(*.lab.example)");
  const auto broken =
      TrySet(Whitelisting({"*"}), pb::REQUIREMENT_UNSPECIFIED, true);
  EXPECT_FALSE(broken->has_impact());
}

TEST_F(PolicyHistoryTest, TheDefaultPolicyIsWhatAFirstPolicyIsComparedWith) {
  ASSERT_TRUE(book_
                  ->Update(
                      [&](ProcessPolicy& process) {
                        process.default_policy = Whitelisting({"a.example"});
                      },
                      Change{})
                  .ok());
  EXPECT_EQ(TrySet(Whitelisting({"a.example"}))->impact().allowed().relation(),
            pb::RELATION_EQUAL);
}

TEST_F(PolicyHistoryTest, NarrowerOrEqualRefusesWhatWidens) {
  const int64_t first = Set({"a.example", "b.example"});
  const absl::Status wider =
      TrySet(Whitelisting({"a.example", "c.example"}), pb::NARROWER_OR_EQUAL)
          .status();
  EXPECT_EQ(wider.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(wider), "POLICY_WIDENS");
  EXPECT_THAT(std::string(wider.message()),
              HasSubstr("c.example:443 becomes allowed through whitelist[1]"));
  EXPECT_EQ(FieldViolationsOf(wider).at(0).field, "policy.whitelist[1]");
  EXPECT_EQ(store_.Get(Vch("a"))->policy.revision(), first);

  const auto trial = TrySet(Whitelisting({"a.example", "c.example"}),
                            pb::NARROWER_OR_EQUAL, true);
  ASSERT_TRUE(trial.ok());
  EXPECT_FALSE(trial->has_policy());
  EXPECT_TRUE(trial->has_impact());
  const pb::Finding& finding = trial->findings(trial->findings_size() - 1);
  EXPECT_EQ(finding.code(), "POLICY_WIDENS");
  EXPECT_EQ(finding.severity(), pb::SEVERITY_ERROR);
  EXPECT_EQ(finding.place(), "whitelist[1]");

  EXPECT_TRUE(TrySet(Whitelisting({"a.example"}), pb::NARROWER_OR_EQUAL).ok());
  EXPECT_TRUE(TrySet(Whitelisting({"a.example"}), pb::NARROWER_OR_EQUAL).ok());
}

TEST_F(PolicyHistoryTest, AnUnknownRequirementIsRefused) {
  const auto refused =
      TrySet(Whitelisting({"a.example"}), static_cast<pb::Requirement>(9));
  EXPECT_EQ(FieldViolationsOf(refused.status()).at(0).field, "require");
}

TEST_F(PolicyHistoryTest, TrustThatChangesIsSaid) {
  Set({"a.example"});
  pb::Policy policy = Whitelisting({"a.example"});
  EXPECT_FALSE(TrySet(policy)->impact().trust_changed());
  policy.set_use_public_cas(false);
  EXPECT_TRUE(TrySet(policy)->impact().trust_changed());
}

TEST_F(PolicyHistoryTest, ComparesAnyTwoVersions) {
  const int64_t first = Set({"a.example"});
  Set({"a.example", "b.example"});
  pb::ComparePoliciesRequest request;
  request.set_name(kName);
  EXPECT_EQ(handler_.ComparePolicies(request)->impact().allowed().relation(),
            pb::RELATION_EQUAL);
  request.mutable_before()->set_revision(first);
  EXPECT_EQ(handler_.ComparePolicies(request)->impact().allowed().relation(),
            pb::RELATION_WIDER);
  *request.mutable_after()->mutable_policy() = Whitelisting({"z.example"});
  EXPECT_EQ(handler_.ComparePolicies(request)->impact().allowed().relation(),
            pb::RELATION_INCOMPARABLE);
  EXPECT_EQ(History().size(), 2u);
}

TEST_F(PolicyHistoryTest, ComparingSaysWhichSideIsWrong) {
  Set({"a.example"});
  pb::ComparePoliciesRequest request;
  request.set_name(kName);
  *request.mutable_after()->mutable_policy() =
      Whitelisting({"ok.example", "*"});
  const absl::Status broken = handler_.ComparePolicies(request).status();
  EXPECT_EQ(broken.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(FieldViolationsOf(broken).at(0).field, "after.policy.whitelist[1]");
  request.mutable_after()->set_revision(99);
  EXPECT_TRUE(absl::IsNotFound(handler_.ComparePolicies(request).status()));
  request.set_name("a");
  EXPECT_EQ(
      FieldViolationsOf(handler_.ComparePolicies(request).status()).at(0).field,
      "name");
}

TEST_F(PolicyHistoryTest, HistoryHasEveryChangeWithItsImpact) {
  const int64_t first = Set({"a.example"});
  Set({"a.example", "b.example"});
  pb::DeletePolicyRequest deletion;
  deletion.set_name(kName);
  deletion.set_change_note("gone");
  ASSERT_TRUE(handler_.DeletePolicy(alice_, deletion).ok());
  const std::vector<pb::PolicyRevision> history = History();
  ASSERT_EQ(history.size(), 3u);
  EXPECT_EQ(history[0].kind(), pb::PolicyRevision::KIND_DELETED);
  EXPECT_EQ(history[0].change_note(), "gone");
  EXPECT_EQ(history[0].impact().allowed().relation(), pb::RELATION_NARROWER);
  EXPECT_EQ(history[1].impact().allowed().relation(), pb::RELATION_WIDER);
  EXPECT_EQ(history[2].revision(), first);
  EXPECT_EQ(history[2].actor(), "operator/alice");
}

TEST_F(PolicyHistoryTest, HistoryComesInPages) {
  std::vector<int64_t> expected;
  for (int i = 0; i < 45; ++i) {
    expected.insert(expected.begin(), Set({absl::StrCat("r", i, ".example")}));
  }
  pb::ListPolicyRevisionsRequest request;
  request.set_name(kName);
  request.set_page_size(22);
  std::vector<int64_t> seen;
  do {
    const auto page = handler_.ListPolicyRevisions(request);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const auto& revision : page->revisions()) {
      seen.push_back(revision.revision());
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(seen, expected);
}

TEST_F(PolicyHistoryTest, ATokenIsGoodForItsVchOnly) {
  Set({"a.example"});
  Set({"b.example"});
  pb::ListPolicyRevisionsRequest request;
  request.set_name(kName);
  request.set_page_size(1);
  request.set_page_token(
      handler_.ListPolicyRevisions(request)->next_page_token());
  request.set_name("vchs/b/policy");
  EXPECT_EQ(FieldViolationsOf(handler_.ListPolicyRevisions(request).status())
                .at(0)
                .field,
            "page_token");
  request.clear_page_token();
  EXPECT_TRUE(absl::IsNotFound(handler_.ListPolicyRevisions(request).status()));
  request.set_page_size(-1);
  EXPECT_EQ(FieldViolationsOf(handler_.ListPolicyRevisions(request).status())
                .at(0)
                .field,
            "page_size");
}

TEST_F(PolicyHistoryTest, APolicyOfThePastCanBeRead) {
  const int64_t first = Set({"a.example"});
  Set({"b.example"});
  pb::GetPolicyRequest request;
  request.set_name(kName);
  request.set_revision(first);
  EXPECT_EQ(handler_.GetPolicy(request)->policy().whitelist(0), "a.example");
  request.set_revision(77);
  EXPECT_TRUE(absl::IsNotFound(handler_.GetPolicy(request).status()));
  request.set_revision(-1);
  EXPECT_EQ(FieldViolationsOf(handler_.GetPolicy(request).status()).at(0).field,
            "revision");
}

TEST_F(PolicyHistoryTest, RollingBackMakesANewRevision) {
  const int64_t first = Set({"a.example"});
  const int64_t second = Set({"b.example"});
  const auto back = Rollback(first);
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_GT(back->policy().revision(), second);
  EXPECT_THAT(back->policy().whitelist(), ElementsAre("a.example"));
  EXPECT_EQ(back->impact().allowed().relation(), pb::RELATION_INCOMPARABLE);
  EXPECT_EQ(book_->InForce(Vch("a")).value()->revision(),
            back->policy().revision());
  const std::vector<pb::PolicyRevision> history = History();
  ASSERT_EQ(history.size(), 3u);
  EXPECT_EQ(history[0].kind(), pb::PolicyRevision::KIND_ROLLED_BACK);
  EXPECT_EQ(history[0].restored_revision(), first);
  EXPECT_EQ(history[0].change_note(), "back again");
  EXPECT_THAT(observer_.lines(), Contains(HasSubstr("rolled_back a")));
}

TEST_F(PolicyHistoryTest, RollingBackHonoursEtagAndRequirement) {
  const int64_t first = Set({"a.example", "b.example"});
  const std::string stale = store_.Get(Vch("a"))->policy.etag();
  Set({"a.example"});
  EXPECT_EQ(ReasonOf(Rollback(first, stale).status()), "ETAG_MISMATCH");
  EXPECT_EQ(ReasonOf(Rollback(first, "", pb::NARROWER_OR_EQUAL).status()),
            "POLICY_WIDENS");
  EXPECT_EQ(History().size(), 2u);
  EXPECT_TRUE(Rollback(first, store_.Get(Vch("a"))->policy.etag()).ok());
}

TEST_F(PolicyHistoryTest, WhatWouldBeRefusedNowDoesNotComeBack) {
  pb::Policy policy = Whitelisting({});
  policy.add_insecure("harbor.example");
  const int64_t first = TrySet(policy).value().policy().revision();
  Set({"a.example"});
  Protect("harbor.example");
  const absl::Status refused = Rollback(first).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(refused), "INVALID_POLICY");
  EXPECT_EQ(FieldViolationsOf(refused).at(0).field, "policy.insecure[0]");
  EXPECT_EQ(History().size(), 2u);
}

TEST_F(PolicyHistoryTest, ThereIsNoWayBackToNothing) {
  Set({"a.example"});
  pb::DeletePolicyRequest deletion;
  deletion.set_name(kName);
  const int64_t gone =
      handler_.DeletePolicy(alice_, deletion).value().revision();
  EXPECT_EQ(ReasonOf(Rollback(gone).status()), "REVISION_IS_DELETION");
  EXPECT_TRUE(absl::IsNotFound(Rollback(gone + 1).status()));
  EXPECT_EQ(FieldViolationsOf(Rollback(0).status()).at(0).field, "revision");
  EXPECT_TRUE(Rollback(gone - 1).ok());
}

TEST_F(PolicyHistoryTest, AStoreThatRefusesIsUnavailable) {
  const int64_t first = Set({"a.example"});
  store_.FailWith(absl::UnavailableError("no disk"));
  EXPECT_TRUE(absl::IsUnavailable(Rollback(first).status()));
  pb::ListPolicyRevisionsRequest list;
  list.set_name(kName);
  EXPECT_TRUE(absl::IsUnavailable(handler_.ListPolicyRevisions(list).status()));
  pb::ComparePoliciesRequest compare;
  compare.set_name(kName);
  compare.mutable_before()->set_revision(first);
  EXPECT_TRUE(absl::IsUnavailable(handler_.ComparePolicies(compare).status()));
}

}  // namespace
}  // namespace pullgate::pdp
