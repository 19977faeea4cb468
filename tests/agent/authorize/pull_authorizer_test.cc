// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/authorize/pull_authorizer.h"

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/agent/authorize/authorize_fixture.h"
#include "tests/fakes/agent/fake_spool.h"

namespace pullgate::agent {
namespace {

namespace pb = pullgate::agent::v1;
namespace audit_pb = pullgate::audit::v1;
namespace decision_pb = pullgate::decision::v1;

// Counts what it sees. Thread-safe.
class RecordingObserver final : public VerdictObserver {
 public:
  void OnVerdict(GivenVerdict given) override {
    EXPECT_NE(given.event_id, "");
    verdicts.fetch_add(1);
  }
  void OnUnrecorded(const std::string& asked,
                    const absl::Status& /*status*/) override {
    EXPECT_EQ(asked, "a.example");
    unrecorded.fetch_add(1);
  }
  void OnRefused(const absl::Status& /*status*/) override {
    refused.fetch_add(1);
  }

  std::atomic<int> verdicts{0};
  std::atomic<int> unrecorded{0};
  std::atomic<int> refused{0};
};

// A question under way, and its answer.
class Pull {
 public:
  explicit Pull(PullAuthorizer& authorizer, const std::string& registry) {
    request_.set_registry(registry);
    authorizer.Authorize(
        request_, [this](const absl::StatusOr<PullAnswer>& answer) {
          MutexLock lock(&mu_);
          EXPECT_FALSE(status_.has_value()) << "answered twice";
          status_ = answer.status();
          if (answer.ok()) {
            EXPECT_TRUE(
                response_.ParseFromString(*answer->common + answer->own));
          }
          changed_.NotifyAll();
        });
  }

  const absl::Status& Await() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    while (!status_) changed_.Wait(&mu_);
    return *status_;
  }
  bool answered() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    return status_.has_value();
  }
  // Of an answer that is OK.
  const pb::AuthorizePullResponse& response() {
    EXPECT_TRUE(Await().ok()) << Await();
    return response_;
  }

 private:
  pb::AuthorizePullRequest request_;
  pb::AuthorizePullResponse response_;
  Mutex mu_;
  CondVar changed_;
  std::optional<absl::Status> status_ ABSL_GUARDED_BY(mu_);
};

class PullAuthorizerTest : public AuthorizeFixture {
 protected:
  std::unique_ptr<PullAuthorizer> Make(int max_concurrent = 64) {
    return std::make_unique<PullAuthorizer>(&finder_, &holder_, &spool_,
                                            &observer_, &wall_, &boot_,
                                            max_concurrent);
  }

  FakeSpool spool_;
  RecordingObserver observer_;
  std::unique_ptr<PullAuthorizer> authorizer_ = Make();
};

TEST_F(PullAuthorizerTest, APermitSaysWhatToUseAndForHowLong) {
  Pull pull(*authorizer_, kName);
  const pb::AuthorizePullResponse& response = pull.response();
  EXPECT_EQ(response.effect(), decision_pb::EFFECT_PERMIT);
  EXPECT_EQ(response.reason(), decision_pb::DENY_REASON_UNSPECIFIED);
  const pb::Permit& permit = response.permit();
  EXPECT_EQ(permit.scheme(), decision_pb::SCHEME_HTTPS);
  EXPECT_EQ(permit.address(), kAddress);
  EXPECT_EQ(permit.port(), 443);
  EXPECT_EQ(permit.server_name(), kName);
  EXPECT_EQ(permit.certificate_sha256(), FakeRegistryVerifier::kFingerprint);
  EXPECT_EQ(permit.certificate_check(),
            decision_pb::CERTIFICATE_CHECK_REQUIRED);
  EXPECT_EQ(permit.expire_time().seconds(), 1'700'000'030);
  EXPECT_EQ(response.decision().policy_revision(), 7);
  EXPECT_EQ(response.decided_by(), audit_pb::AuditEvent::DECIDED_BY_PDP);
  EXPECT_EQ(response.certificate().sha256_fingerprint(),
            FakeRegistryVerifier::kFingerprint);
  EXPECT_EQ(response.attempts_size(), 1);
}

TEST_F(PullAuthorizerTest, EveryVerdictIsOneEventAndTheAnswerNamesIt) {
  Pull permitted(*authorizer_, kName);
  EXPECT_NE(permitted.response().event_id(), "");
  Pull denied(*authorizer_, "denied.example");
  EXPECT_EQ(denied.response().effect(), decision_pb::EFFECT_DENY);

  const std::vector<audit_pb::AuditEvent> events = spool_.events();
  ASSERT_EQ(events.size(), 2);
  const audit_pb::AuditEvent& event = events[0];
  EXPECT_EQ(event.event_id(), permitted.response().event_id());
  EXPECT_EQ(event.asked(), kName);
  EXPECT_EQ(event.registry(), kName);
  EXPECT_EQ(event.effect(), decision_pb::EFFECT_PERMIT);
  EXPECT_EQ(event.event_time().seconds(), 1'700'000'000);
  EXPECT_EQ(event.policy_revision(), 7);
  EXPECT_EQ(event.decision_id(), "pdp-decision");
  EXPECT_EQ(event.rule().place(), "whitelist[0]");
  EXPECT_EQ(event.evidence().addresses(0), kAddress);
  EXPECT_EQ(event.transport().address(), kAddress);
  EXPECT_EQ(event.transport().host(), kName);
  EXPECT_EQ(event.certificate().sha256_fingerprint(),
            FakeRegistryVerifier::kFingerprint);
  EXPECT_EQ(event.attempts_size(), 1);
  EXPECT_EQ(events[1].reason(), decision_pb::DENY_REASON_NOT_WHITELISTED);
  EXPECT_FALSE(events[1].has_transport());
  authorizer_->Close();  // observing comes after answering
  EXPECT_EQ(observer_.verdicts.load(), 2);
}

TEST_F(PullAuthorizerTest, TheEventSaysHowLongTheVerdictTook) {
  verifier_.Meanwhile([this] { Pass(absl::Milliseconds(1500)); });
  Pull pull(*authorizer_, kName);
  pull.Await();
  const audit_pb::AuditEvent event = spool_.events().front();
  EXPECT_EQ(event.elapsed().seconds(), 1);
  EXPECT_EQ(event.elapsed().nanos(), 500'000'000);
}

TEST_F(PullAuthorizerTest, TheSecondTimeItAnswersOnTheSpot) {
  Pull first(*authorizer_, kName);
  first.Await();
  Pull second(*authorizer_, kName);
  EXPECT_TRUE(second.answered()) << "without another thread";
  EXPECT_EQ(second.response().decided_by(),
            audit_pb::AuditEvent::DECIDED_BY_CACHE);
  EXPECT_EQ(spool_.events().size(), 2);
}

TEST_F(PullAuthorizerTest, WhatCannotBeRecordedIsRefused) {
  spool_.FailWith(absl::ResourceExhaustedError("the spool is full"));
  Pull pull(*authorizer_, kName);
  const pb::AuthorizePullResponse& response = pull.response();
  EXPECT_EQ(response.effect(), decision_pb::EFFECT_DENY);
  EXPECT_EQ(response.reason(), decision_pb::DENY_REASON_AUDIT_UNAVAILABLE);
  EXPECT_TRUE(absl::StrContains(response.message(), "the spool is full"));
  EXPECT_EQ(response.event_id(), "");
  EXPECT_FALSE(response.has_permit()) << "nothing of the permit gets out";
  EXPECT_FALSE(response.has_decision());
  EXPECT_FALSE(response.has_certificate());

  spool_.FailWith(absl::OkStatus());
  Pull again(*authorizer_, kName);
  EXPECT_EQ(again.response().effect(), decision_pb::EFFECT_PERMIT);
  authorizer_->Close();  // observing comes after answering
  EXPECT_EQ(observer_.unrecorded.load(), 1);
  EXPECT_EQ(observer_.verdicts.load(), 1);
}

TEST_F(PullAuthorizerTest, MalformedQuestionsAreErrorsAndNoEvents) {
  for (const char* text : {"", "a b", "user:hunter2@a.example"}) {
    Pull pull(*authorizer_, text);
    EXPECT_TRUE(absl::IsInvalidArgument(pull.Await())) << pull.Await();
    EXPECT_FALSE(absl::StrContains(pull.Await().ToString(), "hunter2"));
  }
  EXPECT_TRUE(spool_.events().empty());
  EXPECT_EQ(observer_.refused.load(), 3);
}

TEST_F(PullAuthorizerTest, ConcurrentIdenticalQuestionsShareOneVerification) {
  verifier_.Block();
  std::vector<std::unique_ptr<Pull>> pulls;
  pulls.reserve(10);
  for (int i = 0; i < 10; ++i) {
    pulls.push_back(std::make_unique<Pull>(*authorizer_, kName));
  }
  verifier_.AwaitCalls(1);
  for (const auto& pull : pulls) EXPECT_FALSE(pull->answered());
  verifier_.Release();
  for (const auto& pull : pulls) {
    EXPECT_EQ(pull->response().effect(), decision_pb::EFFECT_PERMIT);
  }
  EXPECT_EQ(verifier_.calls(), 1);
  EXPECT_EQ(pdp_.calls(), 1);
  EXPECT_EQ(spool_.events().size(), 10) << "one event for each verdict";
}

TEST_F(PullAuthorizerTest, DifferentQuestionsDoNotWaitForOneAnother) {
  verifier_.Block();
  Pull slow(*authorizer_, kName);
  verifier_.AwaitCalls(1);
  Pull quick(*authorizer_, "denied.example");
  quick.Await();
  EXPECT_FALSE(slow.answered());
  verifier_.Release();
  slow.Await();
}

TEST_F(PullAuthorizerTest, WhoAsksAfterANewRevisionDoesNotJoinThoseBefore) {
  pdp_.Block();
  Pull before(*authorizer_, kName);
  pdp_.AwaitCalls(1);
  Hold(Activate(WhitelistPolicy(8, {"other.example"})));
  Pull after(*authorizer_, kName);
  pdp_.AwaitCalls(2);
  pdp_.Release();
  EXPECT_EQ(before.response().effect(), decision_pb::EFFECT_DENY);
  EXPECT_EQ(after.response().effect(), decision_pb::EFFECT_DENY);
  EXPECT_EQ(after.response().decision().policy_revision(), 8);
}

TEST_F(PullAuthorizerTest, TooManyQuestionsAreRefusedAndCachedOnesAreNot) {
  Pull cached(*authorizer_, kName);
  cached.Await();
  authorizer_ = Make(/*max_concurrent=*/2);
  dns_.AddForward("b.example", "192.0.2.2");
  pdp_.Block();
  Pull one(*authorizer_, "b.example");
  Pull two(*authorizer_, "b.example");
  Pull three(*authorizer_, "b.example");
  ASSERT_TRUE(three.answered());
  EXPECT_TRUE(absl::IsResourceExhausted(three.Await())) << three.Await();
  EXPECT_EQ(observer_.refused.load(), 1);
  Pull at_hand(*authorizer_, kName);
  EXPECT_EQ(at_hand.response().effect(), decision_pb::EFFECT_PERMIT);

  pdp_.Release();
  one.Await();
  two.Await();
  Pull four(*authorizer_, "b.example");
  EXPECT_TRUE(four.Await().ok()) << "there is room again";
}

TEST_F(PullAuthorizerTest, ProbesRecordNothingAndExplain) {
  pb::ProbeRegistryRequest request;
  request.set_registry(kName);
  pb::ProbeRegistryResponse response;
  absl::Status status = absl::UnknownError("not answered");
  authorizer_->Probe(request, &response,
                     [&status](const absl::Status& s) { status = s; });
  authorizer_->Close();  // waits for it
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(response.effect(), decision_pb::EFFECT_PERMIT);
  EXPECT_TRUE(response.decision().has_explanation());
  EXPECT_EQ(response.chain_size(), 1);
  EXPECT_EQ(response.permit().address(), kAddress);
  EXPECT_TRUE(spool_.events().empty());
}

TEST_F(PullAuthorizerTest, DrainingWaitsForWhatIsUnderWay) {
  verifier_.Block();
  Pull pull(*authorizer_, kName);
  verifier_.AwaitCalls(1);
  std::thread drain([this] { authorizer_->Drain(absl::InfiniteFuture()); });
  verifier_.Release();
  drain.join();
  EXPECT_TRUE(pull.answered());
  EXPECT_EQ(pull.response().effect(), decision_pb::EFFECT_PERMIT);

  Pull late(*authorizer_, "late.example");
  EXPECT_TRUE(absl::IsUnavailable(late.Await()));
  Pull at_hand(*authorizer_, kName);
  EXPECT_TRUE(at_hand.Await().ok());
}

TEST_F(PullAuthorizerTest, DrainingRefusesAtItsDeadlineWhatIsStillUnderWay) {
  verifier_.Block();
  Pull pull(*authorizer_, kName);
  verifier_.AwaitCalls(1);
  authorizer_->Drain(absl::UnixEpoch());
  EXPECT_TRUE(absl::IsUnavailable(pull.Await())) << pull.Await();
  verifier_.Release();
  authorizer_->Close();
  EXPECT_TRUE(spool_.events().empty()) << "no verdict was given";
}

TEST_F(PullAuthorizerTest, AfterClosingNothingIsTaken) {
  authorizer_->Close();
  Pull pull(*authorizer_, kName);
  EXPECT_TRUE(absl::IsUnavailable(pull.Await()));
}

TEST_F(PullAuthorizerTest, AnswersEachOfManyOnce) {
  for (int i = 0; i < 8; ++i) {
    dns_.AddForward(absl::StrCat("r", i, ".example"), "192.0.2.3");
  }
  Hold(Activate(WhitelistPolicy(8, {"*.example"})));
  const auto ask = [this] {
    for (int i = 0; i < 100; ++i) {
      Pull pull(*authorizer_, absl::StrCat("r", i % 8, ".example"));
      EXPECT_EQ(pull.response().effect(), decision_pb::EFFECT_PERMIT);
    }
  };
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) threads.emplace_back(ask);
  for (std::thread& thread : threads) thread.join();
  authorizer_->Close();  // observing comes after answering
  EXPECT_EQ(spool_.events().size(), 400);
  EXPECT_EQ(observer_.verdicts.load(), 400);
  EXPECT_EQ(verifier_.calls(), 8);
}

}  // namespace
}  // namespace pullgate::agent
