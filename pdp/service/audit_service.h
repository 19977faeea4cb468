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
#include "pdp/verify/ledger_prover.h"
#include "pullgate/audit/v1/audit_service.grpc.pb.h"

namespace pullgate::pdp {

// The skin of ReportSession, ListEvents, TailSession and LedgerProver.
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
    LedgerProver* prover;
  };
  explicit AuditService(const Parts& parts) : parts_(parts) {}

  grpc::ServerBidiReactor<pullgate::audit::v1::ReportEventsRequest,
                          pullgate::audit::v1::ReportEventsResponse>*
  ReportEvents(grpc::CallbackServerContext* context) override;

  grpc::ServerUnaryReactor* ListEvents(
      grpc::CallbackServerContext* context,
      const pullgate::audit::v1::ListEventsRequest* request,
      pullgate::audit::v1::ListEventsResponse* response) override;

  grpc::ServerUnaryReactor* SummarizeEvents(
      grpc::CallbackServerContext* context,
      const pullgate::audit::v1::SummarizeEventsRequest* request,
      pullgate::audit::v1::SummarizeEventsResponse* response) override;

  grpc::ServerWriteReactor<pullgate::audit::v1::TailEventsResponse>* TailEvents(
      grpc::CallbackServerContext* context,
      const pullgate::audit::v1::TailEventsRequest* request) override;

  grpc::ServerUnaryReactor* GetCheckpoint(
      grpc::CallbackServerContext* context,
      const pullgate::audit::v1::GetCheckpointRequest* request,
      pullgate::audit::v1::GetCheckpointResponse* response) override;

  grpc::ServerUnaryReactor* GetInclusionProof(
      grpc::CallbackServerContext* context,
      const pullgate::audit::v1::GetInclusionProofRequest* request,
      pullgate::audit::v1::InclusionProof* response) override;

  grpc::ServerUnaryReactor* GetConsistencyProof(
      grpc::CallbackServerContext* context,
      const pullgate::audit::v1::GetConsistencyProofRequest* request,
      pullgate::audit::v1::ConsistencyProof* response) override;

  grpc::ServerWriteReactor<pullgate::audit::v1::VerifyLedgerResponse>*
  VerifyLedger(
      grpc::CallbackServerContext* context,
      const pullgate::audit::v1::VerifyLedgerRequest* request) override;

 private:
  const Parts parts_;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_AUDIT_SERVICE_H_
