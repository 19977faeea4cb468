// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/server/verdict_reporter.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "common/observe/names.h"
#include "pullgate/decision/v1/decision.pb.h"

namespace pullgate::agent {
namespace {

namespace decision_pb = pullgate::decision::v1;

absl::string_view Without(absl::string_view prefix, absl::string_view name) {
  absl::ConsumePrefix(&name, prefix);
  return name;
}

// "NONE" for a permit.
absl::string_view ReasonText(decision_pb::DenyReason reason) {
  if (reason == decision_pb::DENY_REASON_UNSPECIFIED) return "NONE";
  return Without("DENY_REASON_", decision_pb::DenyReason_Name(reason));
}

absl::string_view EffectText(decision_pb::Effect effect) {
  return effect == decision_pb::EFFECT_PERMIT ? "permit" : "deny";
}

absl::string_view SourceText(DecidedBy source) {
  switch (source) {
    case DecidedBy::kPdp:
      return "pdp";
    case DecidedBy::kCache:
      return "cache";
    case DecidedBy::kAgent:
      return "local";
    case DecidedBy::kNobody:
      break;
  }
  return "none";
}

}  // namespace

VerdictReporter::VerdictReporter(const Logger* log, Metrics* metrics,
                                 const Clock* clock)
    : log_(log),
      metrics_(metrics),
      refused_(clock, absl::Seconds(1)),
      unrecorded_(clock, absl::Seconds(1)),
      seconds_(&metrics->SecondsOf(names::kPullSeconds)),
      lines_(
          kMaxWaiting, [this](const GivenVerdict& given) { Write(given); },
          [log](uint64_t missing) {
            log->Error("verdicts came faster than they could be logged",
                       {{names::kSkipped, missing}});
          }) {
  for (int i = 0; i < decision_pb::DenyReason_ARRAYSIZE; ++i) {
    pulls_.push_back(&metrics->CounterOf(
        names::kPulls,
        {i == 0 ? "permit" : "deny",
         std::string(ReasonText(static_cast<decision_pb::DenyReason>(i)))}));
  }
  for (size_t i = 0; i < sources_.size(); ++i) {
    sources_[i] = &metrics->CounterOf(
        names::kDecisionSource,
        {std::string(SourceText(static_cast<DecidedBy>(i)))});
  }
}

void VerdictReporter::OnVerdict(GivenVerdict given) {
  Count(given);
  if (!log_->enabled(LogLevel::kInfo)) return;
  lines_.Add(std::move(given));
}

void VerdictReporter::Write(const GivenVerdict& given) const {
  const PreparedVerdict& verdict = *given.verdict;
  log_->Info("verdict", {{names::kRegistry, given.asked},
                         {names::kEffect, EffectText(verdict.effect)},
                         {names::kReason, ReasonText(verdict.reason)},
                         {names::kRule, verdict.rule},
                         {names::kRevision, verdict.policy_revision},
                         {names::kSource, SourceText(given.decided_by)},
                         {names::kAddress, verdict.address},
                         {names::kDuration, given.elapsed},
                         {names::kEventId, given.event_id}});
}

void VerdictReporter::OnUnrecorded(const std::string& asked,
                                   const absl::Status& status) {
  pulls_[decision_pb::DENY_REASON_AUDIT_UNAVAILABLE]->Increment();
  if (const std::optional<uint64_t> skipped = unrecorded_.Admit()) {
    log_->Error("a verdict could not be recorded; the pull was refused",
                {{names::kRegistry, asked},
                 {names::kError, status},
                 {names::kSkipped, *skipped}});
  }
}

void VerdictReporter::OnRefused(const absl::Status& status) {
  metrics_
      ->CounterOf(names::kPulls,
                  {"error", absl::StatusCodeToString(status.code())})
      .Increment();
  if (const std::optional<uint64_t> skipped = refused_.Admit()) {
    log_->Warning("a question was refused",
                  {{names::kError, status}, {names::kSkipped, *skipped}});
  }
}

void VerdictReporter::Count(const GivenVerdict& given) {
  const auto reason = static_cast<size_t>(given.verdict->reason);
  if (reason < pulls_.size()) pulls_[reason]->Increment();
  const auto source = static_cast<size_t>(given.decided_by);
  if (source < sources_.size()) sources_[source]->Increment();
  seconds_->Observe(absl::ToDoubleSeconds(given.elapsed));
}

}  // namespace pullgate::agent
