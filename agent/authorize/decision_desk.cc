// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/authorize/decision_desk.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

namespace pullgate::agent {

// Where an answer comes to lie.
struct DecisionDesk::Pending::Slot {
  void Set(absl::StatusOr<Answer> found) ABSL_LOCKS_EXCLUDED(mu) {
    {
      MutexLock lock(&mu);
      answer = std::move(found);
    }
    // Without the lock, which whoever wakes up takes first.
    changed.NotifyAll();
  }
  void Await() ABSL_LOCKS_EXCLUDED(mu) {
    MutexLock lock(&mu);
    while (!answer.has_value()) changed.Wait(&mu);
  }
  // Moved, not copied: so one thread after the other counts references to an
  // error, which ThreadSanitizer cannot see the library do.
  absl::StatusOr<Answer> Take() ABSL_LOCKS_EXCLUDED(mu) {
    Await();
    MutexLock lock(&mu);
    return *std::move(answer);
  }

  Mutex mu;
  CondVar changed;
  std::optional<absl::StatusOr<Answer>> answer ABSL_GUARDED_BY(mu);
};

DecisionDesk::Pending::~Pending() { slot_->Await(); }

absl::StatusOr<Answer> DecisionDesk::Pending::Take() { return slot_->Take(); }

DecisionDesk::DecisionDesk(Decider* decider, int threads)
    : decider_(decider),
      max_pending_(std::max(0, threads)),
      workers_(max_pending_, static_cast<size_t>(max_pending_)) {}

std::unique_ptr<DecisionDesk::Pending> DecisionDesk::Decide(
    const RegistryAddress& registry, const Evidence& evidence,
    OnAnswer on_answer) {
  if (!TakeThread()) return nullptr;
  auto slot = std::make_shared<Pending::Slot>();
  const absl::Status posted = workers_.Post(
      [this, registry, evidence, slot, on_answer = std::move(on_answer)] {
        absl::StatusOr<Answer> answer = decider_->Decide(registry, evidence);
        on_answer(answer);
        GiveThread();
        slot->Set(std::move(answer));
      });
  if (posted.ok()) return std::unique_ptr<Pending>(new Pending(slot));
  GiveThread();
  return nullptr;
}

bool DecisionDesk::TakeThread() {
  MutexLock lock(&mu_);
  if (pending_ >= max_pending_) return false;
  ++pending_;
  return true;
}

void DecisionDesk::GiveThread() {
  MutexLock lock(&mu_);
  --pending_;
}

}  // namespace pullgate::agent
