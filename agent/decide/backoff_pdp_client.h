// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_DECIDE_BACKOFF_PDP_CLIENT_H_
#define PULLGATE_AGENT_DECIDE_BACKOFF_PDP_CLIENT_H_

#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "agent/decide/pdp_client.h"
#include "common/rpc/backoff.h"
#include "common/sync/mutex.h"
#include "common/time/clock.h"

namespace pullgate::agent {

// Spares pulls the wait for a PDP that takes questions and does not answer.
//
// After kSilences unanswered questions in a row, questions fail at once
// (Unavailable) for a jittered back-off; then one of them is let through, and
// its fate decides for the rest. A PDP that cannot be reached at all needs no
// such care: the channel fails at once and has a back-off of its own. A
// question without evidence does not count, since the PDP may be waiting for
// DNS.
//
// Thread-safe.
class BackoffPdpClient final : public PdpClient {
 public:
  static constexpr int kSilences = 3;

  // `clock`, a boot clock, is not owned and outlives this.
  BackoffPdpClient(std::unique_ptr<PdpClient> inner, const Clock* clock,
                   Backoff backoff)
      : inner_(std::move(inner)), clock_(clock), backoff_(std::move(backoff)) {}

  absl::StatusOr<IssuedDecision> CheckPull(const PdpQuestion& question,
                                           absl::Time deadline) override
      ABSL_LOCKS_EXCLUDED(mu_);

  // The PDP was heard from otherwise: ask it again at once.
  void Reset() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  // Unavailable: not now.
  absl::Status Admit() ABSL_LOCKS_EXCLUDED(mu_);
  void Learn(const absl::Status& status, bool counts) ABSL_LOCKS_EXCLUDED(mu_);

  const std::unique_ptr<PdpClient> inner_;
  const Clock* const clock_;

  Mutex mu_;
  Backoff backoff_ ABSL_GUARDED_BY(mu_);
  int silences_ ABSL_GUARDED_BY(mu_) = 0;
  bool trying_ ABSL_GUARDED_BY(mu_) = false;  // one question is let through
  absl::Time retry_at_ ABSL_GUARDED_BY(mu_) = absl::InfinitePast();
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_DECIDE_BACKOFF_PDP_CLIENT_H_
