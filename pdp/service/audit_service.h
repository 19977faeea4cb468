// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_AUDIT_SERVICE_H_
#define PULLGATE_PDP_SERVICE_AUDIT_SERVICE_H_

#include "common/rpc/caller_resolver.h"
#include "common/rpc/worker_pool.h"
#include "pdp/ledger/audit_ledger.h"
#include "pdp/service/audit_observer.h"
#include "pdp/service/live_streams.h"
#include "pdp/service/tail_hub.h"
#include "pullgate/audit/v1/audit_service.grpc.pb.h"

namespace pullgate::pdp {

// The skin of ReportSession, ListEvents and TailSession.
class AuditService final
    : public pullgate::audit::v1::AuditService::CallbackService {
 public:
  // None owned; all outlive the server.
  struct Parts {
    const CallerResolver* callers;
    AuditLedger* ledger;
    TailHub* tails;
    WorkerPool* workers;
    LiveStreams* live;
    AuditObserver* observer;
  };
  explicit AuditService(const Parts& parts) : parts_(parts) {}

  grpc::ServerBidiReactor<pullgate::audit::v1::ReportEventsRequest,
                          pullgate::audit::v1::ReportEventsResponse>*
  ReportEvents(grpc::CallbackServerContext* context) override;

  grpc::ServerUnaryReactor* ListEvents(
      grpc::CallbackServerContext* context,
      const pullgate::audit::v1::ListEventsRequest* request,
      pullgate::audit::v1::ListEventsResponse* response) override;

  grpc::ServerWriteReactor<pullgate::audit::v1::TailEventsResponse>* TailEvents(
      grpc::CallbackServerContext* context,
      const pullgate::audit::v1::TailEventsRequest* request) override;

 private:
  const Parts parts_;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_AUDIT_SERVICE_H_
