// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_DNS_DNS_BATCH_H_
#define PULLGATE_COMMON_DNS_DNS_BATCH_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/sync/mutex.h"

namespace pullgate {

// Questions asked together, and what came of them. Shared by who asked and by
// the queries, which may outlive his patience. Thread-safe.
class DnsBatch {
 public:
  explicit DnsBatch(size_t size) : replies_(size), missing_(size) {}

  // Once for each index.
  void Reply(size_t index, std::string message) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    replies_[index] = std::move(message);
    if (--missing_ == 0) changed_.NotifyAll();
  }

  // No reply will come to one of the questions, so the rest is no use either.
  void Fail(std::string why) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    if (failure_.empty()) failure_ = std::move(why);
    changed_.NotifyAll();
  }

  // The messages in the order of the questions; at most once. Unavailable: the
  // first Fail(). DeadlineExceeded: `deadline` came before all were there.
  absl::StatusOr<std::vector<std::string>> Await(absl::Time deadline)
      ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    bool in_time = true;
    while (missing_ > 0 && failure_.empty() && in_time) {
      in_time = changed_.WaitUntil(&mu_, deadline);
    }
    if (!failure_.empty()) return absl::UnavailableError(failure_);
    if (missing_ > 0) {
      return absl::DeadlineExceededError("DNS did not answer in time");
    }
    return std::move(replies_);
  }

 private:
  Mutex mu_;
  CondVar changed_;
  std::vector<std::string> replies_ ABSL_GUARDED_BY(mu_);
  size_t missing_ ABSL_GUARDED_BY(mu_);
  std::string failure_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_DNS_DNS_BATCH_H_
