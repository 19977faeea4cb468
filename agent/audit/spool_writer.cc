// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/audit/spool_writer.h"

#include <algorithm>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "common/sqlite/schema.h"
#include "common/sqlite/transaction.h"
#include "common/status/status_macros.h"

namespace pullgate::agent {
namespace {

// Events deleted in one transaction: about a millisecond.
constexpr int64_t kDeleteStep = 1000;

const Schema& SpoolSchema() {
  static const auto& schema =
      *new Schema{"audit spool",
                  /*application_id=*/0x50475350,  // "PGSP"
                  {
                      R"sql(
            -- One row.
            CREATE TABLE spool (
              id INTEGER PRIMARY KEY CHECK (id = 1),
              vch TEXT NOT NULL,
              epoch TEXT NOT NULL,
              -- Events up to this sequence are acknowledged. Some may still be
              -- in the table below, and do not count.
              acked_sequence INTEGER NOT NULL
            ) STRICT;
            -- A pullgate.audit.v1.AuditEvent, serialised.
            CREATE TABLE event (
              sequence INTEGER PRIMARY KEY,
              payload BLOB NOT NULL
            ) STRICT;
          )sql",
                  }};
  return schema;
}

absl::Status OfAnotherVch(const std::string& path, absl::string_view found,
                          const VchId& expected) {
  return absl::FailedPreconditionError(absl::StrCat(
      path, " holds the events of the VCH \"", found, "\", not of \"",
      expected.text(), "\": give each VCH a data directory of its own"));
}

absl::Status MissingEvent(const std::string& path, int64_t sequence) {
  return absl::DataLossError(absl::StrCat(
      path, " is damaged: the event with sequence ", sequence, " is missing"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<SpoolWriter>> SpoolWriter::Open(
    const std::string& path, const VchId& vch, Durability durability) {
  Database::Options options;
  // Copying the log into the file takes two flushes, in the middle of some
  // commit: seldom, then.
  options.checkpoint_pages = 8000;
  options.durability = durability;
  PULLGATE_ASSIGN_OR_RETURN(std::unique_ptr<Database> database,
                            Database::Open(path, options));
  PULLGATE_RETURN_IF_ERROR(database->CheckIntegrity());
  PULLGATE_RETURN_IF_ERROR(ApplySchema(SpoolSchema(), database.get()));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement insert,
      Statement::Prepare(*database,
                         "INSERT INTO event(sequence, payload) VALUES (?, ?)"));
  auto writer =
      absl::WrapUnique(new SpoolWriter(std::move(database), std::move(insert)));
  PULLGATE_RETURN_IF_ERROR(writer->LoadOrCreate(vch));
  return writer;
}

absl::Status SpoolWriter::LoadOrCreate(const VchId& vch) {
  PULLGATE_ASSIGN_OR_RETURN(Transaction transaction,
                            Transaction::Begin(database_.get()));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement create,
      Statement::Prepare(*database_,
                         "INSERT INTO spool(id, vch, epoch, acked_sequence) "
                         "VALUES (1, ?, lower(hex(randomblob(16))), 0) "
                         "ON CONFLICT DO NOTHING"));
  create.BindText(1, vch.text());
  PULLGATE_RETURN_IF_ERROR(create.Run());
  {
    PULLGATE_ASSIGN_OR_RETURN(
        Statement select,
        Statement::Prepare(*database_,
                           "SELECT vch, epoch, acked_sequence FROM spool"));
    PULLGATE_RETURN_IF_ERROR(select.Step().status());
    if (select.Text(0) != vch.text()) {
      return OfAnotherVch(database_->path(), select.Text(0), vch);
    }
    contents_.epoch = std::string(select.Text(1));
    contents_.acked_sequence = acked_ = select.Int64(2);
  }
  PULLGATE_ASSIGN_OR_RETURN(Statement remove,
                            Statement::Prepare(*database_,
                                               "DELETE FROM event "
                                               "WHERE sequence <= ?"));
  remove.BindInt64(1, acked_);
  PULLGATE_RETURN_IF_ERROR(remove.Run());
  deleted_ = acked_;
  PULLGATE_RETURN_IF_ERROR(LoadSizes());
  return transaction.Commit();
}

absl::Status SpoolWriter::LoadSizes() {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(*database_,
                         "SELECT sequence, length(payload) FROM event "
                         "ORDER BY sequence"));
  for (int64_t expected = acked_ + 1;; ++expected) {
    PULLGATE_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found) return absl::OkStatus();
    if (select.Int64(0) != expected) {
      return MissingEvent(database_->path(), expected);
    }
    contents_.sizes.push_back(static_cast<uint32_t>(select.Int64(1)));
  }
}

absl::Status SpoolWriter::Insert(int64_t first,
                                 absl::Span<const absl::string_view> payloads) {
  PULLGATE_ASSIGN_OR_RETURN(Transaction transaction,
                            Transaction::Begin(database_.get()));
  int64_t sequence = first;
  for (const absl::string_view payload : payloads) {
    insert_.BindInt64(1, sequence++);
    insert_.BindBlob(2, payload);
    PULLGATE_RETURN_IF_ERROR(insert_.Run());
  }
  return transaction.Commit();
}

absl::Status SpoolWriter::Ack(int64_t sequence) {
  PULLGATE_ASSIGN_OR_RETURN(Transaction transaction,
                            Transaction::Begin(database_.get()));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement update,
      Statement::Prepare(*database_, "UPDATE spool SET acked_sequence = ?"));
  update.BindInt64(1, sequence);
  PULLGATE_RETURN_IF_ERROR(update.Run());
  PULLGATE_RETURN_IF_ERROR(transaction.Commit());
  acked_ = sequence;
  return absl::OkStatus();
}

absl::StatusOr<bool> SpoolWriter::DeleteMore() {
  if (deleted_ == acked_) return false;
  const int64_t end = std::min(acked_, deleted_ + kDeleteStep);
  PULLGATE_ASSIGN_OR_RETURN(Statement remove,
                            Statement::Prepare(*database_,
                                               "DELETE FROM event "
                                               "WHERE sequence <= ?"));
  remove.BindInt64(1, end);
  PULLGATE_RETURN_IF_ERROR(remove.Run());
  deleted_ = end;
  return deleted_ < acked_;
}

}  // namespace pullgate::agent
