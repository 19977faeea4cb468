// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_GATE_DEADLINE_H_
#define PULLGATE_AGENT_GATE_DEADLINE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "agent/gate/asio.h"

namespace pullgate::agent {

// Calls somebody when time is up, unless it is disarmed or armed anew before.
// Runs on a strand, where all of it is called. Header-only: each user has it
// compiled already.
class Deadline {
 public:
  explicit Deadline(const Strand& strand) : timer_(strand) {}

  // `late` is called after `limit`; `owner` keeps this alive until then.
  void Arm(absl::Duration limit, std::shared_ptr<void> owner,
           std::function<void()> late) {
    const uint64_t armed = ++armed_;
    timer_.expires_after(ToChrono(limit));
    timer_.async_wait([this, armed, owner = std::move(owner),
                       late = std::move(late)](const ErrorCode& error) {
      if (!error && armed == armed_) late();
    });
  }

  void Disarm() {
    ++armed_;
    timer_.cancel();
  }

 private:
  Timer timer_;
  uint64_t armed_ = 0;  // how often
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_GATE_DEADLINE_H_
