// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUDIT_EVENT_BATCH_H_
#define PULLGATE_AGENT_AUDIT_EVENT_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace pullgate::agent {

// Events that are read together, in the bytes in which they were recorded: at
// most so many, and at most so many bytes unless the first alone is larger. One
// thread at a time.
class EventBatch {
 public:
  EventBatch(int max_events, int64_t max_bytes)
      : max_events_(max_events), bytes_left_(max_bytes) {}

  int max_events() const { return max_events_; }

  // Takes no more.
  bool full() const {
    return full_ || events_.size() >= static_cast<size_t>(max_events_);
  }

  // Adds an event, or is full. Events come in order. If one does not follow the
  // last, those before it were forgotten while they were read, and are
  // forgotten here.
  void Add(int64_t sequence, absl::string_view event);

  // Forgets events up to `sequence`.
  void Forget(int64_t sequence);

  // Of the first event; 0: there is none.
  int64_t first_sequence() const { return events_.empty() ? 0 : first_; }

  std::vector<std::string> TakeEvents() { return std::move(events_); }

 private:
  const int max_events_;
  int64_t bytes_left_;
  bool full_ = false;
  int64_t first_ = 0;
  std::vector<std::string> events_;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUDIT_EVENT_BATCH_H_
