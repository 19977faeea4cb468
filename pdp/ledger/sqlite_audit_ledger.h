// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_LEDGER_SQLITE_AUDIT_LEDGER_H_
#define PULLGATE_PDP_LEDGER_SQLITE_AUDIT_LEDGER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/files/data_directory.h"
#include "common/identity/vch_id.h"
#include "common/sqlite/log_checkpointer.h"
#include "common/sqlite/reader_pool.h"
#include "common/sync/group_commit.h"
#include "common/sync/mutex.h"
#include "common/sync/watermark.h"
#include "common/time/clock.h"
#include "pdp/ledger/audit_ledger.h"
#include "pdp/ledger/ledger_query.h"
#include "pdp/ledger/ledger_retention.h"
#include "pdp/ledger/ledger_sealer.h"
#include "pdp/ledger/ledger_stats.h"
#include "pdp/ledger/ledger_writer.h"
#include "pdp/ledger/open_events.h"
#include "pdp/ledger/recorded_event.h"

namespace pullgate::pdp {

// An AuditLedger in the file "ledger.db" of the PDP's data directory. Batches
// that come from several agents at once share a transaction, which is flushed
// to the device before any of them returns; readers wait for no writer.
class SqliteAuditLedger final : public AuditLedger {
 public:
  static constexpr char kFileName[] = "ledger.db";

  struct Options {
    // Lists and scans at once; more wait.
    int readers = 4;
    // Positions that one ListFrom looks at, at most.
    int64_t max_scan = 64 * 1024;
    // What one List does at most, before it ends its page early: some tens of
    // milliseconds.
    PageLimits list = {/*segments=*/20'000, /*columns=*/600};
    // Not owned; outlives the ledger. Null: the machine's.
    const Clock* clock = nullptr;
    // Null: nothing is sealed.
    LedgerSealerFactory make_sealer;
  };

  // Opens or makes the ledger. FailedPrecondition: it is of another version.
  // `directory` must outlive the ledger.
  static absl::StatusOr<std::unique_ptr<SqliteAuditLedger>> Open(
      const DataDirectory& directory, const Options& options);

  absl::StatusOr<int64_t> LastSequence(const VchId& vch,
                                       absl::string_view epoch) override;
  absl::StatusOr<AppendResult> Append(const VchId& vch, absl::string_view epoch,
                                      absl::Span<const RecordedEvent> events,
                                      int64_t dropped_through) override;
  absl::StatusOr<LedgerPage> List(const LedgerFilter& filter, int64_t before,
                                  int limit) override;
  absl::StatusOr<std::vector<LedgerEntry>> ListFrom(
      const LedgerFilter& filter, int64_t position, int limit,
      int64_t* scanned_to) override;
  absl::StatusOr<std::vector<EventCount>> Summarize(
      const LedgerFilter& filter, const std::vector<GroupField>& group_by,
      size_t max_groups) override;
  absl::StatusOr<int64_t> LastPosition() override;
  bool WaitForEvent(int64_t position, absl::Time deadline) override;
  void Close() override;

  // Puts quiet times' events into segments, and forgets what goes beyond
  // `limits`, in bounded steps between which appends go on. To be called every
  // minute or so. Unavailable: the storage refused; the steps before are done.
  absl::Status Maintain(const RetentionLimits& limits) ABSL_LOCKS_EXCLUDED(mu_);

  absl::StatusOr<LedgerStats> Stats();

 private:
  // An Append() on its way.
  struct Pending {
    const VchId& vch;
    absl::string_view epoch;
    absl::Span<const RecordedEvent> events;
    int64_t dropped_through;
    absl::StatusOr<AppendResult> outcome;
  };

  SqliteAuditLedger(const Options& options, std::unique_ptr<OpenEvents> open,
                    std::unique_ptr<LedgerWriter> writer,
                    std::unique_ptr<ReaderPool> readers,
                    std::unique_ptr<LogCheckpointer> checkpointer);

  // Stores a group of concurrent batches in one transaction.
  void Commit(absl::Span<Pending* const> group) ABSL_LOCKS_EXCLUDED(mu_);
  // As recorded, repeats included.
  static int64_t BytesOf(absl::Span<Pending* const> group);
  // An error: the storage refused, and the transaction must be abandoned.
  absl::Status StoreAll(absl::Span<Pending* const> group)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::Status Store(Pending& pending) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const Options options_;
  GroupCommit<Pending> appends_;
  Watermark last_position_;
  const std::unique_ptr<OpenEvents> open_;
  const std::unique_ptr<ReaderPool> readers_;
  const std::unique_ptr<LogCheckpointer> checkpointer_;
  Mutex mu_;
  const std::unique_ptr<LedgerWriter> writer_ ABSL_PT_GUARDED_BY(mu_);
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_LEDGER_SQLITE_AUDIT_LEDGER_H_
