// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUDIT_SQLITE_SPOOL_H_
#define PULLGATE_AGENT_AUDIT_SQLITE_SPOOL_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "agent/audit/spool.h"
#include "agent/audit/spool_store.h"
#include "agent/audit/spool_writer.h"
#include "common/files/data_directory.h"
#include "common/identity/vch_id.h"
#include "common/sqlite/database.h"
#include "common/sync/commit_thread.h"
#include "common/sync/mutex.h"
#include "common/sync/watermark.h"

namespace pullgate::agent {

// A Spool in the file "spool.db" of the agent's data directory, and two
// journals beside it.
//
// With Durability::kProcessCrash an append is one write(2) into a journal, by
// the caller's own thread: microseconds; SQLite follows. Read() flushes before
// it returns anything: what the PDP has seen survives power loss, so that no
// sequence is ever given to two events that leave this machine. Appends are
// refused when the journals are full because the database takes nothing.
//
// With kPowerLoss an append is committed and flushed to the device before it is
// answered, by a thread that lets concurrent ones share a transaction.
//
// The file grows to about a third more than `max_bytes`, the log beside it to
// 64 MiB; space of acknowledged events is used again, not given back.
class SqliteSpool final : public Spool {
 public:
  static constexpr char kFileName[] = "spool.db";

  struct Options {
    // Bound of unacknowledged events, as serialised.
    int64_t max_bytes = 256 * 1024 * 1024;
    Durability durability = Durability::kProcessCrash;
    SpoolStore::Options store;
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

  absl::StatusOr<pullgate::audit::v1::AuditEvent> Append(
      pullgate::audit::v1::AuditEvent event) override;
  void AppendAsync(std::string event, AppendDone done) override
      ABSL_LOCKS_EXCLUDED(state_mu_);
  absl::StatusOr<std::vector<pullgate::audit::v1::AuditEvent>> Read(
      int64_t after_sequence, int max_events, int64_t max_bytes) override
      ABSL_LOCKS_EXCLUDED(state_mu_);
  bool WaitForEvent(int64_t after_sequence, absl::Time deadline) override;
  absl::Status Ack(int64_t sequence) override
      ABSL_LOCKS_EXCLUDED(ack_mu_, state_mu_);
  Status status() const override ABSL_LOCKS_EXCLUDED(state_mu_);
  void Close() override ABSL_LOCKS_EXCLUDED(state_mu_);

 private:
  // What an event became.
  struct Numbered {
    int64_t sequence = 0;
    std::string event_id;
  };
  using Outcome = absl::StatusOr<Numbered>;

  // An append that waits for its commit.
  struct Pending {
    void Done() const { done(outcome); }

    std::string payload;  // serialised; Number() completes it
    std::function<void(const Outcome&)> done;
    Outcome outcome;
  };

  SqliteSpool(const VchId& vch, const Options& options,
              SpoolWriter::Contents contents,
              std::unique_ptr<SpoolStore> store);

  absl::Status CheckOpen() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_mu_);
  // ResourceExhausted: with `held` bytes so many `more` do not fit.
  absl::Status CheckBound(int64_t held, size_t more) const;
  // Makes `payload` the event of that sequence: a field that comes again, at
  // the end of a serialised message, replaces the one before.
  Numbered Number(int64_t sequence, std::string& payload)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_mu_);
  // Takes an event of that size into the books, or events up to `sequence` off.
  void Enter(size_t size) ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_mu_);
  void Forget(int64_t sequence) ABSL_LOCKS_EXCLUDED(state_mu_);
  int64_t Bytes() const ABSL_LOCKS_EXCLUDED(state_mu_);

  static void Tell(const Outcome& outcome, const AppendDone& done);

  // kProcessCrash: numbers the event and records it.
  Outcome Journal(std::string& payload) ABSL_LOCKS_EXCLUDED(state_mu_);

  // kPowerLoss: has `commits_` record the event. `done` may run on its thread.
  void Post(std::string payload, std::function<void(const Outcome&)> done)
      ABSL_LOCKS_EXCLUDED(state_mu_);
  Outcome CommitAndWait(std::string payload) ABSL_LOCKS_EXCLUDED(state_mu_);
  // On its thread: records a group of concurrent appends in one transaction.
  void Commit(absl::Span<const std::unique_ptr<Pending>> group)
      ABSL_LOCKS_EXCLUDED(state_mu_);
  absl::Status Record(int64_t first,
                      absl::Span<const absl::string_view> payloads)
      ABSL_LOCKS_EXCLUDED(state_mu_);

  const std::string vch_name_;
  const std::string event_id_prefix_;
  const Options options_;
  const std::string epoch_;
  const std::unique_ptr<SpoolStore> store_;

  Watermark last_sequence_;

  Mutex ack_mu_;  // one acknowledgement at a time; before state_mu_

  mutable Mutex state_mu_;
  bool closed_ ABSL_GUARDED_BY(state_mu_) = false;
  int64_t acked_sequence_ ABSL_GUARDED_BY(state_mu_);
  // Of the unacknowledged events, in order, and their sum.
  std::deque<uint32_t> sizes_ ABSL_GUARDED_BY(state_mu_);
  int64_t bytes_ ABSL_GUARDED_BY(state_mu_) = 0;
  std::string last_error_ ABSL_GUARDED_BY(state_mu_);
  // What Number() appends.
  pullgate::audit::v1::AuditEvent numbers_ ABSL_GUARDED_BY(state_mu_);

  std::optional<CommitThread<Pending>> commits_;  // last: it uses the others
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUDIT_SQLITE_SPOOL_H_
