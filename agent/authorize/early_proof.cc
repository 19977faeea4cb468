// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/authorize/early_proof.h"

#include <cstddef>
#include <utility>

namespace pullgate::agent {

void EarlyProof::Run(RegistryVerifier& verifier, absl::Time deadline,
                     const Clock& boot) {
  {
    MutexLock lock(&mu_);
    if (state_ != State::kWaiting) return;
    state_ = State::kRunning;
  }
  const absl::Time started = boot.Now();
  // Closed at the end, beside whoever takes the result.
  std::shared_ptr<void> connection;
  VerifyRequest request = request_;
  request.left_open = &connection;
  auto verification =
      std::make_shared<const Verification>(verifier.Verify(request, deadline));
  {
    MutexLock lock(&mu_);
    result_ = {std::move(verification), started};
    state_ = State::kDone;
  }
  changed_.NotifyAll();
}

std::optional<TimedVerification> EarlyProof::Take() {
  MutexLock lock(&mu_);
  if (state_ == State::kWaiting) state_ = State::kCalledOff;
  while (state_ == State::kRunning) changed_.Wait(&mu_);
  if (state_ == State::kCalledOff) return std::nullopt;
  return result_;
}

void EarlyProof::CallOff() {
  MutexLock lock(&mu_);
  if (state_ == State::kWaiting) state_ = State::kCalledOff;
}

EarlyProver::EarlyProver(RegistryVerifier* verifier, const Clock* wall,
                         const Clock* boot, absl::Duration timeout, int threads)
    : verifier_(verifier), wall_(wall), boot_(boot), timeout_(timeout) {
  if (threads > 0) workers_.emplace(threads, static_cast<size_t>(threads));
}

std::shared_ptr<EarlyProof> EarlyProver::Begin(VerdictKey key,
                                               VerifyRequest request) {
  auto proof = std::make_shared<EarlyProof>(std::move(key), std::move(request));
  const bool posted =
      workers_.has_value() &&
      workers_
          ->Post([this, proof] {
            proof->Run(*verifier_, wall_->Now() + timeout_, *boot_);
          })
          .ok();
  if (!posted) proof->CallOff();
  return proof;
}

}  // namespace pullgate::agent
