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

namespace pb = pullgate::decision::v1;

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
    grpc::CallbackServerContext* context, const pb::CheckPullRequest* request,
    pb::CheckPullResponse* response) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  const absl::Time start = clock_->Now();
  absl::StatusOr<Caller> caller = callers_->CallerOf(*context);
  if (!caller.ok()) {
    Finish(reactor, start, caller.status(), response);
    return reactor;
  }
  auto question = ParsePullQuestion(*caller, *request);
  if (!question.ok()) {
    observer_->Failed(*caller, question.status());
    Finish(reactor, start, question.status(), response);
    return reactor;
  }
  if (auto now = handler_->AnswerNow(*caller, *question)) {
    Finish(reactor, start, *std::move(now), response);
    return reactor;
  }
  const absl::Time deadline = DeadlineOf(*context, start + kLongestCheck);
  const absl::Status posted =
      workers_->Post([this, reactor, response, start, deadline,
                      caller = *caller, question = *std::move(question)] {
        Finish(reactor, start, handler_->Answer(caller, question, deadline),
               response);
      });
  if (!posted.ok()) {
    observer_->Failed(*caller, posted);
    Finish(reactor, start, posted, response);
  }
  return reactor;
}

void DecisionService::Finish(grpc::ServerUnaryReactor* reactor,
                             absl::Time start,
                             absl::StatusOr<pb::Decision> decision,
                             pb::CheckPullResponse* response) {
  observer_->CallEnded(decision.status().code(), clock_->Now() - start);
  if (decision.ok()) {
    *response->mutable_decision() = *std::move(decision);
    reactor->Finish(grpc::Status::OK);
  } else {
    reactor->Finish(ToGrpcStatus(decision.status()));
  }
}

grpc::ServerUnaryReactor* DecisionService::BatchCheckPulls(
    grpc::CallbackServerContext* context,
    const pb::BatchCheckPullsRequest* request,
    pb::BatchCheckPullsResponse* response) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  absl::StatusOr<Caller> caller = callers_->CallerOf(*context);
  absl::Status status = caller.status();
  if (status.ok()) status = CheckBatch(*caller, *request);
  if (status.ok()) {
    const absl::Time deadline =
        DeadlineOf(*context, clock_->Now() + kLongestCheck);
    // A thousand answers take milliseconds: not on gRPC's thread.
    status = workers_->Post(
        [this, reactor, request, response, deadline, caller = *caller] {
          AnswerBatch(caller, handler_, workers_, deadline, *request, response,
                      [reactor] { reactor->Finish(grpc::Status::OK); });
        });
  }
  if (!status.ok()) {
    if (caller.ok()) observer_->Failed(*caller, status);
    reactor->Finish(ToGrpcStatus(status));
  }
  return reactor;
}

}  // namespace pullgate::pdp
