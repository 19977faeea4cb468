// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/server/decision_log.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/strip.h"
#include "common/observe/names.h"

namespace pullgate::pdp {
namespace {

namespace pb = pullgate::decision::v1;

// "NOT_WHITELISTED"; "NONE" for a permit. By number, made once.
const std::vector<std::string>& ReasonTexts() {
  static const auto* const texts = [] {
    auto* const all = new std::vector<std::string>{"NONE"};
    for (int reason = 1; reason <= pb::DenyReason_MAX; ++reason) {
      all->emplace_back(absl::StripPrefix(
          pb::DenyReason_Name(static_cast<pb::DenyReason>(reason)),
          "DENY_REASON_"));
    }
    return all;
  }();
  return *texts;
}

std::vector<Counter*> DenialCounters(Metrics& metrics) {
  std::vector<Counter*> counters;
  for (const std::string& reason : ReasonTexts()) {
    counters.push_back(&metrics.CounterOf(names::kDecisions, {"deny", reason}));
  }
  return counters;
}

absl::string_view SourceText(pb::EvidenceSource source) {
  switch (source) {
    case pb::EVIDENCE_SOURCE_CALLER:
      return "caller";
    case pb::EVIDENCE_SOURCE_PDP:
      return "pdp";
    default:
      return "none";
  }
}

}  // namespace

DecisionLog::DecisionLog(const Logger* log, Metrics* metrics)
    : log_(log),
      permits_(metrics->CounterOf(names::kDecisions, {"permit", "NONE"})),
      denials_(DenialCounters(*metrics)),
      lines_(
          kMaxWaiting, [this](const Entry& entry) { Write(entry); },
          [log](uint64_t missing) {
            log->Error("decisions came faster than they could be logged",
                       {{names::kSkipped, missing}});
          }) {}

void DecisionLog::Add(const Caller& caller, DecisionRecord record) {
  const bool permit = record.effect == pb::EFFECT_PERMIT;
  (permit ? permits_ : *denials_[record.reason]).Increment();
  if (!log_->enabled(LogLevel::kInfo)) return;
  lines_.Add({caller, std::move(record)});
}

void DecisionLog::Write(const Entry& entry) const {
  const DecisionRecord& record = entry.record;
  const bool permit = record.effect == pb::EFFECT_PERMIT;
  log_->Info("pull decided",
             {{names::kVch, record.vch},
              {names::kRegistry, record.registry},
              {names::kEffect, permit ? "permit" : "deny"},
              {names::kReason, ReasonTexts()[record.reason]},
              {names::kRule, record.rule},
              {names::kRevision, record.policy_revision},
              {names::kDecisionId, record.decision_id},
              {names::kSource, SourceText(record.evidence_source)},
              {names::kCaller, entry.caller.ToString()},
              {names::kDuration, record.elapsed}});
}

}  // namespace pullgate::pdp
