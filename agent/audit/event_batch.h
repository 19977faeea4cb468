// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUDIT_EVENT_BATCH_H_
#define PULLGATE_AGENT_AUDIT_EVENT_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::agent {

// Events that are read together: at most so many, and at most so many bytes
// unless the first alone is larger. One thread at a time.
class EventBatch {
 public:
  EventBatch(int max_events, int64_t max_bytes)
      : max_events_(max_events), bytes_left_(max_bytes) {}

  int max_events() const { return max_events_; }

  // Takes no more.
  bool full() const {
    return full_ || events_.size() >= static_cast<size_t>(max_events_);
  }

  // Adds a serialised event, or is full. DataLoss: it does not parse; `file`
  // and `sequence` say which one it is.
  absl::Status Add(absl::string_view file, int64_t sequence,
                   absl::string_view payload);

  std::vector<pullgate::audit::v1::AuditEvent> TakeEvents() {
    return std::move(events_);
  }

 private:
  const int max_events_;
  int64_t bytes_left_;
  bool full_ = false;
  std::vector<pullgate::audit::v1::AuditEvent> events_;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUDIT_EVENT_BATCH_H_
