// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUDIT_SPOOL_WRITER_H_
#define PULLGATE_AGENT_AUDIT_SPOOL_WRITER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/identity/vch_id.h"
#include "common/sqlite/database.h"
#include "common/sqlite/statement.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::agent {

// How an epoch begins, if it does.
struct EpochOrigin {
  absl::Time now;
  pullgate::audit::v1::EpochStart start;
};

// The spool's file and the SQL that changes it. Each method is one
// transaction, as durable as the file was opened for; errors are those of
// SqliteStatus, and then nothing was changed. One thread at a time.
class SpoolWriter {
 public:
  // What the file says about its events.
  struct State {
    std::string epoch;
    int64_t acked_sequence = 0;
    std::string acked_hash;  // of that event; may be empty if it was dropped
    // What was dropped last; dropped_total 0: nothing ever.
    pullgate::audit::v1::Gap gap;
  };

  // Events up to `through` were dropped.
  struct Drop {
    int64_t through = 0;
    std::string gap;  // a Gap, serialised, that says so
  };

  // Opens the file, or makes it with a new epoch, whose first event is in it at
  // once; checks its structure. An existing file is not changed. Errors as
  // SqliteSpool::Open.
  static absl::StatusOr<std::unique_ptr<SpoolWriter>> Open(
      const std::string& path, const VchId& vch, Durability durability,
      const EpochOrigin& origin);

  // As it was when the file was opened.
  const State& state() const { return state_; }

  // Calls `visit` with all events after `after`, in order. DataLoss: one is
  // missing. Ends with the first error that `visit` returns.
  using Visit = std::function<absl::Status(int64_t, absl::string_view)>;
  absl::Status ForEachEvent(int64_t after, const Visit& visit);

  // Adds events with the sequences from `first` on, which may be none, and
  // notes the drop unless it is an older one.
  absl::Status Insert(int64_t first,
                      absl::Span<const absl::string_view> payloads,
                      const Drop& drop);

  // Notes that everything up to `sequence` is acknowledged, the hash of that
  // event, and the drop.
  absl::Status Ack(int64_t sequence, const std::string& hash, const Drop& drop);

  // Deletes some of what is acknowledged or dropped, and notes the drop first.
  // True: there is more. In steps, so that a large acknowledgement does not
  // keep appends waiting.
  absl::StatusOr<bool> DeleteMore(const Drop& drop);

 private:
  SpoolWriter(std::unique_ptr<Database> database, Statement insert)
      : database_(std::move(database)), insert_(std::move(insert)) {}

  absl::Status LoadOrCreate(const VchId& vch, const EpochOrigin& origin);
  // False: the file is new.
  absl::StatusOr<bool> Load(const VchId& vch);
  absl::Status Create(const VchId& vch, const EpochOrigin& origin);
  absl::Status InsertOne(int64_t sequence, absl::string_view payload);
  // Part of a transaction.
  absl::Status NoteDrop(const Drop& drop);

  const std::unique_ptr<Database> database_;
  Statement insert_;
  State state_;
  int64_t acked_ = 0;
  int64_t dropped_ = 0;  // as the file has it
  int64_t deleted_ = 0;  // everything up to this sequence is gone
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUDIT_SPOOL_WRITER_H_
