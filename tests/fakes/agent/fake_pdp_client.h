// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// A PDP as a test says it is, without the network.

#ifndef PULLGATE_TESTS_FAKES_AGENT_FAKE_PDP_CLIENT_H_
#define PULLGATE_TESTS_FAKES_AGENT_FAKE_PDP_CLIENT_H_

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "agent/decide/pdp_client.h"
#include "common/sync/mutex.h"

namespace pullgate::agent {

// Answers every question with what it was told last; at first it is away.
// Thread-safe; everything may be changed while questions are blocked.
class FakePdpClient final : public PdpClient {
 public:
  using Answer =
      std::function<absl::StatusOr<IssuedDecision>(const PdpQuestion&)>;

  void AnswerWith(IssuedDecision decision) ABSL_LOCKS_EXCLUDED(mu_) {
    AnswerBy([decision = std::move(decision)](const PdpQuestion&) {
      return decision;
    });
  }
  void FailWith(absl::Status status) ABSL_LOCKS_EXCLUDED(mu_) {
    AnswerBy([status = std::move(status)](const PdpQuestion&) {
      return absl::StatusOr<IssuedDecision>(status);
    });
  }
  // `answer` is called without a lock held.
  void AnswerBy(Answer answer) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    answer_ = std::move(answer);
  }

  // From now on questions wait for Release().
  void Block() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    blocked_ = true;
  }
  void Release() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    blocked_ = false;
    changed_.NotifyAll();
  }

  // Waits until `count` questions were asked.
  void AwaitCalls(size_t count) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    while (asked_.size() < count) changed_.Wait(&mu_);
  }
  std::vector<PdpQuestion> asked() const ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    return asked_;
  }
  size_t calls() const ABSL_LOCKS_EXCLUDED(mu_) { return asked().size(); }

  absl::StatusOr<IssuedDecision> CheckPull(const PdpQuestion& question,
                                           absl::Time /*deadline*/) override
      ABSL_LOCKS_EXCLUDED(mu_) {
    Answer answer;
    {
      MutexLock lock(&mu_);
      asked_.push_back(question);
      changed_.NotifyAll();
      while (blocked_) changed_.Wait(&mu_);
      answer = answer_;
    }
    return answer(question);
  }

 private:
  mutable Mutex mu_;
  CondVar changed_;
  bool blocked_ ABSL_GUARDED_BY(mu_) = false;
  std::vector<PdpQuestion> asked_ ABSL_GUARDED_BY(mu_);
  Answer answer_ ABSL_GUARDED_BY(mu_) = [](const PdpQuestion&) {
    return absl::StatusOr<IssuedDecision>(
        absl::UnavailableError("no PDP in this test"));
  };
};

}  // namespace pullgate::agent

#endif  // PULLGATE_TESTS_FAKES_AGENT_FAKE_PDP_CLIENT_H_
