// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/authorize/pull_authorizer.h"

#include <algorithm>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "agent/authorize/verdict_proto.h"
#include "common/status/error_info.h"
#include "common/status/status_macros.h"
#include "common/wire/time_proto.h"

namespace pullgate::agent {
namespace {

namespace pb = pullgate::agent::v1;
namespace audit_pb = pullgate::audit::v1;
namespace decision_pb = pullgate::decision::v1;

absl::Status ShuttingDown() {
  return WithReason(absl::UnavailableError("the agent is shutting down"),
                    "SHUTTING_DOWN");
}

absl::Status NoRoom(size_t limit) {
  return WithReason(
      absl::ResourceExhaustedError(absl::StrCat(
          "more than ", limit,
          " questions at once (max_concurrent_pulls); ask again later")),
      "OVERLOADED");
}

// What the caller gets when the verdict must not be given.
void FillUnrecorded(const absl::Status& status,
                    pb::AuthorizePullResponse* response) {
  response->Clear();
  response->set_effect(decision_pb::EFFECT_DENY);
  response->set_reason(decision_pb::DENY_REASON_AUDIT_UNAVAILABLE);
  response->set_message(
      absl::StrCat("The verdict could not be recorded, so none is given: ",
                   status.message()));
}

}  // namespace

size_t PullAuthorizer::FlightKeyHash::operator()(const FlightKey& key) const {
  return absl::HashOf(key.first, key.second);
}

PullAuthorizer::PullAuthorizer(VchId vch, VerdictFinder* finder,
                               PolicyHolder* holder, Spool* spool,
                               VerdictObserver* observer, const Clock* wall,
                               const Clock* boot, int max_concurrent_pulls)
    : vch_(std::move(vch)),
      vch_name_(vch_.Name()),
      finder_(finder),
      holder_(holder),
      spool_(spool),
      observer_(observer),
      wall_(wall),
      boot_(boot),
      max_concurrent_(static_cast<size_t>(std::max(1, max_concurrent_pulls))),
      workers_(max_concurrent_pulls, max_concurrent_) {}

PullAuthorizer::~PullAuthorizer() { Close(); }

void PullAuthorizer::Close() { workers_.Shutdown(); }

void PullAuthorizer::Authorize(const pb::AuthorizePullRequest& request,
                               pb::AuthorizePullResponse* response, Done done) {
  const absl::Time started = boot_->Now();
  absl::StatusOr<PullQuestion> question = ParseQuestion(request);
  if (!question.ok()) return Refuse(question.status(), done);
  const auto call = std::make_shared<Call>(
      Call{*std::move(question), started, response, std::move(done)});
  if (const std::optional<Verdict> verdict =
          finder_->FindAtOnce(call->question.registry)) {
    return Conclude(*verdict, call);
  }
  if (const absl::Status joined = Join(call); !joined.ok()) {
    Refuse(joined, call->done);
  }
}

void PullAuthorizer::Probe(const pb::ProbeRegistryRequest& request,
                           pb::ProbeRegistryResponse* response, Done done) {
  absl::StatusOr<PullQuestion> question = ParseQuestion(request);
  if (!question.ok()) return Refuse(question.status(), done);
  const auto probe = std::make_shared<ProbeCall>(
      ProbeCall{*std::move(question), response, std::move(done)});
  absl::Status entered;
  {
    MutexLock lock(&mu_);
    entered = Enter();
    if (entered.ok()) probes_.insert(probe);
  }
  if (!entered.ok()) return Refuse(entered, probe->done);
  const absl::Status posted = workers_.Post([this, probe] { FlyProbe(probe); });
  if (posted.ok() || !LandProbe(probe)) return;
  Refuse(posted, probe->done);
  MutexLock lock(&mu_);
  Leave(1);
}

void PullAuthorizer::FlyProbe(const ProbePtr& probe) {
  const RegistryAddress& registry = probe->question.registry;
  const Verdict verdict = finder_->Probe(registry);
  if (!LandProbe(probe)) return;
  FillResponse(verdict, registry, WallExpiry(verdict), probe->response);
  probe->done(absl::OkStatus());
  MutexLock lock(&mu_);
  Leave(1);
}

bool PullAuthorizer::LandProbe(const ProbePtr& probe) {
  MutexLock lock(&mu_);
  return probes_.erase(probe) > 0;
}

void PullAuthorizer::Drain(absl::Time deadline) {
  absl::flat_hash_map<FlightKey, std::vector<CallPtr>, FlightKeyHash> flights;
  absl::flat_hash_set<ProbePtr> probes;
  {
    MutexLock lock(&mu_);
    draining_ = true;
    while (evaluating_ > 0 && changed_.WaitUntil(&mu_, deadline)) {
    }
    flights.swap(flights_);
    probes.swap(probes_);
    evaluating_ = 0;
  }
  for (const auto& [key, calls] : flights) {
    for (const CallPtr& call : calls) Refuse(ShuttingDown(), call->done);
  }
  for (const ProbePtr& probe : probes) Refuse(ShuttingDown(), probe->done);
}

absl::Status PullAuthorizer::Join(CallPtr call) {
  const FlightKey key(call->question.registry, holder_->latest_revision());
  {
    MutexLock lock(&mu_);
    PULLGATE_RETURN_IF_ERROR(Enter());
    std::vector<CallPtr>& waiting = flights_[key];
    waiting.push_back(std::move(call));
    if (waiting.size() > 1) return absl::OkStatus();
  }
  const absl::Status posted = workers_.Post([this, key] { Fly(key); });
  if (posted.ok()) return absl::OkStatus();
  const std::vector<CallPtr> calls = Land(key);
  for (const CallPtr& other : calls) Refuse(posted, other->done);
  MutexLock lock(&mu_);
  Leave(calls.size());
  return absl::OkStatus();
}

void PullAuthorizer::Fly(const FlightKey& key) {
  const Verdict verdict = finder_->Find(key.first);
  const std::vector<CallPtr> calls = Land(key);
  for (const CallPtr& call : calls) Conclude(verdict, call);
  // Only now: whoever drains must not think that they were answered before.
  MutexLock lock(&mu_);
  Leave(calls.size());
}

std::vector<PullAuthorizer::CallPtr> PullAuthorizer::Land(
    const FlightKey& key) {
  MutexLock lock(&mu_);
  const auto found = flights_.find(key);
  if (found == flights_.end()) return {};  // refused by Drain()
  std::vector<CallPtr> calls = std::move(found->second);
  flights_.erase(found);
  return calls;
}

absl::Status PullAuthorizer::Enter() {
  if (draining_) return ShuttingDown();
  if (evaluating_ >= max_concurrent_) return NoRoom(max_concurrent_);
  ++evaluating_;
  return absl::OkStatus();
}

void PullAuthorizer::Leave(size_t calls) {
  // Less than `calls` after a drain that gave up on them.
  evaluating_ -= std::min(calls, evaluating_);
  if (draining_) changed_.NotifyAll();
}

void PullAuthorizer::Conclude(const Verdict& verdict, CallPtr call) {
  const RegistryAddress& registry = call->question.registry;
  FillResponse(verdict, registry, WallExpiry(verdict), call->response);
  audit_pb::AuditEvent event;
  FillEvent(verdict, registry, &event);
  event.set_vch(vch_name_);
  event.set_asked(call->question.asked);
  wire::ToProto(wall_->Now(), event.mutable_event_time());
  wire::ToProto(boot_->Now() - call->started, event.mutable_elapsed());

  spool_->AppendAsync(
      std::move(event),
      [this, call](const absl::StatusOr<audit_pb::AuditEvent>& recorded) {
        Give(*call, recorded);
      });
}

void PullAuthorizer::Give(
    const Call& call, const absl::StatusOr<audit_pb::AuditEvent>& recorded) {
  if (!recorded.ok()) {
    FillUnrecorded(recorded.status(), call.response);
    call.done(absl::OkStatus());
    observer_->OnUnrecorded(call.question.asked, recorded.status());
    return;
  }
  call.response->set_event_id(recorded->event_id());
  call.done(absl::OkStatus());
  observer_->OnVerdict(*recorded);
}

void PullAuthorizer::Refuse(const absl::Status& status, const Done& done) {
  observer_->OnRefused(status);
  done(status);
}

absl::Time PullAuthorizer::WallExpiry(const Verdict& verdict) const {
  return wall_->Now() + (verdict.expires - boot_->Now());
}

}  // namespace pullgate::agent
