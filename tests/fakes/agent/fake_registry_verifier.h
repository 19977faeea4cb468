// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Registries as a test says they are.

#ifndef PULLGATE_TESTS_FAKES_AGENT_FAKE_REGISTRY_VERIFIER_H_
#define PULLGATE_TESTS_FAKES_AGENT_FAKE_REGISTRY_VERIFIER_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "agent/verify/registry_verifier.h"
#include "agent/verify/stop_signal.h"
#include "common/sync/mutex.h"

namespace pullgate::agent {

// At first every registry proves itself at the first address of its first
// route. Thread-safe; everything may be changed while verifications wait.
class FakeRegistryVerifier final : public RegistryVerifier {
 public:
  // From now on every verification ends so.
  void RejectWith(std::string message) ABSL_LOCKS_EXCLUDED(mu_) {
    FailWith(Verification::Failure::kCertificateRejected,
             Attempt::Outcome::kCertificateRejected, std::move(message));
  }
  void BeUnreachable(std::string message) ABSL_LOCKS_EXCLUDED(mu_) {
    FailWith(Verification::Failure::kUnreachable, Attempt::Outcome::kRefused,
             std::move(message));
  }
  void Succeed() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    failure_.reset();
  }

  // Called during each verification, without a lock held: for what happens
  // meanwhile.
  void Meanwhile(std::function<void()> what) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    meanwhile_ = std::move(what);
  }

  // From now on verifications wait for Release(), or until they are stopped.
  void Block() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    blocked_ = true;
  }
  void Release() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    blocked_ = false;
    changed_.NotifyAll();
  }
  // Waits until `count` verifications began.
  void AwaitCalls(size_t count) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    while (requests_.size() < count) changed_.Wait(&mu_);
  }
  std::vector<VerifyRequest> requests() const ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    return requests_;
  }
  size_t calls() const ABSL_LOCKS_EXCLUDED(mu_) { return requests().size(); }

  Verification Verify(const VerifyRequest& request,
                      absl::Time /*deadline*/) override
      ABSL_LOCKS_EXCLUDED(mu_) {
    std::function<void()> meanwhile;
    std::optional<Verification> failure;
    bool stopped = false;
    const StopSignal::Waiter waiter(request.stop, [&] {
      MutexLock lock(&mu_);
      stopped = true;
      changed_.NotifyAll();
    });
    const bool stopped_before = waiter.stopped();
    {
      MutexLock lock(&mu_);
      requests_.push_back(request);
      changed_.NotifyAll();
      while (blocked_ && !stopped && !stopped_before) changed_.Wait(&mu_);
      meanwhile = meanwhile_;
      failure = failure_;
    }
    if (meanwhile) meanwhile();
    return failure ? *failure : Proved(request);
  }

  static constexpr absl::string_view kFingerprint = "c0ffee";

 private:
  void FailWith(Verification::Failure how, Attempt::Outcome outcome,
                std::string message) ABSL_LOCKS_EXCLUDED(mu_) {
    Verification failure;
    failure.failure = how;
    failure.message = message;
    failure.attempts.emplace_back();
    failure.attempts.back().outcome = outcome;
    failure.attempts.back().detail = std::move(message);
    MutexLock lock(&mu_);
    failure_ = std::move(failure);
  }

  static Verification Proved(const VerifyRequest& request) {
    const Route& route = request.routes.front();
    Verification verification;
    verification.failure = Verification::Failure::kNone;
    verification.message = "proved";
    UsableRoute& usable = verification.usable.emplace();
    usable.scheme = route.scheme;
    usable.address = route.addresses.front();
    usable.port = route.port;
    if (std::holds_alternative<DnsName>(route.host)) {
      usable.server_name = HostToString(route.host);
    }
    usable.certificate_check = route.certificate_check;
    usable.certificate_sha256 = std::string(kFingerprint);
    Attempt& attempt = verification.attempts.emplace_back();
    attempt.scheme = route.scheme;
    attempt.address = usable.address;
    attempt.port = route.port;
    attempt.outcome = Attempt::Outcome::kRegistry;
    attempt.verified = true;
    attempt.chain.emplace_back();
    attempt.chain.back().sha256_fingerprint = usable.certificate_sha256;
    return verification;
  }

  mutable Mutex mu_;
  CondVar changed_;
  bool blocked_ ABSL_GUARDED_BY(mu_) = false;
  std::vector<VerifyRequest> requests_ ABSL_GUARDED_BY(mu_);
  std::function<void()> meanwhile_ ABSL_GUARDED_BY(mu_);
  std::optional<Verification> failure_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate::agent

#endif  // PULLGATE_TESTS_FAKES_AGENT_FAKE_REGISTRY_VERIFIER_H_
