// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_REPORT_SESSION_H_
#define PULLGATE_PDP_SERVICE_REPORT_SESSION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/identity/vch_id.h"
#include "common/rpc/caller.h"
#include "common/sync/mutex.h"
#include "pdp/ledger/audit_ledger.h"
#include "pdp/ledger/recorded_event.h"
#include "pdp/service/audit_observer.h"
#include "pdp/service/conversation.h"
#include "pullgate/audit/v1/audit_service.pb.h"

namespace pullgate::pdp {

inline constexpr int kMaxReportEvents = 1'000;
inline constexpr size_t kMaxReportBytes = size_t{4} << 20;

// One agent's ReportEvents conversation: pullgate.audit.v1.AuditService says
// how it goes.
class ReportSession final
    : public Conversation<pullgate::audit::v1::ReportEventsRequest,
                          pullgate::audit::v1::ReportEventsResponse> {
 public:
  // Not owned; outlive this.
  ReportSession(Caller caller, AuditLedger* ledger, AuditObserver* observer);

  absl::Status OnMessage(
      const pullgate::audit::v1::ReportEventsRequest& request) override
      ABSL_LOCKS_EXCLUDED(mu_);
  // The last durable sequence, once for each message.
  std::optional<pullgate::audit::v1::ReportEventsResponse> Next() override
      ABSL_LOCKS_EXCLUDED(mu_);
  void OnEnd() override {}

 private:
  // Which spool is reported.
  struct Source {
    VchId vch;
    std::string epoch;
    // What the agent says it dropped, up to this.
    int64_t dropped_through = 0;
  };

  absl::Status Handle(const pullgate::audit::v1::ReportEventsRequest& request)
      ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status Begin(const pullgate::audit::v1::ReportEventsRequest& request)
      ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status NoteDropped(int64_t dropped_through);
  absl::Status Continue(const pullgate::audit::v1::ReportEventsRequest& request)
      ABSL_LOCKS_EXCLUDED(mu_);
  // The events from the start that are valid, each by itself; `*broken` says
  // what is wrong with the next.
  std::vector<RecordedEvent> ValidPrefix(
      const pullgate::audit::v1::ReportEventsRequest& request,
      absl::Status* broken) const;
  void Acknowledge(int64_t sequence) ABSL_LOCKS_EXCLUDED(mu_);

  const Caller caller_;
  AuditLedger* const ledger_;
  AuditObserver* const observer_;

  std::optional<Source> source_;  // messages come one at a time

  Mutex mu_;
  std::optional<int64_t> to_acknowledge_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_REPORT_SESSION_H_
