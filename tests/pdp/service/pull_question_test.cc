// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/pull_question.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "common/status/error_info.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/audit_events.h"

namespace pullgate::pdp {
namespace {

using pullgate::decision::v1::CheckPullRequest;
using pullgate::decision::v1::Evidence;

const Caller kAgent = Caller::Agent(Vch("a"));

CheckPullRequest Asking(const std::string& registry) {
  CheckPullRequest request;
  request.set_vch("vchs/a");
  request.set_registry(registry);
  return request;
}

TEST(ParsePullQuestionTest, ReadsARegistryWithEvidence) {
  CheckPullRequest request = Asking("Registry.Example:5000/v2/");
  request.mutable_evidence()->add_addresses("192.0.2.9");
  request.mutable_evidence()->add_addresses("192.0.2.7");
  request.mutable_evidence()->add_addresses("::ffff:192.0.2.9");
  request.set_explain(true);
  const auto question = ParsePullQuestion(kAgent, request);
  ASSERT_TRUE(question.ok()) << question.status();
  EXPECT_EQ(question->vch.text(), "a");
  EXPECT_EQ(question->registry.ToString(), "registry.example:5000");
  EXPECT_EQ(question->evidence.outcome, pullgate::Evidence::Outcome::kLookedUp);
  ASSERT_EQ(question->evidence.addresses.size(), 2u);
  EXPECT_EQ(question->evidence.addresses[0].ToString(), "192.0.2.7");
  EXPECT_TRUE(question->explain);
}

TEST(ParsePullQuestionTest, ReadsTheRegistryOfAnImage) {
  CheckPullRequest request;
  request.set_vch("vchs/a");
  request.set_image("busybox");
  EXPECT_EQ(ParsePullQuestion(kAgent, request)->registry.ToString(),
            "docker.io");
}

TEST(ParsePullQuestionTest, EvidenceWithoutOutcomeAndValuesIsAbsent) {
  CheckPullRequest request = Asking("registry.example");
  EXPECT_EQ(ParsePullQuestion(kAgent, request)->evidence.outcome,
            pullgate::Evidence::Outcome::kAbsent);
  request.mutable_evidence();
  EXPECT_EQ(ParsePullQuestion(kAgent, request)->evidence.outcome,
            pullgate::Evidence::Outcome::kAbsent);
  request.mutable_evidence()->set_outcome(Evidence::OUTCOME_LOOKED_UP);
  EXPECT_EQ(ParsePullQuestion(kAgent, request)->evidence.outcome,
            pullgate::Evidence::Outcome::kLookedUp);
}

TEST(ParsePullQuestionTest, NamesTheFieldThatIsWrong) {
  using Change = std::function<void(CheckPullRequest&)>;
  const std::vector<std::pair<std::string, Change>> wrong = {
      {"vch", [](CheckPullRequest& r) { r.set_vch("a"); }},
      {"vch", [](CheckPullRequest& r) { r.clear_vch(); }},
      {"registry", [](CheckPullRequest& r) { r.clear_registry(); }},
      {"registry", [](CheckPullRequest& r) { r.set_registry(""); }},
      {"registry", [](CheckPullRequest& r) { r.set_registry("10.1.2.300"); }},
      {"image", [](CheckPullRequest& r) { r.set_image("UPPER/Case"); }},
      {"image", [](CheckPullRequest& r) { r.set_image(""); }},
      {"evidence.addresses[1]",
       [](CheckPullRequest& r) {
         r.mutable_evidence()->add_addresses("192.0.2.7");
         r.mutable_evidence()->add_addresses("0x7f000001");
       }},
      {"evidence.names",
       [](CheckPullRequest& r) { r.mutable_evidence()->add_names("a.b"); }},
      {"evidence.addresses",
       [](CheckPullRequest& r) {
         for (int i = 0; i < 65; ++i) {
           r.mutable_evidence()->add_addresses("192.0.2.7");
         }
       }},
      {"evidence.addresses",
       [](CheckPullRequest& r) {
         r.set_registry("192.0.2.1");
         r.mutable_evidence()->add_addresses("192.0.2.7");
       }},
      {"evidence.names",
       [](CheckPullRequest& r) {
         r.set_registry("192.0.2.1");
         for (int i = 0; i < 17; ++i) r.mutable_evidence()->add_names("a.b");
       }},
  };
  for (const auto& [field, change] : wrong) {
    CheckPullRequest request = Asking("registry.example");
    change(request);
    const auto question = ParsePullQuestion(kAgent, request);
    EXPECT_EQ(question.status().code(), absl::StatusCode::kInvalidArgument)
        << field;
    const auto violations = FieldViolationsOf(question.status());
    ASSERT_EQ(violations.size(), 1u) << field << " " << question.status();
    EXPECT_EQ(violations[0].field, field);
    EXPECT_EQ(ReasonOf(question.status()), "INVALID_FIELD");
  }
}

TEST(ParsePullQuestionTest, AnAgentAsksForItsOwnVchOnly) {
  CheckPullRequest request = Asking("registry.example");
  request.set_vch("vchs/b");
  const auto refused = ParsePullQuestion(kAgent, request);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(ReasonOf(refused.status()), "OTHER_VCH");
  // Whatever else is wrong: what it asked is nothing to talk about.
  request.set_registry("a b");
  EXPECT_TRUE(
      absl::IsPermissionDenied(ParsePullQuestion(kAgent, request).status()));

  const Caller viewer = Caller::Operator("alice", Role::kViewer);
  EXPECT_TRUE(ParsePullQuestion(viewer, Asking("registry.example")).ok());
  const Caller nobody = Caller::Operator("mallory", Role::kNone);
  EXPECT_FALSE(ParsePullQuestion(nobody, Asking("registry.example")).ok());
}

}  // namespace
}  // namespace pullgate::pdp
