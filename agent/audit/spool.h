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
#include "common/audit/event_hash.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::agent {

// The agent's on-disk queue of audit events that the PDP has not acknowledged.
// A verdict leaves the agent only after its event is in here.
//
// Events are chained: each carries the hash of the one before, so what is in
// here is carried on in the bytes in which it was recorded. The first of an
// epoch is an event of its own that says why it began.
//
// Thread-safe. Calls may wait for the disk, and group with concurrent ones.
class Spool {
 public:
  struct Status {
    std::string epoch;           // empty: there is none yet
    int64_t last_sequence = 0;   // 0: nothing recorded yet
    int64_t acked_sequence = 0;  // 0: nothing acknowledged yet
    EventHash last_hash = {};    // of the event with last_sequence
    int64_t events = 0;          // held: recorded, not acknowledged or dropped
    int64_t bytes = 0;           // of these
    int64_t max_bytes = 0;
    // When the first event held was given.
    absl::Time oldest_unacked = absl::InfiniteFuture();
    // What was dropped last; dropped_total 0: nothing ever.
    pullgate::audit::v1::Gap gap;
    std::string last_error;  // of recording; empty while well
  };

  // Events in order and without a hole.
  struct Batch {
    int64_t first_sequence = 0;
    std::vector<std::string> events;  // as recorded

    int64_t last_sequence() const {
      return first_sequence + static_cast<int64_t>(events.size()) - 1;
    }
  };

  virtual ~Spool() = default;

  // Records one event: fills in vch, epoch, sequence, event_id and
  // previous_hash, and returns it as it was recorded, once it survives the
  // death of the process (or of the machine, if so configured).
  // ResourceExhausted: the spool is at its size bound. Unavailable: the disk
  // refused. InvalidArgument: the event is too large. In each case nothing was
  // recorded and the verdict must not be given.
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

  // Events held after `sequence`: at most `max_events`, and at most about
  // `max_bytes` unless the first alone is larger; maybe none for the moment.
  // If the first is not the one after `sequence`, those between are not here
  // any more: acknowledged or dropped.
  virtual absl::StatusOr<Batch> Read(int64_t after_sequence, int max_events,
                                     int64_t max_bytes) = 0;

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
