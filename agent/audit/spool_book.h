// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUDIT_SPOOL_BOOK_H_
#define PULLGATE_AGENT_AUDIT_SPOOL_BOOK_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "absl/time/time.h"
#include "agent/audit/event_numberer.h"
#include "common/audit/event_hash.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::agent {

// What a spool holds, in memory: eight bytes for each event that is not
// acknowledged, and the chain's hash at some places, the cuts, between which
// events are dropped together. No files; one thread at a time.
//
// Sequences in order: acknowledged or dropped up to base(), held up to
// head().sequence.
class SpoolBook {
 public:
  // At most so many bytes has a gap event.
  static constexpr size_t kMaxGapBytes = 512;

  // Nothing is held after `base`. `gap`: what was dropped last, if anything
  // ever was; `acked` may be less than `base.sequence` then.
  SpoolBook(int64_t max_bytes, int64_t acked, const ChainHead& base,
            pullgate::audit::v1::Gap gap);

  // Takes the event that follows the head into the books.
  void Enter(const ChainHead& event, size_t bytes, absl::Time event_time);

  // Takes what is acknowledged off.
  void Ack(int64_t sequence);

  // Whether so many bytes more are within the bound.
  bool Fits(size_t more) const {
    return static_cast<int64_t>(more) <= max_bytes_ - bytes_;
  }

  // What to drop so that `more` bytes fit beside the event that tells of it: a
  // sixteenth of the bound at least, so that dropping is seldom. Nullopt: there
  // is not enough.
  std::optional<pullgate::audit::v1::Gap> PlanDrop(size_t more) const;
  // Takes off what was dropped; the event with sequence `told`, which is not
  // entered yet, tells of it.
  void Drop(pullgate::audit::v1::Gap gap, int64_t told);

  // The event with sequence `told`, entered or about to be, has this gap.
  void NoteGap(pullgate::audit::v1::Gap gap, int64_t told);

  int64_t acked() const { return acked_; }
  int64_t base() const { return base_; }
  const ChainHead& head() const { return head_; }
  int64_t bytes() const { return bytes_; }
  int64_t events() const { return static_cast<int64_t>(held_.size()); }
  // When the first event held was given, to the second; InfiniteFuture: none.
  absl::Time oldest() const;
  // What was dropped last; all zero: nothing ever.
  const pullgate::audit::v1::Gap& gap() const { return gap_; }
  // The event that tells of it; 0: none is needed, or none was recorded.
  int64_t gap_told() const { return gap_told_; }

 private:
  struct Held {
    uint32_t bytes;
    uint32_t second;  // of event_time, since the Unix epoch
  };
  // Dropping may end with this event.
  struct Cut {
    ChainHead event;
    int64_t entered;  // bytes that were entered up to and with it
  };

  // Gap events of drops so far are all acknowledged.
  bool AllTold() const { return gap_told_ <= acked_; }
  void Release(int64_t sequence);

  const int64_t max_bytes_;
  int64_t acked_;
  int64_t base_;
  ChainHead head_;
  std::deque<Held> held_;
  int64_t bytes_ = 0;
  int64_t entered_ = 0;  // bytes, ever; less what is held: those released
  std::deque<Cut> cuts_;
  int64_t last_cut_ = 0;  // bytes entered up to the last cut
  pullgate::audit::v1::Gap gap_;
  int64_t gap_told_ = 0;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUDIT_SPOOL_BOOK_H_
