// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/server/pdp_observer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/observe/names.h"
#include "pdp/server/method_names.h"

namespace pullgate::pdp {
namespace {

constexpr char kSync[] = "/pullgate.sync.v1.SyncService/Sync";
constexpr char kReport[] = "/pullgate.audit.v1.AuditService/ReportEvents";

// Refusals logged at once before one line a second is all there is.
constexpr int kRefusalBurst = 10;

}  // namespace

PdpObserver::PdpObserver(const Logger* log, Metrics* metrics,
                         const Clock* clock)
    : log_(log),
      metrics_(metrics),
      refusals_(clock, absl::Seconds(1), kRefusalBurst),
      trespasses_(clock, absl::Seconds(1), kRefusalBurst),
      seconds_(metrics->SecondsOf(names::kRpcSeconds, {kCheckPull})),
      ok_calls_(metrics->CounterOf(names::kRpcs, {kCheckPull, "OK"})),
      decisions_(log, metrics) {}

void PdpObserver::Decided(const Caller& caller, DecisionRecord record) {
  decisions_.Add(caller, std::move(record));
}

void PdpObserver::CallEnded(absl::StatusCode code, absl::Duration elapsed) {
  seconds_.Observe(absl::ToDoubleSeconds(elapsed));
  if (code == absl::StatusCode::kOk) {
    ok_calls_.Increment();
  } else {
    metrics_
        ->CounterOf(names::kRpcs, {kCheckPull, absl::StatusCodeToString(code)})
        .Increment();
  }
}

void PdpObserver::Failed(const Caller& caller, const absl::Status& status) {
  Refused(kCheckPull, caller, status);
}

void PdpObserver::PolicyChanged(const VchId& vch, absl::string_view what,
                                int64_t revision, const std::string& actor,
                                const std::string& note) {
  metrics_->CounterOf(names::kPolicyChanges, {std::string(what), "ok"})
      .Increment();
  metrics_->GaugeOf(names::kStoreRevision).Set(static_cast<double>(revision));
  log_->Info("policy changed", {{names::kVch, vch.text()},
                                {names::kState, what},
                                {names::kRevision, revision},
                                {names::kCaller, actor},
                                {names::kReason, note}});
}

void PdpObserver::AgentJoined(const FleetMember& member, int64_t current) {
  log_->Info("agent joined", {{names::kVch, member.vch.text()},
                              {names::kVersion, member.version},
                              {names::kSource, member.instance},
                              {names::kFrom, member.held_revision},
                              {names::kRevision, current}});
  if (member.held_revision <= current) return;
  log_->Error(
      "agent holds a revision from the future and will refuse policies: this "
      "PDP's data is older than the agent's; raise minimum_revision",
      {{names::kVch, member.vch.text()},
       {names::kFrom, member.held_revision},
       {names::kRevision, current}});
}

void PdpObserver::PolicyAcked(const VchId& vch, int64_t revision) {
  log_->Info("policy acknowledged",
             {{names::kVch, vch.text()}, {names::kRevision, revision}});
}

void PdpObserver::PolicyRefused(const VchId& vch, int64_t revision,
                                absl::string_view why) {
  log_->Error("agent cannot use a policy and goes on by what it had",
              {{names::kVch, vch.text()},
               {names::kRevision, revision},
               {names::kError, why}});
}

void PdpObserver::AgentLeft(const VchId& vch) {
  log_->Info("agent left", {{names::kVch, vch.text()}});
}

void PdpObserver::StreamFailed(const Caller& caller,
                               const absl::Status& status) {
  Refused(kSync, caller, status);
}

void PdpObserver::EventsStored(const VchId& vch, int count, int64_t sequence) {
  metrics_->CounterOf(names::kEventsReceived, {"stored"}).Increment(count);
  log_->Debug("events stored", {{names::kVch, vch.text()},
                                {names::kCount, count},
                                {names::kPosition, sequence}});
}

void PdpObserver::ReportFailed(const Caller& caller,
                               const absl::Status& status) {
  if (absl::IsInvalidArgument(status) || absl::IsOutOfRange(status)) {
    metrics_->CounterOf(names::kEventsReceived, {"refused"}).Increment();
  }
  Refused(kReport, caller, status);
}

void PdpObserver::CallRefused(const RefusedCall& call) {
  // The method is a stranger's text; Metrics bounds how many it keeps.
  metrics_
      ->CounterOf(names::kRefusedCalls,
                  {call.method, absl::StatusCodeToString(call.status.code())})
      .Increment();
  LogRateLimiter& limiter =
      absl::IsPermissionDenied(call.status) ? trespasses_ : refusals_;
  if (const auto skipped = limiter.Admit()) {
    log_->Warning("call refused", {{names::kCaller, call.caller},
                                   {names::kMethod, call.method},
                                   {names::kStatus, call.status},
                                   {names::kSkipped, *skipped}});
  }
}

void PdpObserver::Refused(absl::string_view method, const Caller& caller,
                          const absl::Status& status) {
  CallRefused({caller.ToString(), std::string(method), status});
}

}  // namespace pullgate::pdp
