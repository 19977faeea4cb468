// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUTHORIZE_PULL_AUTHORIZER_H_
#define PULLGATE_AGENT_AUTHORIZE_PULL_AUTHORIZER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "agent/audit/spool.h"
#include "agent/authorize/prepared_verdict.h"
#include "agent/authorize/question.h"
#include "agent/authorize/verdict.h"
#include "agent/authorize/verdict_finder.h"
#include "agent/authorize/verdict_flights.h"
#include "agent/authorize/verdict_observer.h"
#include "agent/decide/policy_holder.h"
#include "common/time/clock.h"
#include "pullgate/agent/v1/agent_service.pb.h"

namespace pullgate::agent {

// A question as the gate has it.
struct GateQuestion {
  RegistryAddress registry;
  std::string asked;  // as the client wrote it; nothing secret in it
  // The host of the registry that this client seems to come from, "" if from
  // none: a denial then says that it is about a host of that registry. Called
  // at most once, and only for a denial.
  std::function<std::string()> companion_of;
};

// An AuthorizePullResponse, serialised in two parts: one that it shares with
// other answers, and one of its own. One behind the other they are the message.
struct PullAnswer {
  std::shared_ptr<const std::string> common;  // never null
  std::string own;
};

// Authorizes pulls: parses the question, finds the verdict, records it, and
// only then gives it. What cannot be recorded is refused.
//
// Never blocks its caller. A verdict that is at hand is given on the caller's
// thread, or on the one that committed its event; other questions wait in
// VerdictFlights.
//
// Thread-safe. Nothing is owned; all outlives this. `wall` dates events,
// `boot`, a boot clock, measures.
class PullAuthorizer {
 public:
  // Called exactly once, on any thread, maybe before the call returns. OK: the
  // answer, permit or refusal. InvalidArgument: the question is malformed.
  // ResourceExhausted: too many questions. Unavailable: shutting down.
  using Done = std::function<void(const absl::StatusOr<PullAnswer>&)>;
  // The same, but InvalidArgument; a verdict that could not be recorded has no
  // event_id, and denies.
  using GateDone = std::function<void(const absl::StatusOr<GivenVerdict>&)>;
  // The same; OK: the response is filled in.
  using ProbeDone = std::function<void(const absl::Status&)>;

  PullAuthorizer(VerdictFinder* finder, PolicyHolder* holder, Spool* spool,
                 VerdictObserver* observer, const Clock* wall,
                 const Clock* boot, int max_concurrent_pulls);

  void Authorize(const pullgate::agent::v1::AuthorizePullRequest& request,
                 Done done);

  // As Authorize, for somebody who acts on the verdict himself, and who meets
  // hosts of tokens and of blobs: anything that answers by HTTP will do.
  void AuthorizeForGate(GateQuestion question, GateDone done);

  // Says what Authorize would, in detail. Records nothing. `response` outlives
  // the call of `done`.
  void Probe(const pullgate::agent::v1::ProbeRegistryRequest& request,
             pullgate::agent::v1::ProbeRegistryResponse* response,
             ProbeDone done);

  // For a shutdown: from now on only answers what is at hand, waits for the
  // rest, and at `deadline` refuses it: Unavailable.
  void Drain(absl::Time deadline) { flights_.Drain(deadline); }

  // Answers only what is at hand, and waits for all work. Idempotent.
  void Close() { flights_.Close(); }

 private:
  // One question on its way to its answer.
  struct Call {
    std::shared_ptr<const PullQuestion> question;  // never null
    absl::Time started;                            // by the boot clock
    GateDone done;
    std::function<std::string()> companion_of = nullptr;
    Expect expect = Expect::kRegistry;
    // Once there is a verdict.
    std::shared_ptr<const PreparedVerdict> verdict = nullptr;
    DecidedBy decided_by = DecidedBy::kNobody;
    absl::Duration elapsed = absl::ZeroDuration();
    std::string own_message = {};
  };

  void Start(std::shared_ptr<Call> call);

  // Records the verdict, then gives it.
  void Conclude(const Verdict& verdict, std::shared_ptr<Call> call);
  // Gives it, or if it could not be recorded refuses.
  void Give(const Call& call, const absl::StatusOr<std::string>& event_id);
  std::string EventOf(const Call& call) const;

  VerdictFinder* const finder_;
  Spool* const spool_;
  VerdictObserver* const observer_;
  const Clock* const wall_;
  const Clock* const boot_;
  QuestionParser questions_;
  VerdictPreparer preparer_;
  VerdictFlights flights_;  // last: its threads use the rest
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUTHORIZE_PULL_AUTHORIZER_H_
