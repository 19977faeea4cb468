// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/audit/spool_remains.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "agent/audit/spool_journal.h"
#include "common/files/read_file.h"
#include "common/sqlite/database.h"
#include "common/sqlite/statement.h"
#include "common/status/status_macros.h"

namespace pullgate::agent {
namespace {

// More than any journal has.
constexpr size_t kMaxJournalBytes = size_t{256} << 20;

absl::Status AskDatabase(const std::string& path, SpoolRemains& remains) {
  Database::Options options;
  options.read_only = true;
  PULLGATE_ASSIGN_OR_RETURN(const std::unique_ptr<Database> database,
                            Database::Open(path, options));
  {
    PULLGATE_ASSIGN_OR_RETURN(
        Statement spool,
        Statement::Prepare(*database,
                           "SELECT epoch, acked_sequence FROM spool"));
    PULLGATE_ASSIGN_OR_RETURN(const bool found, spool.Step());
    if (!found) return absl::OkStatus();
    remains = {std::string(spool.Text(0)), spool.Int64(1)};
  }
  PULLGATE_ASSIGN_OR_RETURN(
      Statement last,
      Statement::Prepare(*database, "SELECT max(sequence) FROM event"));
  PULLGATE_RETURN_IF_ERROR(last.Step().status());
  remains.last_sequence = std::max(remains.last_sequence, last.Int64(0));
  return absl::OkStatus();
}

}  // namespace

SpoolRemains RemainsOfSpool(const std::string& path) {
  SpoolRemains remains;
  AskDatabase(path, remains).IgnoreError();  // what it said before counts
  for (const char* suffix : {"-events1", "-events2"}) {
    const absl::StatusOr<std::string> contents =
        ReadFile(absl::StrCat(path, suffix), kMaxJournalBytes);
    if (!contents.ok()) continue;
    const std::optional<SpoolJournal::Extent> journal =
        SpoolJournal::ExtentOf(*contents);
    if (!journal) continue;
    if (remains.epoch.empty()) remains.epoch = journal->epoch;
    if (remains.epoch != journal->epoch) continue;
    remains.last_sequence =
        std::max(remains.last_sequence, journal->last_sequence);
  }
  return remains;
}

}  // namespace pullgate::agent
