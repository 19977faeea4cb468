// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/batch.h"

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/status/error_info.h"
#include "common/sync/mutex.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_host_resolver.h"
#include "tests/fakes/pdp/fake_policy_store.h"
#include "tests/fakes/pdp/recording_observer.h"
#include "tests/support/audit_events.h"

namespace pullgate::pdp {
namespace {

namespace pb = pullgate::decision::v1;

// Far in the future: a look-up that is blocked is not ended by its deadline.
const absl::Time kStart = absl::FromUnixSeconds(4'000'000'000);

class BatchTest : public ::testing::Test {
 protected:
  BatchTest() : book_(*PolicyBook::Open(&store_, {}, Change{})) {
    pullgate::policy::v1::Policy policy;
    policy.add_whitelist("*.example");
    EXPECT_TRUE(book_->Set(Vch("a"), {policy, ""}, Change{}).ok());
    EXPECT_TRUE(book_->InForce(Vch("a")).ok());
  }

  pb::CheckPullRequest* Add(const std::string& registry) {
    pb::CheckPullRequest* const item = request_.add_requests();
    item->set_vch("vchs/a");
    item->set_registry(registry);
    return item;
  }
  void AddWithEvidence(const std::string& registry) {
    Add(registry)->mutable_evidence()->add_addresses("192.0.2.7");
  }

  // Answers and waits for the end.
  void Answer(WorkerPool& workers) {
    AnswerBatch(caller_,
                {&handler_, &observer_, &workers, kStart + absl::Minutes(1)},
                request_, &response_, [this] {
                  MutexLock lock(&mu_);
                  ++done_;
                  changed_.NotifyAll();
                });
    MutexLock lock(&mu_);
    while (done_ == 0) changed_.Wait(&mu_);
    EXPECT_EQ(done_, 1);
  }

  FakePolicyStore store_;
  FakeHostResolver dns_;
  FakeClock clock_{kStart};
  RecordingObserver observer_;
  const std::unique_ptr<PolicyBook> book_;
  const Caller caller_ = Caller::Agent(Vch("a"));
  DecisionHandler handler_{book_.get(), &dns_, &clock_, {}};
  pb::BatchCheckPullsRequest request_;
  pb::BatchCheckPullsResponse response_;
  Mutex mu_;
  CondVar changed_;
  int done_ ABSL_GUARDED_BY(mu_) = 0;
};

TEST_F(BatchTest, AnswersEveryItemInItsPlace) {
  WorkerPool workers(4, 1000);
  for (int i = 0; i < 100; ++i) {
    const std::string name = absl::StrCat("r", i, ".example");
    if (i % 2 == 0) {
      AddWithEvidence(name);
    } else {
      dns_.AddForward(name, "192.0.2.9");
      Add(name);
    }
  }
  Answer(workers);
  ASSERT_EQ(response_.items_size(), 100);
  for (int i = 0; i < 100; ++i) {
    const pb::Decision& decision = response_.items(i).decision();
    EXPECT_EQ(decision.registry(), absl::StrCat("r", i, ".example"));
    EXPECT_EQ(decision.effect(), pb::EFFECT_PERMIT);
  }
}

TEST_F(BatchTest, AMalformedItemFailsAlone) {
  WorkerPool workers(1, 10);
  AddWithEvidence("r.example");
  AddWithEvidence("not a registry");
  request_.add_requests();
  AddWithEvidence("s.example");
  Answer(workers);
  EXPECT_TRUE(response_.items(0).has_decision());
  EXPECT_TRUE(response_.items(3).has_decision());
  for (const int i : {1, 2}) {
    const google::rpc::Status& error = response_.items(i).error();
    EXPECT_EQ(error.code(), 3);  // INVALID_ARGUMENT
    EXPECT_FALSE(error.message().empty());
    ASSERT_EQ(error.details_size(), 2);
    google::rpc::BadRequest bad;
    ASSERT_TRUE(error.details(0).UnpackTo(&bad) ||
                error.details(1).UnpackTo(&bad));
    EXPECT_EQ(bad.field_violations(0).field(), i == 1 ? "registry" : "vch");
  }
}

TEST_F(BatchTest, WhatFindsNoRoomAmongTheWorkersFailsAlone) {
  WorkerPool workers(1, 1);
  dns_.Block();
  for (int i = 0; i < 10; ++i) Add(absl::StrCat("r", i, ".example"));
  AddWithEvidence("last.example");
  AnswerBatch(caller_,
              {&handler_, &observer_, &workers, kStart + absl::Minutes(1)},
              request_, &response_, [this] {
                MutexLock lock(&mu_);
                ++done_;
                changed_.NotifyAll();
              });
  dns_.Release();
  MutexLock lock(&mu_);
  while (done_ == 0) changed_.Wait(&mu_);
  int refused = 0;
  for (const auto& item : response_.items()) {
    refused += item.has_error() && item.error().code() == 8 ? 1 : 0;
  }
  EXPECT_GE(refused, 8);  // RESOURCE_EXHAUSTED
  EXPECT_TRUE(response_.items(10).has_decision());
}

TEST_F(BatchTest, RefusesNoneAndTooMany) {
  EXPECT_EQ(CheckBatch(caller_, request_).code(),
            absl::StatusCode::kInvalidArgument);
  for (int i = 0; i < kMaxBatch; ++i) Add("r.example");
  EXPECT_TRUE(CheckBatch(caller_, request_).ok());
  Add("r.example");
  const absl::Status status = CheckBatch(caller_, request_);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(FieldViolationsOf(status).at(0).field, "requests");
}

TEST_F(BatchTest, OneItemOfAnotherVchRefusesAll) {
  AddWithEvidence("r.example");
  Add("r.example")->set_vch("vchs/b");
  EXPECT_EQ(CheckBatch(caller_, request_).code(),
            absl::StatusCode::kPermissionDenied);
  EXPECT_TRUE(
      CheckBatch(Caller::Operator("alice", Role::kViewer), request_).ok());
}

}  // namespace
}  // namespace pullgate::pdp
