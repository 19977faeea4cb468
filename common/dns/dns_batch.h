// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_DNS_DNS_BATCH_H_
#define PULLGATE_COMMON_DNS_DNS_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/sync/mutex.h"

namespace pullgate {

// Counts what several batches have to say, so that one can wait for all of
// them and take each as it comes. Thread-safe.
class DnsArrivals {
 public:
  void Note() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    ++count_;
    changed_.NotifyAll();
  }
  int64_t count() const ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    return count_;
  }
  // False: `deadline` came before there were more than `count`.
  bool AwaitMoreThan(int64_t count, absl::Time deadline)
      ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    bool in_time = true;
    while (count_ <= count && in_time) {
      in_time = changed_.WaitUntil(&mu_, deadline);
    }
    return count_ > count;
  }

 private:
  mutable Mutex mu_;
  CondVar changed_;
  int64_t count_ ABSL_GUARDED_BY(mu_) = 0;
};

// Questions asked together, and what came of them. Shared by who asked and by
// the queries, which may outlive his patience. Thread-safe.
class DnsBatch {
 public:
  // `arrivals` hears of every reply and failure; may be null.
  explicit DnsBatch(size_t size,
                    std::shared_ptr<DnsArrivals> arrivals = nullptr)
      : arrivals_(std::move(arrivals)), replies_(size), missing_(size) {}

  // Once for each index.
  void Reply(size_t index, std::string message) ABSL_LOCKS_EXCLUDED(mu_) {
    bool complete = false;
    {
      MutexLock lock(&mu_);
      replies_[index] = std::move(message);
      complete = --missing_ == 0;
    }
    // Without the lock, which whoever wakes up takes first.
    if (complete) changed_.NotifyAll();
    if (arrivals_ != nullptr) arrivals_->Note();
  }

  // No reply will come to one of the questions, so the rest is no use either.
  void Fail(std::string why) ABSL_LOCKS_EXCLUDED(mu_) {
    {
      MutexLock lock(&mu_);
      if (failure_.empty()) failure_ = std::move(why);
      changed_.NotifyAll();
    }
    if (arrivals_ != nullptr) arrivals_->Note();
  }

  // Whether Await() would return at once.
  bool done() const ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    return missing_ == 0 || !failure_.empty();
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
  const std::shared_ptr<DnsArrivals> arrivals_;
  mutable Mutex mu_;
  CondVar changed_;
  std::vector<std::string> replies_ ABSL_GUARDED_BY(mu_);
  size_t missing_ ABSL_GUARDED_BY(mu_);
  std::string failure_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_DNS_DNS_BATCH_H_
