// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_GATE_OPEN_PULL_H_
#define PULLGATE_AGENT_GATE_OPEN_PULL_H_

#include <atomic>
#include <cstdint>
#include <utility>

#include "absl/time/time.h"
#include "agent/authorize/verdict_observer.h"
#include "agent/verify/registry_verifier.h"
#include "common/registry/registry_address.h"

namespace pullgate::agent {

// A pull that goes through the gate, by its permit. Shared by its connection,
// which marks it, and by those who look after all.
class OpenPull {
 public:
  // `given` permits. `now`: by a clock that nobody sets.
  OpenPull(RegistryAddress registry, GivenVerdict given, absl::Time now)
      : registry_(std::move(registry)), given_(std::move(given)) {
    Touch(now);
  }

  const RegistryAddress& registry() const { return registry_; }
  const GivenVerdict& given() const { return given_; }
  const UsableRoute& route() const {
    return *given_.verdict->verification->usable;
  }

  // Bytes moved, at `now`.
  void Touch(absl::Time now) {
    last_active_.store(absl::ToUnixNanos(now), std::memory_order_relaxed);
  }
  absl::Time last_active() const {
    return absl::FromUnixNanos(last_active_.load(std::memory_order_relaxed));
  }

  // For PolicyWatch: the number of the policy that it was checked against last;
  // 0 for none since its verdict.
  void MarkChecked(uint64_t policy) const {
    checked_.store(policy, std::memory_order_relaxed);
  }
  uint64_t checked() const { return checked_.load(std::memory_order_relaxed); }

 private:
  const RegistryAddress registry_;
  const GivenVerdict given_;
  mutable std::atomic<uint64_t> checked_{0};
  std::atomic<int64_t> last_active_{0};
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_GATE_OPEN_PULL_H_
