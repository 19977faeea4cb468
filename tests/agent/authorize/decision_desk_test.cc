// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/authorize/decision_desk.h"

#include <memory>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/agent/authorize/authorize_fixture.h"

namespace pullgate::agent {
namespace {

class DecisionDeskTest : public AuthorizeFixture {
 protected:
  static void Ignore(const absl::StatusOr<Answer>& /*answer*/) {}

  const RegistryAddress registry_ = Registry(kName);
  const Evidence evidence_ = {};
};

TEST_F(DecisionDeskTest, DecidesOnAnotherThread) {
  DecisionDesk desk(&decider_, 1);
  std::thread::id decided_on;
  bool permits = false;
  const auto pending = desk.Decide(
      registry_, evidence_, [&](const absl::StatusOr<Answer>& answer) {
        decided_on = std::this_thread::get_id();
        permits = answer.ok() && answer->policy != nullptr;
      });
  ASSERT_NE(pending, nullptr);
  const absl::StatusOr<Answer> answer = pending->Take();
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->decided_by, DecidedBy::kPdp);
  EXPECT_TRUE(permits) << "it was told before";
  EXPECT_NE(decided_on, std::this_thread::get_id());
}

TEST_F(DecisionDeskTest, GivesErrorsBackAsTheyAre) {
  pdp_.FailWith(absl::PermissionDeniedError("no such VCH"));
  DecisionDesk desk(&decider_, 1);
  const absl::StatusOr<Answer> answer =
      desk.Decide(registry_, evidence_, Ignore)->Take();
  EXPECT_EQ(answer.status(), absl::PermissionDeniedError("no such VCH"));
}

TEST_F(DecisionDeskTest, NobodyWaitsForAThread) {
  pdp_.Block();
  DecisionDesk desk(&decider_, 1);
  const auto running = desk.Decide(registry_, evidence_, Ignore);
  ASSERT_NE(running, nullptr);
  EXPECT_EQ(desk.Decide(registry_, evidence_, Ignore), nullptr);
  pdp_.Release();
  EXPECT_TRUE(running->Take().ok());
  EXPECT_NE(desk.Decide(registry_, evidence_, Ignore), nullptr);
}

TEST_F(DecisionDeskTest, WithoutThreadsItDecidesNothing) {
  DecisionDesk none(&decider_, 0);
  EXPECT_FALSE(none.enabled());
  EXPECT_EQ(none.Decide(registry_, evidence_, Ignore), nullptr);
  EXPECT_EQ(pdp_.calls(), 0);
}

TEST_F(DecisionDeskTest, WhoLeavesWaitsForWhatHeIsToBeTold) {
  DecisionDesk desk(&decider_, 1);
  pdp_.Block();
  std::thread releaser([this] {
    pdp_.AwaitCalls(1);
    pdp_.Release();
  });
  bool told = false;
  {
    const auto pending = desk.Decide(
        registry_, evidence_,
        [&told](const absl::StatusOr<Answer>& /*answer*/) { told = true; });
    ASSERT_NE(pending, nullptr);
  }
  EXPECT_TRUE(told);
  releaser.join();
}

}  // namespace
}  // namespace pullgate::agent
