// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/decide/backoff_pdp_client.h"

#include <memory>
#include <thread>
#include <utility>

#include "gtest/gtest.h"
#include "tests/fakes/agent/fake_pdp_client.h"
#include "tests/fakes/fake_clock.h"

namespace pullgate::agent {
namespace {

const absl::Status kSilence = absl::DeadlineExceededError("silent");

class BackoffPdpClientTest : public testing::Test {
 protected:
  BackoffPdpClientTest() {
    auto inner = std::make_unique<FakePdpClient>();
    pdp_ = inner.get();
    // No jitter: waits are exactly 1, 2, 4 s.
    client_ = std::make_unique<BackoffPdpClient>(
        std::move(inner), &clock_,
        Backoff(absl::Seconds(1), absl::Seconds(4), [] { return 1.0; }));
  }

  absl::Status Ask(Evidence::Outcome outcome = Evidence::Outcome::kLookedUp) {
    PdpQuestion question = {RegistryAddress::ParseQuestion("a.example").value(),
                            {}};
    question.evidence.outcome = outcome;
    return client_->CheckPull(question, absl::InfiniteFuture()).status();
  }

  void MeetSilences(int count) {
    pdp_->FailWith(kSilence);
    for (int i = 0; i < count; ++i) EXPECT_EQ(Ask(), kSilence);
  }

  FakeClock clock_{absl::UnixEpoch()};
  FakePdpClient* pdp_;
  std::unique_ptr<BackoffPdpClient> client_;
};

TEST_F(BackoffPdpClientTest, PassesAnswersOn) {
  IssuedDecision issued;
  issued.decision_id = "d";
  pdp_->AnswerWith(issued);
  EXPECT_TRUE(Ask().ok());
}

TEST_F(BackoffPdpClientTest, LeavesASilentPdpAloneForAWhile) {
  MeetSilences(BackoffPdpClient::kSilences);
  const size_t asked = pdp_->calls();
  EXPECT_TRUE(absl::IsUnavailable(Ask()));
  clock_.Advance(absl::Seconds(1) - absl::Nanoseconds(1));
  EXPECT_TRUE(absl::IsUnavailable(Ask()));
  EXPECT_EQ(pdp_->calls(), asked);
}

TEST_F(BackoffPdpClientTest, ThenOneQuestionDecidesForAll) {
  MeetSilences(BackoffPdpClient::kSilences);
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(Ask(), kSilence) << "let through, still silent";
  EXPECT_TRUE(absl::IsUnavailable(Ask()));
  clock_.Advance(absl::Seconds(1));
  EXPECT_TRUE(absl::IsUnavailable(Ask())) << "the second wait is longer";
  clock_.Advance(absl::Seconds(1));
  pdp_->AnswerWith({});
  EXPECT_TRUE(Ask().ok());
  EXPECT_TRUE(Ask().ok());
}

TEST_F(BackoffPdpClientTest, WhileOneTriesOthersDoNotWait) {
  MeetSilences(BackoffPdpClient::kSilences);
  clock_.Advance(absl::Seconds(1));
  pdp_->Block();
  const size_t asked = pdp_->calls();
  std::thread first([this] { EXPECT_EQ(Ask(), kSilence); });
  pdp_->AwaitCalls(asked + 1);
  EXPECT_TRUE(absl::IsUnavailable(Ask()));
  pdp_->Release();
  first.join();
}

TEST_F(BackoffPdpClientTest, AFewSilencesAreNoOutage) {
  MeetSilences(BackoffPdpClient::kSilences - 1);
  pdp_->AnswerWith({});
  EXPECT_TRUE(Ask().ok());
  MeetSilences(BackoffPdpClient::kSilences - 1);
  pdp_->AnswerWith({});
  EXPECT_TRUE(Ask().ok());
}

TEST_F(BackoffPdpClientTest, AnUnreachablePdpIsAskedEveryTime) {
  pdp_->FailWith(absl::UnavailableError("refused"));
  for (int i = 0; i < 10; ++i) Ask().IgnoreError();
  EXPECT_EQ(pdp_->calls(), 10);
}

TEST_F(BackoffPdpClientTest, SlowDnsAtThePdpIsNotItsSilence) {
  pdp_->FailWith(kSilence);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(Ask(Evidence::Outcome::kAbsent), kSilence);
  }
  EXPECT_EQ(pdp_->calls(), 10);
}

TEST_F(BackoffPdpClientTest, AsksAtOnceWhenThePdpWasHeard) {
  MeetSilences(BackoffPdpClient::kSilences);
  EXPECT_TRUE(absl::IsUnavailable(Ask()));
  client_->Reset();
  pdp_->AnswerWith({});
  EXPECT_TRUE(Ask().ok());
}

}  // namespace
}  // namespace pullgate::agent
