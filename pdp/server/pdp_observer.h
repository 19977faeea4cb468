// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVER_PDP_OBSERVER_H_
#define PULLGATE_PDP_SERVER_PDP_OBSERVER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/observe/log.h"
#include "common/observe/log_rate_limiter.h"
#include "common/observe/metrics.h"
#include "common/rpc/authorizer.h"
#include "common/time/clock.h"
#include "pdp/server/decision_log.h"
#include "pdp/service/audit_observer.h"
#include "pdp/service/decision_observer.h"
#include "pdp/service/policy_observer.h"
#include "pdp/service/sync_observer.h"

namespace pullgate::pdp {

// Turns what happens at a PDP into log lines and metrics. One line for each
// decision and each change of a policy; what a stranger could repeat without
// end goes through a limiter, and is counted whether it is logged or not.
class PdpObserver final : public DecisionObserver,
                          public PolicyObserver,
                          public SyncObserver,
                          public AuditObserver {
 public:
  // Not owned; outlive this.
  PdpObserver(const Logger* log, Metrics* metrics, const Clock* clock);

  void Decided(const Caller& caller, DecisionRecord record) override;
  void CallEnded(absl::StatusCode code, absl::Duration elapsed) override;
  void Failed(const Caller& caller, const absl::Status& status) override;

  void PolicyChanged(const VchId& vch, absl::string_view what, int64_t revision,
                     const std::string& actor,
                     const std::string& note) override;

  void AgentJoined(const FleetMember& member, int64_t current) override;
  void PolicyAcked(const VchId& vch, int64_t revision) override;
  void PolicyRefused(const VchId& vch, int64_t revision,
                     absl::string_view why) override;
  void AgentLeft(const VchId& vch) override;
  void StreamFailed(const Caller& caller, const absl::Status& status) override;

  void EventsStored(const VchId& vch, int count, int64_t sequence) override;
  void ReportFailed(const Caller& caller, const absl::Status& status) override;

  // A RefusalObserver: a call that no handler saw.
  void CallRefused(const RefusedCall& call);

 private:
  // A call that a handler turned away.
  void Refused(absl::string_view method, const Caller& caller,
               const absl::Status& status);

  const Logger* const log_;
  Metrics* const metrics_;
  LogRateLimiter refusals_;
  // Somebody reached for what is not his: not to be drowned by mere mistakes.
  LogRateLimiter trespasses_;
  // Of CheckPull, made beforehand: looking one up takes a lock.
  Histogram& seconds_;
  Counter& ok_calls_;
  DecisionLog decisions_;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVER_PDP_OBSERVER_H_
