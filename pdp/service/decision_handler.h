// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_DECISION_HANDLER_H_
#define PULLGATE_PDP_SERVICE_DECISION_HANDLER_H_

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/dns/host_resolver.h"
#include "common/time/clock.h"
#include "pdp/policy/policy_book.h"
#include "pdp/service/decision_observer.h"
#include "pdp/service/pull_question.h"
#include "pullgate/decision/v1/decision_service.pb.h"

namespace pullgate::pdp {

struct DecisionHandlerOptions {
  // How long an answer may be reused at most.
  absl::Duration ttl = absl::Minutes(5);
  // For the PDP's own look-ups of one question.
  absl::Duration dns_timeout = absl::Seconds(2);
};

// Answers pull questions. Knows no gRPC. Thread-safe.
//
// A question is answered in two steps, so that what needs not wait never leaves
// gRPC's thread: AnswerNow() for a question that brought its evidence, about a
// VCH whose policy is in memory; Answer() for every other.
class DecisionHandler {
 public:
  using Decision = pullgate::decision::v1::Decision;

  // An answer, and what an observer is to be told of it.
  struct Answered {
    Decision decision;
    DecisionRecord record;
  };

  // Not owned; outlive this. With an OffHostResolver, questions without
  // evidence are decided by name rules alone.
  DecisionHandler(PolicyBook* book, HostResolver* dns, const Clock* clock,
                  const DecisionHandlerOptions& options);

  // Never waits. None if the answer needs storage or DNS.
  std::optional<absl::StatusOr<Answered>> AnswerNow(
      const PullQuestion& question);

  // May wait, until `deadline` for DNS. Unavailable: storage refused.
  // DeadlineExceeded: DNS had not answered by `deadline`.
  absl::StatusOr<Answered> Answer(PullQuestion question, absl::Time deadline);

 private:
  absl::StatusOr<Answered> Decide(const PolicyInForce& policy,
                                  const PullQuestion& question,
                                  pullgate::decision::v1::EvidenceSource source,
                                  absl::Time start);
  std::string NextId();

  PolicyBook* const book_;
  HostResolver* const dns_;
  const Clock* const clock_;
  const DecisionHandlerOptions options_;
  const std::string id_prefix_;  // differs for each run of the process
  std::atomic<uint64_t> next_id_{1};
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_DECISION_HANDLER_H_
