// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVER_DECISION_LOG_H_
#define PULLGATE_PDP_SERVER_DECISION_LOG_H_

#include <cstddef>
#include <vector>

#include "common/observe/log.h"
#include "common/observe/log_queue.h"
#include "common/observe/metrics.h"
#include "common/rpc/caller.h"
#include "pdp/service/decision_observer.h"

namespace pullgate::pdp {

// Counts decisions, and writes one log line for each, in a LogQueue: no caller
// waits for a line to be made. Destroyed, it writes what waits. Thread-safe.
class DecisionLog {
 public:
  static constexpr size_t kMaxWaiting = 16 * 1024;

  // Not owned; outlive this.
  DecisionLog(const Logger* log, Metrics* metrics);

  void Add(const Caller& caller, DecisionRecord record);

 private:
  struct Entry {
    Caller caller;
    DecisionRecord record;
  };

  void Write(const Entry& entry) const;

  const Logger* const log_;
  // By effect and reason, made beforehand: looking one up takes a lock.
  Counter& permits_;
  const std::vector<Counter*> denials_;

  LogQueue<Entry> lines_;  // last: its thread uses the rest
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVER_DECISION_LOG_H_
