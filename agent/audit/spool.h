// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUDIT_SPOOL_H_
#define PULLGATE_AGENT_AUDIT_SPOOL_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::agent {

// The agent's on-disk queue of audit events that the PDP has not acknowledged.
// A verdict leaves the agent only after its event is in here.
//
// Thread-safe. Calls may wait for the disk, and group with concurrent ones.
class Spool {
 public:
  struct Status {
    std::string epoch;
    int64_t last_sequence = 0;   // 0: nothing recorded yet
    int64_t acked_sequence = 0;  // 0: nothing acknowledged yet
    int64_t bytes = 0;           // of unacknowledged events
    int64_t max_bytes = 0;
    absl::Time oldest_unacked = absl::InfiniteFuture();
    std::string last_error;  // of Append; empty while well
  };

  virtual ~Spool() = default;

  // Records one event: fills in vch, epoch, sequence and event_id, and returns
  // once the event survives the death of the process (or of the machine, if so
  // configured). ResourceExhausted: the spool is at its size bound.
  // Unavailable: the disk refused. In both cases nothing was recorded and the
  // verdict must not be given.
  virtual absl::StatusOr<pullgate::audit::v1::AuditEvent> Append(
      pullgate::audit::v1::AuditEvent event) = 0;

  // As Append, for callers that must not wait, and of an event that is
  // serialised already, but for the fields that the spool fills in. `done` is
  // called exactly once, with the event's id or with what Append would have
  // returned, on some thread; perhaps this one, before the call returns. `done`
  // is quick and does not append. A spool that groups commits holds no thread
  // for each event.
  using AppendDone = std::function<void(const absl::StatusOr<std::string>&)>;
  virtual void AppendAsync(std::string event, AppendDone done) = 0;

  // Unacknowledged events after `sequence`, in order: at most `max_events`, and
  // at most about `max_bytes` unless the first alone is larger.
  virtual absl::StatusOr<std::vector<pullgate::audit::v1::AuditEvent>> Read(
      int64_t after_sequence, int max_events, int64_t max_bytes) = 0;

  // Waits until there is an event after `sequence`, or `deadline`, or Close().
  // True if there is one.
  virtual bool WaitForEvent(int64_t after_sequence, absl::Time deadline) = 0;

  // Forgets every event up to and including `sequence`. Cumulative: an older
  // ack is a harmless repeat. OutOfRange: `sequence` was never given out.
  virtual absl::Status Ack(int64_t sequence) = 0;

  virtual Status status() const = 0;

  // Wakes all waiters; later Appends fail. What is recorded stays on disk.
  virtual void Close() = 0;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUDIT_SPOOL_H_
