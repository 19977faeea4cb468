// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/audit/event_batch.h"

#include <algorithm>

namespace pullgate::agent {

void EventBatch::Add(int64_t sequence, absl::string_view event) {
  bytes_left_ -= static_cast<int64_t>(event.size());
  full_ = full() || (bytes_left_ < 0 && !events_.empty());
  if (full_) return;
  if (sequence != first_ + static_cast<int64_t>(events_.size())) {
    events_.clear();
    first_ = sequence;
  }
  events_.emplace_back(event);
}

void EventBatch::Forget(int64_t sequence) {
  const auto size = static_cast<int64_t>(events_.size());
  const int64_t count = std::clamp<int64_t>(sequence + 1 - first_, 0, size);
  events_.erase(events_.begin(), events_.begin() + count);
  first_ += count;
}

}  // namespace pullgate::agent
