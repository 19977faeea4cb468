// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVER_DECISION_LOG_H_
#define PULLGATE_PDP_SERVER_DECISION_LOG_H_

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "common/observe/log.h"
#include "common/observe/metrics.h"
#include "common/rpc/caller.h"
#include "common/sync/mutex.h"
#include "pdp/service/decision_observer.h"

namespace pullgate::pdp {

// Counts decisions, and writes one log line for each, on a thread of its own:
// no caller waits for a line to be made. It appears within a few milliseconds.
//
// Bounded: of what comes while kMaxWaiting decisions wait, the log only says
// how many lines are missing. Thread-safe.
class DecisionLog {
 public:
  static constexpr size_t kMaxWaiting = 16 * 1024;

  // Not owned; outlive this.
  DecisionLog(const Logger* log, Metrics* metrics);
  // Writes what waits.
  ~DecisionLog();
  DecisionLog(const DecisionLog&) = delete;
  DecisionLog& operator=(const DecisionLog&) = delete;

  void Add(const Caller& caller, DecisionRecord record)
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  struct Entry {
    Caller caller;
    DecisionRecord record;
  };

  void Work() ABSL_LOCKS_EXCLUDED(mu_);
  // Waits for entries and moves them into `entries`, which is empty.
  // False: stopped, and there are none.
  bool Take(std::vector<Entry>& entries) ABSL_LOCKS_EXCLUDED(mu_);
  void Write(const Entry& entry) const;

  const Logger* const log_;
  // By effect and reason, made beforehand: looking one up takes a lock.
  Counter& permits_;
  const std::vector<Counter*> denials_;

  Mutex mu_;
  CondVar first_;  // an entry came, and there was none
  CondVar stop_;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  uint64_t missing_ ABSL_GUARDED_BY(mu_) = 0;
  std::vector<Entry> waiting_ ABSL_GUARDED_BY(mu_);
  std::thread thread_;  // last: runs with everything above in place
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVER_DECISION_LOG_H_
