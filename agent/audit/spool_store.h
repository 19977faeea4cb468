// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUDIT_SPOOL_STORE_H_
#define PULLGATE_AGENT_AUDIT_SPOOL_STORE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "agent/audit/event_batch.h"
#include "agent/audit/spool_book.h"
#include "agent/audit/spool_journal.h"
#include "agent/audit/spool_reader.h"
#include "agent/audit/spool_writer.h"
#include "common/identity/vch_id.h"
#include "common/sqlite/database.h"
#include "common/sync/mutex.h"

namespace pullgate::agent {

// The files of a spool: a database, and two journals that take events faster.
//
// A thread moves events from the journals into the database, many in one
// transaction: when there are many, or after a while; those that were
// acknowledged meanwhile need not be moved. One journal takes appends while the
// other is moved and emptied, so SQLite, which now and then flushes for longer,
// is in no append's way.
//
// Losing power leaves what was flushed without a gap: a journal is emptied only
// when what was flushed in it is flushed in the database.
//
// Errors are those of SqliteStatus. Thread-safe; sequences come in order.
class SpoolStore {
 public:
  struct Options {
    // Of each journal, on disk and in memory. So much can come while the
    // database is busy, or refuses.
    size_t journal_bytes = 16 * 1024 * 1024;
    // How long events stay in a journal that others may join, and how long
    // after a failure moving is tried again.
    absl::Duration linger = absl::Seconds(1);
  };

  // What there is.
  struct Contents {
    std::string epoch;
    SpoolBook book;
  };

  // Opens the files, or makes them with a new epoch. What an earlier process
  // left in the journals is in the database when it returns, as far as it
  // continues what is there. A book is kept with the bound `max_bytes`. Errors
  // as SqliteSpool::Open.
  static absl::StatusOr<std::unique_ptr<SpoolStore>> Open(
      const std::string& path, const VchId& vch, Durability durability,
      int64_t max_bytes, const EpochOrigin& origin, const Options& options);

  // Moves what is in the journals, if the disk lets it.
  ~SpoolStore();

  // Once, after Open.
  Contents TakeContents() { return std::move(contents_); }

  // Records an event in a journal: with one write(2), on this thread. An error:
  // it was not recorded.
  absl::Status Append(int64_t sequence, absl::string_view payload)
      ABSL_LOCKS_EXCLUDED(journal_mu_);

  // Records events from `first` on in the database, as durable as it was opened
  // for, and with them a drop that one of them tells of. A store is used with
  // this or with Append().
  absl::Status Insert(int64_t first,
                      absl::Span<const absl::string_view> payloads,
                      const SpoolWriter::Drop& drop)
      ABSL_LOCKS_EXCLUDED(writer_mu_, journal_mu_);

  // Lets go of dropped events, soon: nobody reads them any more, and an event
  // that tells of the drop is recorded.
  void NoteDrop(SpoolWriter::Drop drop) ABSL_LOCKS_EXCLUDED(journal_mu_);

  // Notes that everything up to `sequence` is acknowledged, and the hash of
  // that event; empty if it was dropped.
  absl::Status Ack(int64_t sequence, const std::string& hash)
      ABSL_LOCKS_EXCLUDED(writer_mu_, journal_mu_);

  // Deletes what is acknowledged or dropped, in steps that let others write in
  // between. What fails is done with the next one.
  absl::Status DeleteForgotten() ABSL_LOCKS_EXCLUDED(writer_mu_, journal_mu_);

  // Adds events with `after` < sequence <= `last`, all of which are recorded,
  // until the batch is full. If `flush_through` is above 0, everything up to
  // there is made to survive power loss first, and only what does is added.
  // Events that are forgotten meanwhile may be missing.
  absl::Status Read(int64_t after, int64_t last, int64_t flush_through,
                    EventBatch& batch)
      ABSL_LOCKS_EXCLUDED(reader_mu_, journal_mu_);

  // What keeps events in the journals; OK: nothing.
  absl::Status move_error() const ABSL_LOCKS_EXCLUDED(journal_mu_);

 private:
  static constexpr size_t kNever = std::numeric_limits<size_t>::max();
  using Journals = std::array<std::unique_ptr<SpoolJournal>, 2>;

  // Where events are, at one moment.
  struct Extent {
    int64_t moved;         // up to here in the database
    SpoolJournal* active;  // stays it while reader_mu_ is held
    int64_t last;          // in `active`, or 0
    absl::string_view active_records;
  };

  SpoolStore(std::string path, const Options& options, Contents contents,
             std::unique_ptr<SpoolWriter> writer,
             std::unique_ptr<SpoolReader> reader, Journals journals);

  Extent CurrentExtent() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(reader_mu_)
      ABSL_LOCKS_EXCLUDED(journal_mu_);
  absl::Status Flush(const Extent& extent)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(reader_mu_);

  // The mover's thread.
  void MoveEvents() ABSL_LOCKS_EXCLUDED(writer_mu_, reader_mu_, journal_mu_);
  enum class Work { kStop, kMove, kDelete };
  // Waits for something to move, and for more to join it, or to delete.
  Work AwaitWork() ABSL_LOCKS_EXCLUDED(journal_mu_);
  SpoolWriter::Drop CurrentDrop() const ABSL_LOCKS_EXCLUDED(journal_mu_);
  // Waits until the active journal has so many bytes, or something is dropped.
  void AwaitBytes(size_t bytes, absl::Duration timeout)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(journal_mu_);
  // Moves and empties one journal. An error: nothing is lost, try again.
  absl::Status Move() ABSL_LOCKS_EXCLUDED(writer_mu_, reader_mu_, journal_mu_);
  // The records to be moved; they stay where they are until Retire().
  absl::StatusOr<absl::string_view> Freeze()
      ABSL_LOCKS_EXCLUDED(reader_mu_, journal_mu_);
  absl::Status InsertRecords(absl::string_view records)
      ABSL_LOCKS_EXCLUDED(writer_mu_, journal_mu_);
  absl::Status Retire() ABSL_LOCKS_EXCLUDED(reader_mu_);

  const std::string path_;
  const Options options_;
  Contents contents_;

  // Order: writer_mu_ or reader_mu_, then journal_mu_, which is held for a
  // moment only.
  Mutex writer_mu_;
  const std::unique_ptr<SpoolWriter> writer_ ABSL_PT_GUARDED_BY(writer_mu_);
  int64_t acked_ ABSL_GUARDED_BY(writer_mu_);

  Mutex reader_mu_;
  const std::unique_ptr<SpoolReader> reader_ ABSL_PT_GUARDED_BY(reader_mu_);
  // Up to here events survive power loss, in the database or in a journal.
  int64_t flushed_ ABSL_GUARDED_BY(reader_mu_) = 0;
  // The older journal: nothing is added. It is exchanged for the active one
  // under both locks, so either is enough to know which is which.
  std::unique_ptr<SpoolJournal> frozen_ ABSL_GUARDED_BY(reader_mu_);

  mutable Mutex journal_mu_;
  CondVar wake_mover_;
  size_t wake_mover_at_ ABSL_GUARDED_BY(journal_mu_) = kNever;  // bytes
  bool stopping_ ABSL_GUARDED_BY(journal_mu_) = false;
  std::unique_ptr<SpoolJournal> active_ ABSL_GUARDED_BY(journal_mu_);
  int64_t moved_ ABSL_GUARDED_BY(journal_mu_);
  SpoolWriter::Drop drop_ ABSL_GUARDED_BY(journal_mu_);
  bool delete_now_ ABSL_GUARDED_BY(journal_mu_) = true;
  absl::Status move_error_ ABSL_GUARDED_BY(journal_mu_);

  std::thread mover_;  // last: it uses the others
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUDIT_SPOOL_STORE_H_
