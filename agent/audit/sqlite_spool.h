// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUDIT_SQLITE_SPOOL_H_
#define PULLGATE_AGENT_AUDIT_SQLITE_SPOOL_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "agent/audit/spool.h"
#include "agent/audit/spool_reader.h"
#include "agent/audit/spool_writer.h"
#include "common/files/data_directory.h"
#include "common/identity/vch_id.h"
#include "common/sqlite/database.h"
#include "common/sync/commit_thread.h"
#include "common/sync/mutex.h"
#include "common/sync/watermark.h"

namespace pullgate::agent {

// A Spool in the file "spool.db" of the agent's data directory.
//
// Concurrent appends share a transaction; a lone one costs tens of
// microseconds, or a flush to the device with Durability::kPowerLoss. With
// kProcessCrash, Read() flushes before it returns anything: what the PDP has
// seen survives power loss, so that no sequence is ever given to two events
// that leave this machine.
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
  };

  // Opens the spool of `vch`, or makes it with a new epoch. Reads the whole
  // file. DataLoss: it is damaged; DataDirectory::SetAside(kFileName) and open
  // again: a new epoch starts, and what is left of the old one stays on disk
  // for somebody to look at. FailedPrecondition: it is of another VCH or of a
  // newer version. `directory` must outlive the spool.
  static absl::StatusOr<std::unique_ptr<SqliteSpool>> Open(
      const DataDirectory& directory, const VchId& vch, const Options& options);

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
  // An append on its way.
  struct Pending {
    void Done() { done(*this); }

    std::string payload;  // serialised; Number() completes it
    std::function<void(Pending&)> done;
    int64_t sequence = 0;
    std::string event_id;
    absl::Status outcome;
  };

  SqliteSpool(const VchId& vch, const Options& options,
              SpoolWriter::Contents contents,
              std::unique_ptr<SpoolWriter> writer,
              std::unique_ptr<SpoolReader> reader);

  absl::Status CheckOpen() const ABSL_LOCKS_EXCLUDED(state_mu_);
  // Records a group of concurrent appends in one transaction.
  void Commit(absl::Span<const std::unique_ptr<Pending>> group)
      ABSL_LOCKS_EXCLUDED(writer_mu_, state_mu_);
  absl::Status Record(int64_t first, const std::vector<std::string>& payloads)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mu_) ABSL_LOCKS_EXCLUDED(state_mu_);
  // Makes `pending` the event of that sequence: a field that comes again, at
  // the end of a serialised message, replaces the one before.
  void Number(int64_t sequence, Pending& pending)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mu_);
  int64_t Bytes() const ABSL_LOCKS_EXCLUDED(state_mu_);
  // Takes events up to `sequence` off the books.
  void Forget(int64_t sequence) ABSL_LOCKS_EXCLUDED(state_mu_);

  const std::string vch_name_;
  const std::string event_id_prefix_;
  const Options options_;
  const std::string epoch_;

  Watermark last_sequence_;

  // Order: writer_mu_ or reader_mu_, then state_mu_.
  Mutex writer_mu_;
  const std::unique_ptr<SpoolWriter> writer_ ABSL_PT_GUARDED_BY(writer_mu_);
  // What Number() appends.
  pullgate::audit::v1::AuditEvent numbers_ ABSL_GUARDED_BY(writer_mu_);

  mutable Mutex reader_mu_;
  const std::unique_ptr<SpoolReader> reader_ ABSL_PT_GUARDED_BY(reader_mu_);
  // Up to here events survive power loss.
  int64_t synced_sequence_ ABSL_GUARDED_BY(reader_mu_) = 0;

  mutable Mutex state_mu_;
  bool closed_ ABSL_GUARDED_BY(state_mu_) = false;
  int64_t acked_sequence_ ABSL_GUARDED_BY(state_mu_);
  // Of the unacknowledged events, in order, and their sum.
  std::deque<uint32_t> sizes_ ABSL_GUARDED_BY(state_mu_);
  int64_t bytes_ ABSL_GUARDED_BY(state_mu_) = 0;
  std::string last_error_ ABSL_GUARDED_BY(state_mu_);

  CommitThread<Pending> appends_;  // last: it uses the others
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUDIT_SQLITE_SPOOL_H_
