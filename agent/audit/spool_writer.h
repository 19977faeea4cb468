// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUDIT_SPOOL_WRITER_H_
#define PULLGATE_AGENT_AUDIT_SPOOL_WRITER_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/identity/vch_id.h"
#include "common/sqlite/database.h"
#include "common/sqlite/statement.h"

namespace pullgate::agent {

// The spool's file and the SQL that changes it. Each method is one
// transaction, as durable as the file was opened for; errors are those of
// SqliteStatus, and then nothing was changed. One thread at a time.
class SpoolWriter {
 public:
  // What was in the file when it was opened.
  struct Contents {
    std::string epoch;
    int64_t acked_sequence = 0;
    // Of the payloads after acked_sequence, in order.
    std::deque<uint32_t> sizes;
  };

  // Opens the file, or makes it with a new epoch; checks all of it. Errors as
  // SqliteSpool::Open.
  static absl::StatusOr<std::unique_ptr<SpoolWriter>> Open(
      const std::string& path, const VchId& vch, Durability durability);

  // Once, after Open.
  Contents TakeContents() { return std::move(contents_); }

  // Adds events with the sequences from `first` on.
  absl::Status Insert(int64_t first,
                      absl::Span<const absl::string_view> payloads);

  // Notes that everything up to `sequence` is acknowledged.
  absl::Status Ack(int64_t sequence);

  // Deletes some of what is acknowledged. True: there is more. In steps, so
  // that a large acknowledgement does not keep appends waiting.
  absl::StatusOr<bool> DeleteMore();

 private:
  SpoolWriter(std::unique_ptr<Database> database, Statement insert)
      : database_(std::move(database)), insert_(std::move(insert)) {}

  absl::Status LoadOrCreate(const VchId& vch);
  absl::Status LoadSizes();

  const std::unique_ptr<Database> database_;
  Statement insert_;
  Contents contents_;
  int64_t acked_ = 0;
  int64_t deleted_ = 0;  // everything up to this sequence is gone
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUDIT_SPOOL_WRITER_H_
