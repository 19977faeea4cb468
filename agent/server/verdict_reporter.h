// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_SERVER_VERDICT_REPORTER_H_
#define PULLGATE_AGENT_SERVER_VERDICT_REPORTER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "agent/authorize/verdict_observer.h"
#include "common/observe/log.h"
#include "common/observe/log_rate_limiter.h"
#include "common/observe/metrics.h"
#include "common/sync/mutex.h"
#include "common/time/clock.h"

namespace pullgate::agent {

// Writes one log line for each verdict and counts it. The lines are made on a
// thread of its own, so that whoever gives verdicts does not wait for them; in
// the order of the verdicts, and those that come faster than they can be made
// are counted instead. What a caller could repeat without end, malformed
// questions, is counted always and logged at most once a second.
//
// Thread-safe.
class VerdictReporter final : public VerdictObserver {
 public:
  // Nothing is owned; all outlives this.
  VerdictReporter(const Logger* log, Metrics* metrics, const Clock* clock);
  // Writes what waits.
  ~VerdictReporter() override;

  void OnVerdict(GivenVerdict given) override ABSL_LOCKS_EXCLUDED(mu_);
  void OnUnrecorded(const std::string& asked,
                    const absl::Status& status) override;
  void OnRefused(const absl::Status& status) override;

 private:
  // Lines that may wait to be made.
  static constexpr size_t kMaxWaiting = 10'000;

  void Work() ABSL_LOCKS_EXCLUDED(mu_);
  // False: there will be no more.
  bool Take(std::vector<GivenVerdict>& given) ABSL_LOCKS_EXCLUDED(mu_);
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

  Mutex mu_;
  CondVar first_;  // something waits
  CondVar stop_;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  uint64_t missing_ ABSL_GUARDED_BY(mu_) =
      0;  // not logged, since the last line
  std::vector<GivenVerdict> waiting_ ABSL_GUARDED_BY(mu_);
  std::thread thread_;  // last: it uses the rest
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_SERVER_VERDICT_REPORTER_H_
