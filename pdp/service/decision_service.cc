// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/decision_service.h"

#include <utility>

#include "absl/time/time.h"
#include "common/rpc/deadline.h"
#include "common/rpc/grpc_status.h"
#include "pdp/service/batch.h"
#include "pdp/service/pull_question.h"

namespace pullgate::pdp {
namespace {

namespace decision_pb = pullgate::decision::v1;

// For callers that set no deadline of their own.
constexpr absl::Duration kLongestCheck = absl::Seconds(30);

}  // namespace

DecisionService::DecisionService(const CallerResolver* callers,
                                 DecisionHandler* handler,
                                 DecisionObserver* observer,
                                 WorkerPool* workers, const Clock* clock)
    : callers_(callers),
      handler_(handler),
      observer_(observer),
      workers_(workers),
      clock_(clock) {}

grpc::ServerUnaryReactor* DecisionService::CheckPull(
    grpc::CallbackServerContext* context,
    const decision_pb::CheckPullRequest* request,
    decision_pb::CheckPullResponse* response) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  const absl::Time start = clock_->Now();
  absl::StatusOr<Caller> caller = callers_->CallerOf(*context);
  if (!caller.ok()) {
    Finish(reactor, start, nullptr, caller.status(), response);
    return reactor;
  }
  auto question = ParsePullQuestion(*caller, *request);
  if (!question.ok()) {
    Finish(reactor, start, &*caller, question.status(), response);
    return reactor;
  }
  if (auto now = handler_->AnswerNow(*question)) {
    Finish(reactor, start, &*caller, *std::move(now), response);
    return reactor;
  }
  const absl::Time deadline = DeadlineOf(*context, start + kLongestCheck);
  const absl::Status posted =
      workers_->Post([this, reactor, response, start, deadline,
                      caller = *caller, question = *std::move(question)] {
        Finish(reactor, start, &caller, handler_->Answer(question, deadline),
               response);
      });
  if (!posted.ok()) Finish(reactor, start, &*caller, posted, response);
  return reactor;
}

void DecisionService::Finish(grpc::ServerUnaryReactor* reactor,
                             absl::Time start, const Caller* caller,
                             absl::StatusOr<DecisionHandler::Answered> answered,
                             decision_pb::CheckPullResponse* response) {
  const absl::Status status = answered.status();
  if (status.ok()) {
    *response->mutable_decision() = std::move(answered->decision);
    observer_->Decided(*caller, std::move(answered->record));
  } else if (caller != nullptr) {
    observer_->Failed(*caller, status);
  }
  observer_->CallEnded(status.code(), clock_->Now() - start);
  reactor->Finish(ToGrpcStatus(status));
}

grpc::ServerUnaryReactor* DecisionService::BatchCheckPulls(
    grpc::CallbackServerContext* context,
    const decision_pb::BatchCheckPullsRequest* request,
    decision_pb::BatchCheckPullsResponse* response) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  absl::StatusOr<Caller> caller = callers_->CallerOf(*context);
  absl::Status status = caller.status();
  if (status.ok()) status = CheckBatch(*caller, *request);
  if (status.ok()) {
    const absl::Time deadline =
        DeadlineOf(*context, clock_->Now() + kLongestCheck);
    // A thousand answers take milliseconds: not on gRPC's thread.
    status = workers_->Post([this, reactor, request, response, deadline,
                             caller = *caller] {
      AnswerBatch(caller, {handler_, observer_, workers_, deadline}, *request,
                  response, [reactor] { reactor->Finish(grpc::Status::OK); });
    });
  }
  if (!status.ok()) {
    if (caller.ok()) observer_->Failed(*caller, status);
    reactor->Finish(ToGrpcStatus(status));
  }
  return reactor;
}

}  // namespace pullgate::pdp
