// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/decision_handler.h"

#include <algorithm>
#include <utility>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "common/config/proto_duration.h"
#include "common/dns/gather_evidence.h"
#include "common/policy/decide.h"
#include "common/status/status_macros.h"
#include "common/wire/decision_proto.h"

namespace pullgate::pdp {
namespace {

namespace decision_pb = pullgate::decision::v1;

std::string RandomPrefix() {
  absl::BitGen random;
  return absl::StrCat(
      absl::Hex(absl::Uniform<uint64_t>(random), absl::kZeroPad16), "-");
}

}  // namespace

DecisionHandler::DecisionHandler(PolicyBook* book, HostResolver* dns,
                                 const Clock* clock,
                                 const DecisionHandlerOptions& options)
    : book_(book),
      dns_(dns),
      clock_(clock),
      options_(options),
      id_prefix_(RandomPrefix()) {}

std::optional<absl::StatusOr<DecisionHandler::Answered>>
DecisionHandler::AnswerNow(const PullQuestion& question) {
  if (question.evidence.outcome == Evidence::Outcome::kAbsent) {
    return std::nullopt;
  }
  const std::shared_ptr<const PolicyInForce> policy =
      book_->Cached(question.vch);
  if (policy == nullptr) return std::nullopt;
  return Decide(*policy, question, decision_pb::EVIDENCE_SOURCE_CALLER,
                clock_->Now());
}

absl::StatusOr<DecisionHandler::Answered> DecisionHandler::Answer(
    PullQuestion question, absl::Time deadline) {
  const absl::Time start = clock_->Now();
  decision_pb::EvidenceSource source = decision_pb::EVIDENCE_SOURCE_CALLER;
  if (question.evidence.outcome == Evidence::Outcome::kAbsent) {
    question.evidence =
        GatherEvidence(question.registry, *dns_,
                       std::min(deadline, start + options_.dns_timeout));
    // Still absent: look-ups are switched off.
    source = question.evidence.outcome == Evidence::Outcome::kAbsent
                 ? decision_pb::EVIDENCE_SOURCE_UNSPECIFIED
                 : decision_pb::EVIDENCE_SOURCE_PDP;
  }
  if (clock_->Now() >= deadline) {
    return absl::DeadlineExceededError(
        "the caller's deadline ended before DNS answered");
  }
  PULLGATE_ASSIGN_OR_RETURN(auto policy, book_->InForce(question.vch));
  return Decide(*policy, question, source, start);
}

absl::StatusOr<DecisionHandler::Answered> DecisionHandler::Decide(
    const PolicyInForce& policy, const PullQuestion& question,
    decision_pb::EvidenceSource source, absl::Time start) {
  DecideOptions options;
  options.explain = question.explain;
  PULLGATE_ASSIGN_OR_RETURN(
      const pullgate::Decision decision,
      pullgate::Decide(*policy.snapshot, question.registry, question.evidence,
                       options));
  Answered answered;
  decision_pb::Decision& proto = answered.decision;
  wire::ToProto(decision, &proto);
  proto.set_registry(question.registry.ToString());
  proto.set_policy_revision(policy.revision());
  proto.set_trust_bundle_id(policy.trust_bundle_id());
  *proto.mutable_ttl() = ToProtoDuration(options_.ttl);
  proto.set_decision_id(NextId());
  *proto.mutable_evidence() = wire::ToProto(question.evidence);
  proto.set_evidence_source(source);

  DecisionRecord& record = answered.record;
  record.vch = question.vch.text();
  record.registry = proto.registry();
  record.effect = proto.effect();
  record.reason = proto.reason();
  if (proto.has_rule()) record.rule = proto.rule().place();
  record.policy_revision = proto.policy_revision();
  record.decision_id = proto.decision_id();
  record.evidence_source = source;
  record.elapsed = clock_->Now() - start;
  return answered;
}

std::string DecisionHandler::NextId() {
  return absl::StrCat(id_prefix_,
                      next_id_.fetch_add(1, std::memory_order_relaxed));
}

}  // namespace pullgate::pdp
