// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_SERVER_VERDICT_REPORTER_H_
#define PULLGATE_AGENT_SERVER_VERDICT_REPORTER_H_

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "agent/authorize/verdict_observer.h"
#include "common/observe/log.h"
#include "common/observe/log_queue.h"
#include "common/observe/log_rate_limiter.h"
#include "common/observe/metrics.h"
#include "common/time/clock.h"

namespace pullgate::agent {

// Counts verdicts, and writes one log line for each, in a LogQueue: whoever
// gives verdicts does not wait for them. Destroyed, it writes what waits. What
// a caller could repeat without end, malformed questions, is counted always and
// logged at most once a second.
//
// Thread-safe.
class VerdictReporter final : public VerdictObserver {
 public:
  // Nothing is owned; all outlives this.
  VerdictReporter(const Logger* log, Metrics* metrics, const Clock* clock);

  void OnVerdict(GivenVerdict given) override;
  void OnUnrecorded(const std::string& asked,
                    const absl::Status& status) override;
  void OnRefused(const absl::Status& status) override;

 private:
  // Lines that may wait to be made.
  static constexpr size_t kMaxWaiting = 10'000;

  void Write(const GivenVerdict& given) const;
  void Count(const GivenVerdict& given);

  const Logger* const log_;
  Metrics* const metrics_;
  LogRateLimiter refused_;
  LogRateLimiter unrecorded_;
  // By DenyReason; 0 is a permit. Looked up once: verdicts are many.
  std::vector<Counter*> pulls_;
  std::array<Counter*, 4> sources_;  // by DecidedBy
  Histogram* const seconds_;

  LogQueue<GivenVerdict> lines_;  // last: its thread uses the rest
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_SERVER_VERDICT_REPORTER_H_
