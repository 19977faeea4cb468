// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/audit_service.h"

#include <memory>
#include <utility>

#include "pdp/service/audit_handler.h"
#include "pdp/service/bidi_stream.h"
#include "pdp/service/refused_stream.h"
#include "pdp/service/report_session.h"
#include "pdp/service/summary_handler.h"
#include "pdp/service/tail_session.h"
#include "pdp/service/tail_stream.h"
#include "pdp/service/unary_call.h"
#include "pdp/service/verify_stream.h"

namespace pullgate::pdp {

namespace audit_pb = pullgate::audit::v1;

grpc::ServerBidiReactor<audit_pb::ReportEventsRequest,
                        audit_pb::ReportEventsResponse>*
AuditService::ReportEvents(grpc::CallbackServerContext* context) {
  using Reactor = grpc::ServerBidiReactor<audit_pb::ReportEventsRequest,
                                          audit_pb::ReportEventsResponse>;
  absl::StatusOr<Caller> caller = parts_.callers->CallerOf(*context);
  if (!caller.ok()) return RefuseStream<Reactor>(caller.status());
  return BidiStream<audit_pb::ReportEventsRequest,
                    audit_pb::ReportEventsResponse>::
      Start(std::make_shared<ReportSession>(*std::move(caller), parts_.ledger,
                                            parts_.observer),
            parts_.workers, parts_.live)
          .get();
}

grpc::ServerUnaryReactor* AuditService::ListEvents(
    grpc::CallbackServerContext* context,
    const audit_pb::ListEventsRequest* request,
    audit_pb::ListEventsResponse* response) {
  return AnswerOnWorker(context, *parts_.callers, *parts_.workers, response,
                        [this, request](const Caller&) {
                          return pdp::ListEvents(*request, *parts_.ledger);
                        });
}

grpc::ServerUnaryReactor* AuditService::SummarizeEvents(
    grpc::CallbackServerContext* context,
    const audit_pb::SummarizeEventsRequest* request,
    audit_pb::SummarizeEventsResponse* response) {
  return AnswerOnWorker(context, *parts_.callers, *parts_.workers, response,
                        [this, request](const Caller&) {
                          return pdp::SummarizeEvents(*request, *parts_.ledger);
                        });
}

grpc::ServerWriteReactor<audit_pb::TailEventsResponse>*
AuditService::TailEvents(grpc::CallbackServerContext* /*context*/,
                         const audit_pb::TailEventsRequest* request) {
  auto session = TailSession::Create(*request);
  if (!session.ok()) {
    return RefuseStream<grpc::ServerWriteReactor<audit_pb::TailEventsResponse>>(
        session.status());
  }
  return TailStream::Start(*std::move(session), parts_.ledger, parts_.tails,
                           parts_.live)
      .get();
}

grpc::ServerUnaryReactor* AuditService::GetCheckpoint(
    grpc::CallbackServerContext* context,
    const audit_pb::GetCheckpointRequest* request,
    audit_pb::GetCheckpointResponse* response) {
  return AnswerOnWorker(context, *parts_.callers, *parts_.workers, response,
                        [this, request](const Caller&) {
                          return parts_.prover->GetCheckpoint(*request);
                        });
}

grpc::ServerUnaryReactor* AuditService::GetInclusionProof(
    grpc::CallbackServerContext* context,
    const audit_pb::GetInclusionProofRequest* request,
    audit_pb::InclusionProof* response) {
  return AnswerOnWorker(context, *parts_.callers, *parts_.workers, response,
                        [this, request](const Caller&) {
                          return parts_.prover->GetInclusionProof(*request);
                        });
}

grpc::ServerUnaryReactor* AuditService::GetConsistencyProof(
    grpc::CallbackServerContext* context,
    const audit_pb::GetConsistencyProofRequest* request,
    audit_pb::ConsistencyProof* response) {
  return AnswerOnWorker(context, *parts_.callers, *parts_.workers, response,
                        [this, request](const Caller&) {
                          return parts_.prover->GetConsistencyProof(*request);
                        });
}

grpc::ServerWriteReactor<audit_pb::VerifyLedgerResponse>*
AuditService::VerifyLedger(grpc::CallbackServerContext* /*context*/,
                           const audit_pb::VerifyLedgerRequest* request) {
  auto witnesses = WitnessesOf(*request);
  if (!witnesses.ok()) {
    return RefuseStream<
        grpc::ServerWriteReactor<audit_pb::VerifyLedgerResponse>>(
        witnesses.status());
  }
  return VerifyStream::Start(*std::move(witnesses), parts_.prover,
                             parts_.workers, parts_.live)
      .get();
}

}  // namespace pullgate::pdp
