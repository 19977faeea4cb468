// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_FAKES_AGENT_FAKE_DECISION_SERVICE_H_
#define PULLGATE_TESTS_FAKES_AGENT_FAKE_DECISION_SERVICE_H_

#include <grpcpp/server_context.h>

#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "common/sync/mutex.h"
#include "pullgate/decision/v1/decision_service.grpc.pb.h"

namespace pullgate::agent {

// Answers CheckPull with what it was told last. Thread-safe.
class FakeDecisionService final
    : public pullgate::decision::v1::DecisionService::Service {
 public:
  void AnswerWith(pullgate::decision::v1::Decision decision)
      ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    decision_ = std::move(decision);
    failure_ = grpc::Status::OK;
  }
  void FailWith(grpc::Status status) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    failure_ = std::move(status);
  }
  // Takes questions and does not answer, until the caller gives up or Speak().
  void BeSilent() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    silent_ = true;
  }
  void Speak() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    silent_ = false;
    changed_.NotifyAll();
  }
  std::vector<pullgate::decision::v1::CheckPullRequest> requests() const
      ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    return requests_;
  }

  grpc::Status CheckPull(
      grpc::ServerContext* context,
      const pullgate::decision::v1::CheckPullRequest* request,
      pullgate::decision::v1::CheckPullResponse* response) override
      ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    requests_.push_back(*request);
    while (silent_ && !context->IsCancelled()) {
      changed_.WaitFor(&mu_, absl::Milliseconds(10));
    }
    if (failure_.ok()) *response->mutable_decision() = decision_;
    return failure_;
  }

 private:
  mutable Mutex mu_;
  CondVar changed_;
  bool silent_ ABSL_GUARDED_BY(mu_) = false;
  grpc::Status failure_ ABSL_GUARDED_BY(mu_) = {grpc::StatusCode::UNAVAILABLE,
                                                "told nothing"};
  pullgate::decision::v1::Decision decision_ ABSL_GUARDED_BY(mu_);
  std::vector<pullgate::decision::v1::CheckPullRequest> requests_
      ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate::agent

#endif  // PULLGATE_TESTS_FAKES_AGENT_FAKE_DECISION_SERVICE_H_
