// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/authorize/pull_authorizer.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/authorize/verdict_proto.h"
#include "common/wire/time_proto.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::agent {
namespace {

namespace pb = pullgate::agent::v1;
namespace audit_pb = pullgate::audit::v1;
namespace decision_pb = pullgate::decision::v1;

// Questions kept parsed, and verdicts kept serialised: of what is in use.
constexpr size_t kMaxPrepared = 1000;

// What the caller gets when the verdict must not be given.
GivenVerdict Unrecorded(const absl::Status& status) {
  auto refusal = std::make_shared<PreparedVerdict>();
  refusal->effect = decision_pb::EFFECT_DENY;
  refusal->reason = decision_pb::DENY_REASON_AUDIT_UNAVAILABLE;
  refusal->message =
      absl::StrCat("The verdict could not be recorded, so none is given: ",
                   status.message());
  pb::AuthorizePullResponse response;
  response.set_effect(refusal->effect);
  response.set_reason(refusal->reason);
  response.set_message(refusal->message);
  refusal->response = response.SerializeAsString();
  GivenVerdict given;
  given.verdict = std::move(refusal);
  return given;
}

PullAnswer AnswerOf(const GivenVerdict& given) {
  pb::AuthorizePullResponse own;
  own.set_decided_by(ToProto(given.decided_by));
  own.set_event_id(given.event_id);
  return {{given.verdict, &given.verdict->response}, own.SerializeAsString()};
}

// A person who is told of a host that he never typed wants to know whose it is.
// `of` is "" if it is nobody's.
std::string CompanionMessage(const std::string& host, const std::string& of,
                             const std::string& message) {
  if (of.empty() || of == host) return message;
  return absl::StrCat("blob host ", host, " of ", of,
                      " is not whitelisted (or its token host: ", of,
                      " was asked just before): ", message);
}

}  // namespace

PullAuthorizer::PullAuthorizer(VerdictFinder* finder, PolicyHolder* holder,
                               Spool* spool, VerdictObserver* observer,
                               const Clock* wall, const Clock* boot,
                               int max_concurrent_pulls)
    : finder_(finder),
      spool_(spool),
      observer_(observer),
      wall_(wall),
      boot_(boot),
      questions_(boot, kMaxPrepared),
      preparer_(wall, boot, kMaxPrepared),
      flights_(finder, holder, max_concurrent_pulls) {}

void PullAuthorizer::Authorize(const pb::AuthorizePullRequest& request,
                               Done done) {
  const absl::Time started = boot_->Now();
  auto question = questions_.Parse(request);
  if (!question.ok()) {
    observer_->OnRefused(question.status());
    return done(question.status());
  }
  Start(std::make_shared<Call>(
      Call{*std::move(question), started,
           [done = std::move(done)](const absl::StatusOr<GivenVerdict>& given) {
             if (!given.ok()) return done(given.status());
             done(AnswerOf(*given));
           }}));
}

void PullAuthorizer::AuthorizeForGate(GateQuestion question, GateDone done) {
  const absl::Time started = boot_->Now();
  auto parsed = std::make_shared<const PullQuestion>(
      PullQuestion{std::move(question.registry), std::move(question.asked)});
  Start(std::make_shared<Call>(Call{std::move(parsed), started, std::move(done),
                                    std::move(question.companion_of),
                                    Expect::kHttp}));
}

void PullAuthorizer::Start(std::shared_ptr<Call> call) {
  const RegistryAddress& registry = call->question->registry;
  if (const std::optional<Verdict> verdict =
          finder_->FindAtOnce(registry, call->expect)) {
    return Conclude(*verdict, std::move(call));
  }
  flights_.Find(
      registry,
      [this, call](const absl::StatusOr<Verdict>& verdict) {
        if (verdict.ok()) return Conclude(*verdict, call);
        observer_->OnRefused(verdict.status());
        call->done(verdict.status());
      },
      call->expect);
}

void PullAuthorizer::Probe(const pb::ProbeRegistryRequest& request,
                           pb::ProbeRegistryResponse* response,
                           ProbeDone done) {
  const absl::StatusOr<PullQuestion> question = ParseQuestion(request);
  if (!question.ok()) {
    observer_->OnRefused(question.status());
    return done(question.status());
  }
  const RegistryAddress& registry = question->registry;
  flights_.Probe(registry, [this, registry, response,
                            done](const absl::StatusOr<Verdict>& verdict) {
    if (!verdict.ok()) {
      observer_->OnRefused(verdict.status());
      return done(verdict.status());
    }
    FillResponse(*verdict, registry,
                 wall_->Now() + (verdict->expires - boot_->Now()), response);
    done(absl::OkStatus());
  });
}

void PullAuthorizer::Conclude(const Verdict& verdict,
                              std::shared_ptr<Call> call) {
  call->verdict = preparer_.Prepare(verdict, call->question->registry);
  call->decided_by = verdict.decided_by;
  call->elapsed = boot_->Now() - call->started;
  if (call->companion_of != nullptr &&
      verdict.reason == decision_pb::DENY_REASON_NOT_WHITELISTED) {
    call->own_message =
        CompanionMessage(HostToString(call->question->registry.host()),
                         call->companion_of(), verdict.message);
  }
  spool_->AppendAsync(
      EventOf(*call),
      [this, call](const absl::StatusOr<std::string>& id) { Give(*call, id); });
}

void PullAuthorizer::Give(const Call& call,
                          const absl::StatusOr<std::string>& event_id) {
  if (!event_id.ok()) {
    call.done(Unrecorded(event_id.status()));
    return observer_->OnUnrecorded(call.question->asked, event_id.status());
  }
  GivenVerdict given = {call.verdict,    call.question->asked,
                        call.decided_by, call.elapsed,
                        *event_id,       call.own_message};
  call.done(given);
  observer_->OnVerdict(std::move(given));
}

std::string PullAuthorizer::EventOf(const Call& call) const {
  audit_pb::AuditEvent own;
  own.set_asked(call.question->asked);
  own.set_decided_by(ToProto(call.decided_by));
  // Of a field that is there twice, the last counts.
  if (!call.own_message.empty()) own.set_message(call.own_message);
  wire::ToProto(wall_->Now(), own.mutable_event_time());
  wire::ToProto(call.elapsed, own.mutable_elapsed());
  std::string event;
  // What the spool appends needs room too.
  event.reserve(call.verdict->event.size() + 512);
  event = call.verdict->event;
  own.AppendToString(&event);
  return event;
}

}  // namespace pullgate::agent
