// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_LEDGER_LEDGER_WRITER_H_
#define PULLGATE_PDP_LEDGER_LEDGER_WRITER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/sqlite/database.h"
#include "common/sqlite/statement.h"
#include "common/sqlite/transaction.h"
#include "common/time/clock.h"
#include "pdp/ledger/event_run.h"
#include "pdp/ledger/ledger_retention.h"
#include "pdp/ledger/ledger_sealer.h"
#include "pdp/ledger/open_events.h"
#include "pdp/ledger/recorded_event.h"
#include "pdp/ledger/segment_store.h"
#include "pdp/proof/event_chain.h"
#include "pdp/proof/hole_store.h"

namespace pullgate::pdp {

// The ledger's file and the SQL that adds to it. Errors are those of
// SqliteStatus. One thread at a time.
//
// A transaction is Begin(), then Append() for each batch, then Commit(). After
// an error of any of them: Abandon(), and nothing of it happened.
class LedgerWriter {
 public:
  // Opens the file, or makes it. `make_sealer` may be null: then nothing is
  // sealed. `clock` and `open`, which learns of events in no segment, are not
  // owned and outlive it. FailedPrecondition: the file is of another version.
  static absl::StatusOr<std::unique_ptr<LedgerWriter>> Open(
      const std::string& path, const LedgerSealerFactory& make_sealer,
      const Clock* clock, OpenEvents* open);

  absl::Status Begin();

  // How far that epoch is, this transaction's events included. `vch` is the id
  // alone.
  absl::StatusOr<EpochState> Epoch(absl::string_view vch,
                                   absl::string_view epoch);

  // Adds `events`, of that epoch, in order and new, after `hole`, if any.
  absl::Status Append(absl::string_view vch, absl::string_view epoch,
                      absl::Span<const RecordedEvent> events,
                      const std::optional<Hole>& hole = std::nullopt);

  // Durable when it returns OK.
  absl::Status Commit();
  void Abandon();

  // A transaction by itself: closes a segment that is not full but old, and
  // forgets some of what goes beyond `limits`. True: there may be more to do.
  // On an error nothing happened.
  absl::StatusOr<bool> Maintain(const RetentionLimits& limits);

  // The position of the newest event that is committed; 0 if there is none.
  int64_t last_position() const { return committed_position_; }

 private:
  struct Statements {
    Statement find_epoch;
    Statement add_epoch;
    Statement set_epoch;
    Statement insert_event;
    Statement set_last_position;
  };

  LedgerWriter(std::unique_ptr<Database> database, Statements statements,
               SegmentStore segments, HoleStore holes,
               std::unique_ptr<LedgerSealer> sealer, const Clock* clock,
               int64_t last_position);

  static absl::StatusOr<Statements> PrepareAll(const Database& database);
  absl::StatusOr<int64_t> FindOrAddEpoch(absl::string_view vch,
                                         absl::string_view epoch);
  absl::Status Insert(int64_t epoch_id, const RecordedEvent& recorded);
  bool IsOpenSegmentOld(const RetentionLimits& limits) const;
  absl::Status Forget(const RetentionCut& cut);
  // Closes and forgets; the cause of a commit, if any.
  struct Upkeep {
    bool closed = false;
    bool forgot = false;
  };
  absl::StatusOr<Upkeep> DoUpkeep(const RetentionLimits& limits);

  const std::unique_ptr<Database> database_;
  Statements statements_;
  SegmentStore segments_;
  HoleStore holes_;
  const std::unique_ptr<LedgerSealer> sealer_;  // may be null
  const Clock* const clock_;
  std::optional<Transaction> transaction_;
  int64_t committed_position_;
  int64_t next_position_;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_LEDGER_LEDGER_WRITER_H_
