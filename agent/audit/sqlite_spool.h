// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUDIT_SQLITE_SPOOL_H_
#define PULLGATE_AGENT_AUDIT_SQLITE_SPOOL_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "agent/audit/event_numberer.h"
#include "agent/audit/field_omission.h"
#include "agent/audit/spool.h"
#include "agent/audit/spool_book.h"
#include "agent/audit/spool_store.h"
#include "common/files/data_directory.h"
#include "common/identity/vch_id.h"
#include "common/sqlite/database.h"
#include "common/sync/commit_thread.h"
#include "common/sync/mutex.h"
#include "common/sync/watermark.h"
#include "common/time/clock.h"
#include "pullgate/audit/v1/audit_event.pb.h"

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
// With OnFull::kDropOldest a full spool drops a sixteenth of its bound of the
// oldest events. The gap event that says so is recorded like any other, and in
// being recorded is the drop: there is none without it. Gap events that are
// dropped before they arrive do no harm, as the next one covers their gaps too.
// A disk that is full refuses all the same.
//
// The file grows to about a third more than `max_bytes`, the log beside it to
// 64 MiB; space of acknowledged events is used again, not given back.
class SqliteSpool final : public Spool {
 public:
  static constexpr char kFileName[] = "spool.db";

  // What happens to an event for which there is no room.
  enum class OnFull {
    kRefuse,      // It is refused.
    kDropOldest,  // The oldest events make room for it.
  };

  struct Options {
    // Bound of unacknowledged events, as serialised.
    int64_t max_bytes = 256 * 1024 * 1024;
    OnFull on_full = OnFull::kRefuse;
    Durability durability = Durability::kProcessCrash;
    FieldOmission omission;
    SpoolStore::Options store;
    // Dates the spool's own events; null: the system's. Outlives the spool.
    const Clock* wall = nullptr;
    // What the first event says, if a new epoch is made.
    pullgate::audit::v1::EpochStart origin = FirstStart();
  };

  // Opens the spool of `vch`, or makes it with a new epoch. Reads the whole
  // file and follows its chain. DataLoss: it is damaged; ask SpoolRemains, then
  // DataDirectory::SetAside(kFileName) and open again with another `origin`: a
  // new epoch starts, and what is left of the old one stays on disk for
  // somebody to look at. What the journals of an earlier process hold is moved
  // into the file first; Unavailable: the disk refused that, and nothing is
  // lost. FailedPrecondition: it is of another VCH or another version.
  // `directory` must outlive the spool.
  static absl::StatusOr<std::unique_ptr<SqliteSpool>> Open(
      const DataDirectory& directory, const VchId& vch, const Options& options);

  absl::StatusOr<pullgate::audit::v1::AuditEvent> Append(
      pullgate::audit::v1::AuditEvent event) override;
  void AppendAsync(std::string event, AppendDone done) override
      ABSL_LOCKS_EXCLUDED(state_mu_);
  absl::StatusOr<Batch> Read(int64_t after_sequence, int max_events,
                             int64_t max_bytes) override
      ABSL_LOCKS_EXCLUDED(state_mu_);
  bool WaitForEvent(int64_t after_sequence, absl::Time deadline) override;
  absl::Status Ack(int64_t sequence) override
      ABSL_LOCKS_EXCLUDED(ack_mu_, state_mu_);
  Status status() const override ABSL_LOCKS_EXCLUDED(state_mu_);
  void Close() override ABSL_LOCKS_EXCLUDED(state_mu_);

 private:
  using Gap = pullgate::audit::v1::Gap;
  using Numbered = EventNumberer::Numbered;
  using Outcome = absl::StatusOr<Numbered>;
  // Told what became of an event, and how it is recorded.
  using PostDone = std::function<void(const Outcome&, const std::string&)>;

  // An append that waits for its commit.
  struct Pending {
    void Done() const { done(outcome, payload); }

    std::string payload;  // serialised; the commit completes it
    PostDone done;
    Outcome outcome;
  };

  SqliteSpool(const VchId& vch, const Options& options,
              SpoolStore::Contents contents, std::unique_ptr<SpoolStore> store);

  static pullgate::audit::v1::EpochStart FirstStart();

  absl::Status CheckOpen() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_mu_);
  // ResourceExhausted: with `held` bytes so many `more` do not fit.
  absl::Status CheckBound(int64_t held, size_t more) const;

  // A recorded event joins those held.
  void Enter(const ChainHead& event, absl::string_view payload)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_mu_);
  // The event that tells of a gap, not numbered yet.
  std::string GapEvent(const Gap& gap) const;
  // That event is recorded: what it tells of is gone.
  void EnterDrop(const Gap& gap, const ChainHead& event,
                 absl::string_view payload)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_mu_);
  // Losing power may leave a drop without the event that tells of it.
  absl::Status TellOfGap() ABSL_LOCKS_EXCLUDED(state_mu_);

  // kProcessCrash: numbers the event and records it.
  Outcome Journal(std::string& payload) ABSL_LOCKS_EXCLUDED(state_mu_);
  Outcome JournalOne(std::string& payload)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_mu_);
  absl::Status JournalGap(const Gap& gap)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_mu_);

  // kPowerLoss: has `commits_` record the event. `done` may run on its thread.
  void Post(std::string payload, PostDone done) ABSL_LOCKS_EXCLUDED(state_mu_);
  Outcome CommitAndWait(std::string& payload) ABSL_LOCKS_EXCLUDED(state_mu_);
  // On its thread: records a group of concurrent appends in one transaction.
  void Commit(absl::Span<const std::unique_ptr<Pending>> group)
      ABSL_LOCKS_EXCLUDED(state_mu_);
  absl::Status Record(absl::Span<Pending* const> accepted)
      ABSL_LOCKS_EXCLUDED(state_mu_);
  // Makes room for so many bytes, if it may.
  absl::Status CommitDrop(size_t more) ABSL_LOCKS_EXCLUDED(state_mu_);
  absl::Status CommitGap(const Gap& gap) ABSL_LOCKS_EXCLUDED(state_mu_);

  // Of the event with `sequence`; empty: it was dropped.
  absl::StatusOr<std::string> HashOf(int64_t sequence) const
      ABSL_LOCKS_EXCLUDED(state_mu_);

  const Options options_;
  const Clock* const wall_;
  const std::string epoch_;
  const std::unique_ptr<SpoolStore> store_;

  Watermark last_sequence_;

  Mutex ack_mu_;  // one acknowledgement at a time; before state_mu_

  mutable Mutex state_mu_;
  bool closed_ ABSL_GUARDED_BY(state_mu_) = false;
  SpoolBook book_ ABSL_GUARDED_BY(state_mu_);
  EventNumberer numberer_ ABSL_GUARDED_BY(state_mu_);
  std::string last_error_ ABSL_GUARDED_BY(state_mu_);

  std::optional<CommitThread<Pending>> commits_;  // last: it uses the others
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUDIT_SQLITE_SPOOL_H_
