// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/policy_handler.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/status/error_info.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/pdp/fake_policy_store.h"
#include "tests/fakes/pdp/recording_observer.h"
#include "tests/support/audit_events.h"

namespace pullgate::pdp {
namespace {

namespace pb = pullgate::policy::v1;
using ::testing::Contains;
using ::testing::ElementsAre;

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

pb::SetPolicyRequest Setting(const std::string& vch,
                             const std::string& registry) {
  pb::SetPolicyRequest request;
  request.mutable_policy()->set_name("vchs/" + vch + "/policy");
  request.mutable_policy()->add_whitelist(registry);
  return request;
}

class PolicyHandlerTest : public ::testing::Test {
 protected:
  PolicyHandlerTest() : book_(*PolicyBook::Open(&store_, {}, Change{})) {}

  absl::StatusOr<pb::SetPolicyResponse> Set(
      const pb::SetPolicyRequest& request) {
    return handler_.SetPolicy(alice_, request);
  }
  absl::StatusOr<pb::GetPolicyResponse> Get(const std::string& name) {
    pb::GetPolicyRequest request;
    request.set_name(name);
    return handler_.GetPolicy(request);
  }
  absl::StatusOr<pb::DeletePolicyResponse> Delete(const std::string& name,
                                                  const std::string& etag) {
    pb::DeletePolicyRequest request;
    request.set_name(name);
    request.set_etag(etag);
    return handler_.DeletePolicy(alice_, request);
  }

  FakePolicyStore store_;
  FakeClock clock_{kNow};
  RecordingObserver observer_;
  const std::unique_ptr<PolicyBook> book_;
  const Caller alice_ = Caller::Operator("alice", Role::kEditor);
  PolicyHandler handler_{&store_, book_.get(), &observer_, &clock_};
};

TEST_F(PolicyHandlerTest, WhatIsSetReadsBackWithItsFindings) {
  pb::SetPolicyRequest request = Setting("a", "10.2.2.1/24");
  request.set_change_note("open the lab");
  const auto set = Set(request);
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_EQ(set->policy().whitelist(0), "10.2.2.0/24");
  EXPECT_EQ(set->policy().updated_by(), "operator/alice");
  ASSERT_GE(set->findings_size(), 1);
  EXPECT_EQ(set->findings(0).place(), "whitelist[0]");
  EXPECT_EQ(Get("vchs/a/policy")->policy().SerializeAsString(),
            set->policy().SerializeAsString());
  EXPECT_EQ(store_.last_change().note, "open the lab");
  EXPECT_EQ(store_.last_change().time, kNow);
  EXPECT_THAT(observer_.lines(),
              ElementsAre("set a 2 by operator/alice open the lab"));
}

TEST_F(PolicyHandlerTest, ADryRunChangesNothingAndErrorsAreFindings) {
  pb::SetPolicyRequest request = Setting("a", "*");
  request.set_validate_only(true);
  const auto bad = Set(request);
  ASSERT_TRUE(bad.ok());
  EXPECT_FALSE(bad->has_policy());
  ASSERT_EQ(bad->findings_size(), 1);
  EXPECT_EQ(bad->findings(0).severity(), pb::SEVERITY_ERROR);

  request.mutable_policy()->set_whitelist(0, "registry.example");
  const auto good = Set(request);
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(good->policy().name(), "vchs/a/policy");
  EXPECT_EQ(good->policy().mode(), pb::Policy::MODE_WHITELIST);
  EXPECT_TRUE(absl::IsNotFound(Get("vchs/a/policy").status()));
  EXPECT_TRUE(observer_.lines().empty());
}

TEST_F(PolicyHandlerTest, AnEtagGuardsAgainstChangesInBetween) {
  const std::string first = Set(Setting("a", "one.example"))->policy().etag();
  pb::SetPolicyRequest update = Setting("a", "two.example");
  update.mutable_policy()->set_etag(first);
  ASSERT_TRUE(Set(update).ok());
  const auto stale = Set(update);
  EXPECT_EQ(stale.status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ReasonOf(stale.status()), "ETAG_MISMATCH");
  EXPECT_EQ(Delete("vchs/a/policy", first).status().code(),
            absl::StatusCode::kAborted);
  const std::string now = Get("vchs/a/policy")->policy().etag();
  EXPECT_TRUE(Delete("vchs/a/policy", now).ok());
  EXPECT_THAT(observer_.lines(), Contains("deleted a 4 by operator/alice "));
}

TEST_F(PolicyHandlerTest, WhatIsNotThereIsNotFound) {
  EXPECT_TRUE(absl::IsNotFound(Get("vchs/a/policy").status()));
  EXPECT_TRUE(absl::IsNotFound(Delete("vchs/a/policy", "").status()));
}

TEST_F(PolicyHandlerTest, RefusesMalformedNamesEverywhere) {
  for (const std::string name :
       {"", "a", "vchs/a", "vchs//policy", "vchs/a/policy/", "vchs/a b/policy",
        "policies/a"}) {
    pb::SetPolicyRequest request = Setting("a", "r.example");
    request.mutable_policy()->set_name(name);
    const absl::Status set = Set(request).status();
    EXPECT_EQ(set.code(), absl::StatusCode::kInvalidArgument) << name;
    EXPECT_EQ(FieldViolationsOf(set).at(0).field, "policy.name");
    EXPECT_EQ(FieldViolationsOf(Get(name).status()).at(0).field, "name");
    EXPECT_EQ(FieldViolationsOf(Delete(name, "").status()).at(0).field, "name");
  }
  EXPECT_EQ(Set(pb::SetPolicyRequest()).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(PolicyHandlerTest, RefusesANoteThatIsTooLong) {
  pb::SetPolicyRequest request = Setting("a", "r.example");
  request.set_change_note(std::string(1025, 'x'));
  EXPECT_EQ(FieldViolationsOf(Set(request).status()).at(0).field,
            "change_note");
}

TEST_F(PolicyHandlerTest, ListsInOrderPageByPage) {
  for (int i = 0; i < 45; ++i) {
    ASSERT_TRUE(Set(Setting(absl::StrFormat("v%02d", i), "r.example")).ok());
  }
  pb::ListPoliciesRequest request;
  request.set_page_size(22);
  std::vector<int> sizes;
  int next = 0;
  do {
    const auto page = handler_.ListPolicies(request);
    ASSERT_TRUE(page.ok()) << page.status();
    sizes.push_back(page->policies_size());
    for (const pb::Policy& policy : page->policies()) {
      EXPECT_EQ(policy.name(), absl::StrFormat("vchs/v%02d/policy", next++));
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(sizes, ElementsAre(22, 22, 1));
}

TEST_F(PolicyHandlerTest, AFullLastPageHasNoToken) {
  ASSERT_TRUE(Set(Setting("a", "r.example")).ok());
  ASSERT_TRUE(Set(Setting("b", "r.example")).ok());
  pb::ListPoliciesRequest request;
  request.set_page_size(2);
  EXPECT_EQ(handler_.ListPolicies(request)->next_page_token(), "");
  EXPECT_EQ(handler_.ListPolicies({})->policies_size(), 2);
}

TEST_F(PolicyHandlerTest, APageOfLargePoliciesEndsEarly) {
  for (const std::string vch : {"a", "b", "c"}) {
    pb::SetPolicyRequest request = Setting(vch, "r.example");
    const std::string label(60, 'x');
    for (int i = 0; i < 7'000; ++i) {
      request.mutable_policy()->add_whitelist(absl::StrCat(
          "registry", i, ".", label, ".", label, ".", label, ".example"));
    }
    ASSERT_TRUE(Set(request).ok());
  }
  pb::ListPoliciesRequest request;
  const auto page = handler_.ListPolicies(request);
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->policies_size(), 1);
  request.set_page_token(page->next_page_token());
  EXPECT_EQ(handler_.ListPolicies(request)->policies(0).name(),
            "vchs/b/policy");
}

TEST_F(PolicyHandlerTest, RefusesPagesThatAreNone) {
  pb::ListPoliciesRequest negative;
  negative.set_page_size(-1);
  EXPECT_EQ(
      FieldViolationsOf(handler_.ListPolicies(negative).status()).at(0).field,
      "page_size");
  pb::ListPoliciesRequest token;
  token.set_page_token("a");
  EXPECT_EQ(
      FieldViolationsOf(handler_.ListPolicies(token).status()).at(0).field,
      "page_token");
}

TEST_F(PolicyHandlerTest, AStoreThatRefusesIsUnavailable) {
  store_.FailWith(absl::UnavailableError("no disk"));
  EXPECT_TRUE(absl::IsUnavailable(Get("vchs/a/policy").status()));
  EXPECT_TRUE(absl::IsUnavailable(handler_.ListPolicies({}).status()));
  EXPECT_TRUE(absl::IsUnavailable(Set(Setting("a", "r.example")).status()));
  EXPECT_TRUE(absl::IsUnavailable(Delete("vchs/a/policy", "").status()));
  EXPECT_TRUE(observer_.lines().empty());
}

}  // namespace
}  // namespace pullgate::pdp
