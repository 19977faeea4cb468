// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUDIT_SQLITE_SPOOL_H_
#define PULLGATE_AGENT_AUDIT_SQLITE_SPOOL_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "agent/audit/event_batch.h"
#include "agent/audit/spool.h"
#include "agent/audit/spool_journal.h"
#include "agent/audit/spool_reader.h"
#include "agent/audit/spool_writer.h"
#include "common/files/data_directory.h"
#include "common/identity/vch_id.h"
#include "common/sqlite/database.h"
#include "common/sync/commit_thread.h"
#include "common/sync/mutex.h"
#include "common/sync/watermark.h"

namespace pullgate::agent {

// A Spool in the file "spool.db" of the agent's data directory and two journals
// beside it.
//
// With Durability::kProcessCrash an append is one write(2) into a journal, by
// the caller's own thread. A thread moves events from there into the database,
// many in one transaction: when there are many, or after a while; those that
// were acknowledged meanwhile need not be moved. Appends go to one journal
// while the other is moved and emptied, so SQLite, which now and then flushes
// for longer, is in no append's way. When both journals are full because the
// database refuses, so do they. Read() flushes before it returns anything: what
// the PDP has seen survives power loss, so that no sequence is ever given to
// two events that leave this machine.
//
// With kPowerLoss an append is committed and flushed before it is answered, by
// a thread that lets concurrent ones share a transaction.
//
// The file grows to about a third more than `max_bytes`, the log beside it to
// 64 MiB, the journals to `journal_bytes` each; space of acknowledged events is
// used again, not given back.
class SqliteSpool final : public Spool {
 public:
  static constexpr char kFileName[] = "spool.db";

  struct Options {
    // Bound of unacknowledged events, as serialised.
    int64_t max_bytes = 256 * 1024 * 1024;
    Durability durability = Durability::kProcessCrash;
    // Of each journal, on disk and in memory. So much can come while the
    // database is busy.
    size_t journal_bytes = 16 * 1024 * 1024;
    // How long events stay in a journal that others may join.
    absl::Duration journal_linger = absl::Seconds(1);
  };

  // Opens the spool of `vch`, or makes it with a new epoch. Reads the whole
  // file. DataLoss: it is damaged; DataDirectory::SetAside(kFileName) and open
  // again: a new epoch starts, and what is left of the old one stays on disk
  // for somebody to look at. What the journals of an earlier process hold is
  // moved into the file first; Unavailable: the disk refused that.
  // FailedPrecondition: it is of another VCH or of a
  // newer version. `directory` must outlive the spool.
  static absl::StatusOr<std::unique_ptr<SqliteSpool>> Open(
      const DataDirectory& directory, const VchId& vch, const Options& options);
  // Moves what is in the journals, if the disk lets it.
  ~SqliteSpool() override;

  absl::StatusOr<pullgate::audit::v1::AuditEvent> Append(
      pullgate::audit::v1::AuditEvent event) override;
  void AppendAsync(std::string event, AppendDone done) override
      ABSL_LOCKS_EXCLUDED(state_mu_);
  absl::StatusOr<std::vector<pullgate::audit::v1::AuditEvent>> Read(
      int64_t after_sequence, int max_events, int64_t max_bytes) override
      ABSL_LOCKS_EXCLUDED(reader_mu_, state_mu_);
  bool WaitForEvent(int64_t after_sequence, absl::Time deadline) override;
  absl::Status Ack(int64_t sequence) override
      ABSL_LOCKS_EXCLUDED(writer_mu_, state_mu_);
  Status status() const override ABSL_LOCKS_EXCLUDED(reader_mu_, state_mu_);
  void Close() override ABSL_LOCKS_EXCLUDED(state_mu_);

 private:
  static constexpr size_t kNever = std::numeric_limits<size_t>::max();
  using Journals = std::array<std::unique_ptr<SpoolJournal>, 2>;

  // What an event became.
  struct Numbered {
    int64_t sequence = 0;
    std::string event_id;
  };
  using Outcome = absl::StatusOr<Numbered>;

  // An append that waits for its commit.
  struct Pending {
    void Done() { done(outcome); }

    std::string payload;  // serialised; Number() completes it
    std::function<void(const Outcome&)> done;
    Outcome outcome;
  };

  // What is where, at one moment.
  struct Extent {
    int64_t acked = 0;               // up to here: nowhere, or to be ignored
    int64_t moved = 0;               // up to here: in the database
    int64_t last = 0;                // up to here: in the journals
    SpoolJournal* active = nullptr;  // stays it while reader_mu_ is held
    absl::string_view active_records;
  };

  SqliteSpool(const VchId& vch, const Options& options,
              SpoolWriter::Contents contents,
              std::unique_ptr<SpoolWriter> writer,
              std::unique_ptr<SpoolReader> reader, Journals journals);

  static absl::Status Replay(const Journals& journals, SpoolWriter& writer,
                             SpoolReader& reader,
                             SpoolWriter::Contents& contents);

  absl::Status CheckOpen() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_mu_);
  // Makes `payload` the event of that sequence: a field that comes again, at
  // the end of a serialised message, replaces the one before.
  Numbered Number(int64_t sequence, std::string& payload) const;
  int64_t Bytes() const ABSL_LOCKS_EXCLUDED(state_mu_);
  // Takes events up to `sequence` off the books.
  void Forget(int64_t sequence) ABSL_LOCKS_EXCLUDED(state_mu_);

  // kProcessCrash: numbers the event and records it in the active journal.
  Outcome Journal(std::string& payload) ABSL_LOCKS_EXCLUDED(state_mu_);
  absl::Status AppendToJournal(int64_t sequence, absl::string_view payload)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_mu_);

  // kPowerLoss: has `commits_` record the event. `done` may run on its thread.
  void Post(std::string payload, std::function<void(const Outcome&)> done)
      ABSL_LOCKS_EXCLUDED(state_mu_);
  Outcome CommitAndWait(std::string payload) ABSL_LOCKS_EXCLUDED(state_mu_);
  // Records a group of concurrent appends in one transaction.
  void Commit(absl::Span<const std::unique_ptr<Pending>> group)
      ABSL_LOCKS_EXCLUDED(writer_mu_, state_mu_);
  absl::Status Record(int64_t first,
                      absl::Span<const absl::string_view> payloads)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mu_) ABSL_LOCKS_EXCLUDED(state_mu_);

  // The mover's thread.
  void MoveEvents() ABSL_LOCKS_EXCLUDED(writer_mu_, reader_mu_, state_mu_);
  // Waits for something to move, and for more to join it. False: stopping.
  bool AwaitEvents() ABSL_LOCKS_EXCLUDED(state_mu_);
  // Waits until the active journal has so many bytes.
  void AwaitBytes(size_t bytes, absl::Duration timeout)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_mu_);
  // Moves and empties one journal. An error: nothing is lost, try again.
  absl::Status Move() ABSL_LOCKS_EXCLUDED(writer_mu_, reader_mu_, state_mu_);
  // The records to be moved; they stay where they are until Retire().
  absl::StatusOr<absl::string_view> Freeze()
      ABSL_LOCKS_EXCLUDED(reader_mu_, state_mu_);
  absl::Status Insert(absl::string_view records)
      ABSL_LOCKS_EXCLUDED(writer_mu_, state_mu_);
  absl::Status Retire() ABSL_LOCKS_EXCLUDED(reader_mu_);

  Extent CurrentExtent() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(reader_mu_)
      ABSL_LOCKS_EXCLUDED(state_mu_);
  absl::Status Flush(const Extent& extent)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(reader_mu_);
  absl::Status AddEvents(const Extent& extent, int64_t after, int64_t last,
                         EventBatch& batch) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(reader_mu_);

  const std::string vch_name_;
  const std::string event_id_prefix_;
  const Options options_;
  const std::string epoch_;

  Watermark last_sequence_;

  // Order: writer_mu_ or reader_mu_, then state_mu_.
  Mutex writer_mu_;
  const std::unique_ptr<SpoolWriter> writer_ ABSL_PT_GUARDED_BY(writer_mu_);

  mutable Mutex reader_mu_;
  const std::unique_ptr<SpoolReader> reader_ ABSL_PT_GUARDED_BY(reader_mu_);
  // Up to here events survive power loss, in the database or in a journal.
  int64_t synced_sequence_ ABSL_GUARDED_BY(reader_mu_) = 0;
  // The older journal: nothing is added. It is exchanged for the active one
  // under both locks, so either is enough to know which is which.
  std::unique_ptr<SpoolJournal> frozen_ ABSL_GUARDED_BY(reader_mu_);

  mutable Mutex state_mu_;
  CondVar wake_mover_;
  size_t wake_mover_at_ ABSL_GUARDED_BY(state_mu_) = kNever;  // bytes
  std::unique_ptr<SpoolJournal> active_ ABSL_GUARDED_BY(state_mu_);
  bool closed_ ABSL_GUARDED_BY(state_mu_) = false;
  bool stopping_ ABSL_GUARDED_BY(state_mu_) = false;
  int64_t moved_sequence_ ABSL_GUARDED_BY(state_mu_);
  absl::Status move_error_ ABSL_GUARDED_BY(state_mu_);
  int64_t acked_sequence_ ABSL_GUARDED_BY(state_mu_);
  // Of the unacknowledged events, in order, and their sum.
  std::deque<uint32_t> sizes_ ABSL_GUARDED_BY(state_mu_);
  int64_t bytes_ ABSL_GUARDED_BY(state_mu_) = 0;
  std::string last_error_ ABSL_GUARDED_BY(state_mu_);

  // One of them, as the durability asks. Last: they use the others.
  std::optional<CommitThread<Pending>> commits_;
  std::thread mover_;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUDIT_SQLITE_SPOOL_H_
