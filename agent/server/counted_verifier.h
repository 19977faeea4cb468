// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_SERVER_COUNTED_VERIFIER_H_
#define PULLGATE_AGENT_SERVER_COUNTED_VERIFIER_H_

#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "agent/verify/registry_verifier.h"
#include "agent/verify/stop_signal.h"
#include "common/observe/metrics.h"
#include "common/observe/names.h"

namespace pullgate::agent {

// Counts how the verifications of another verifier end. Thread-safe.
class CountedVerifier final : public RegistryVerifier {
 public:
  // `metrics` is not owned and outlives this.
  CountedVerifier(std::unique_ptr<RegistryVerifier> inner, Metrics* metrics)
      : inner_(std::move(inner)),
        usable_(metrics->CounterOf(names::kVerdicts, {"usable"})),
        rejected_(
            metrics->CounterOf(names::kVerdicts, {"certificate_rejected"})),
        unreachable_(metrics->CounterOf(names::kVerdicts, {"unreachable"})) {}

  Verification Verify(const VerifyRequest& request,
                      absl::Time deadline) override {
    Verification verification = inner_->Verify(request, deadline);
    // Nobody hears of it, so it is no verdict.
    if (request.stop != nullptr && request.stop->stopped()) return verification;
    switch (verification.failure) {
      case Verification::Failure::kNone:
        usable_.Increment();
        break;
      case Verification::Failure::kCertificateRejected:
        rejected_.Increment();
        break;
      case Verification::Failure::kUnreachable:
        unreachable_.Increment();
        break;
    }
    return verification;
  }

 private:
  const std::unique_ptr<RegistryVerifier> inner_;
  Counter& usable_;
  Counter& rejected_;
  Counter& unreachable_;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_SERVER_COUNTED_VERIFIER_H_
