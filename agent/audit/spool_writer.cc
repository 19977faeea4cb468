// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/audit/spool_writer.h"

#include <algorithm>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "agent/audit/event_numberer.h"
#include "common/sqlite/schema.h"
#include "common/sqlite/transaction.h"
#include "common/status/status_macros.h"
#include "common/wire/time_proto.h"

namespace pullgate::agent {

using pullgate::audit::v1::AuditEvent;

namespace {

// Events deleted in one transaction: about a millisecond.
constexpr int64_t kDeleteStep = 1000;

constexpr char kVersion2[] = R"sql(
  -- One row.
  CREATE TABLE spool (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    vch TEXT NOT NULL,
    epoch TEXT NOT NULL,
    -- Events up to this sequence are acknowledged. Some may still be in the
    -- table below, and do not count.
    acked_sequence INTEGER NOT NULL,
    -- The hash of that event, which the next one carries. Empty if none is
    -- acknowledged, or it was dropped.
    acked_hash BLOB NOT NULL,
    -- A pullgate.audit.v1.Gap, serialised: what was dropped last. Events up to
    -- its last_sequence do not count. Empty: nothing was.
    gap BLOB NOT NULL
  ) STRICT;
  -- A pullgate.audit.v1.AuditEvent, in the bytes in which it was recorded.
  CREATE TABLE event (
    sequence INTEGER PRIMARY KEY,
    payload BLOB NOT NULL
  ) STRICT;
)sql";

const Schema& SpoolSchema() {
  static const auto& schema = *new Schema{
      "audit spool",
      /*application_id=*/0x50475350,  // "PGSP"
      {"", kVersion2},
      /*oldest_version=*/2,
  };
  return schema;
}

absl::Status OfAnotherVch(const std::string& path, absl::string_view found,
                          const VchId& expected) {
  return absl::FailedPreconditionError(absl::StrCat(
      path, " holds the events of the VCH \"", found, "\", not of \"",
      expected.text(), "\": give each VCH a data directory of its own"));
}

absl::Status Damaged(const std::string& path, absl::string_view what) {
  return absl::DataLossError(absl::StrCat(path, " is damaged: ", what));
}

}  // namespace

absl::StatusOr<std::unique_ptr<SpoolWriter>> SpoolWriter::Open(
    const std::string& path, const VchId& vch, Durability durability,
    const EpochOrigin& origin) {
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
  PULLGATE_RETURN_IF_ERROR(writer->LoadOrCreate(vch, origin));
  return writer;
}

absl::Status SpoolWriter::LoadOrCreate(const VchId& vch,
                                       const EpochOrigin& origin) {
  PULLGATE_ASSIGN_OR_RETURN(bool loaded, Load(vch));
  if (!loaded) {
    PULLGATE_RETURN_IF_ERROR(Create(vch, origin));
    PULLGATE_ASSIGN_OR_RETURN(loaded, Load(vch));
  }
  acked_ = state_.acked_sequence;
  dropped_ = state_.gap.last_sequence();
  PULLGATE_ASSIGN_OR_RETURN(
      Statement first,
      Statement::Prepare(*database_, "SELECT min(sequence) FROM event"));
  PULLGATE_RETURN_IF_ERROR(first.Step().status());
  deleted_ = first.IsNull(0) ? std::max(acked_, dropped_) : first.Int64(0) - 1;
  return absl::OkStatus();
}

absl::StatusOr<bool> SpoolWriter::Load(const VchId& vch) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(*database_,
                         "SELECT vch, epoch, acked_sequence, acked_hash, gap "
                         "FROM spool"));
  PULLGATE_ASSIGN_OR_RETURN(const bool found, select.Step());
  if (!found) return false;
  if (select.Text(0) != vch.text()) {
    return OfAnotherVch(database_->path(), select.Text(0), vch);
  }
  state_.epoch = std::string(select.Text(1));
  state_.acked_sequence = select.Int64(2);
  state_.acked_hash = std::string(select.Blob(3));
  if (!state_.gap.ParseFromString(std::string(select.Blob(4)))) {
    return Damaged(database_->path(), "the gap does not parse");
  }
  return true;
}

absl::Status SpoolWriter::Create(const VchId& vch, const EpochOrigin& origin) {
  PULLGATE_ASSIGN_OR_RETURN(Transaction transaction,
                            Transaction::Begin(database_.get()));
  std::string epoch;
  {
    PULLGATE_ASSIGN_OR_RETURN(
        Statement random,
        Statement::Prepare(*database_, "SELECT lower(hex(randomblob(16)))"));
    PULLGATE_RETURN_IF_ERROR(random.Step().status());
    epoch = std::string(random.Text(0));
  }
  PULLGATE_ASSIGN_OR_RETURN(
      Statement create,
      Statement::Prepare(*database_,
                         "INSERT INTO spool(id, vch, epoch, acked_sequence, "
                         "acked_hash, gap) VALUES (1, ?, ?, 0, x'', x'')"));
  create.BindText(1, vch.text());
  create.BindText(2, epoch);
  PULLGATE_RETURN_IF_ERROR(create.Run());
  AuditEvent event;
  event.set_kind(AuditEvent::KIND_EPOCH_STARTED);
  wire::ToProto(origin.now, event.mutable_event_time());
  *event.mutable_epoch_start() = origin.start;
  std::string payload = event.SerializeAsString();
  const auto first = EventNumberer(vch, epoch).Complete(ChainHead(), payload);
  PULLGATE_RETURN_IF_ERROR(InsertOne(first.head.sequence, payload));
  return transaction.Commit();
}

absl::Status SpoolWriter::ForEachEvent(int64_t after, const Visit& visit) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(*database_,
                         "SELECT sequence, payload FROM event "
                         "WHERE sequence > ? ORDER BY sequence"));
  select.BindInt64(1, after);
  for (int64_t expected = after + 1;; ++expected) {
    PULLGATE_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found) return absl::OkStatus();
    if (select.Int64(0) != expected) {
      return Damaged(database_->path(), absl::StrCat("the event with sequence ",
                                                     expected, " is missing"));
    }
    PULLGATE_RETURN_IF_ERROR(visit(expected, select.Blob(1)));
  }
}

absl::Status SpoolWriter::Insert(int64_t first,
                                 absl::Span<const absl::string_view> payloads,
                                 const Drop& drop) {
  if (payloads.empty() && drop.through <= dropped_) return absl::OkStatus();
  PULLGATE_ASSIGN_OR_RETURN(Transaction transaction,
                            Transaction::Begin(database_.get()));
  int64_t sequence = first;
  for (const absl::string_view payload : payloads) {
    PULLGATE_RETURN_IF_ERROR(InsertOne(sequence++, payload));
  }
  PULLGATE_RETURN_IF_ERROR(NoteDrop(drop));
  PULLGATE_RETURN_IF_ERROR(transaction.Commit());
  dropped_ = std::max(dropped_, drop.through);
  return absl::OkStatus();
}

absl::Status SpoolWriter::InsertOne(int64_t sequence,
                                    absl::string_view payload) {
  insert_.BindInt64(1, sequence);
  insert_.BindBlob(2, payload);
  return insert_.Run();
}

absl::Status SpoolWriter::NoteDrop(const Drop& drop) {
  if (drop.through <= dropped_) return absl::OkStatus();
  PULLGATE_ASSIGN_OR_RETURN(
      Statement update,
      Statement::Prepare(*database_, "UPDATE spool SET gap = ?"));
  update.BindBlob(1, drop.gap);
  return update.Run();
}

absl::Status SpoolWriter::Ack(int64_t sequence, const std::string& hash,
                              const Drop& drop) {
  PULLGATE_ASSIGN_OR_RETURN(Transaction transaction,
                            Transaction::Begin(database_.get()));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement update,
      Statement::Prepare(
          *database_, "UPDATE spool SET acked_sequence = ?, acked_hash = ?"));
  update.BindInt64(1, sequence);
  update.BindBlob(2, hash);
  PULLGATE_RETURN_IF_ERROR(update.Run());
  PULLGATE_RETURN_IF_ERROR(NoteDrop(drop));
  PULLGATE_RETURN_IF_ERROR(transaction.Commit());
  acked_ = sequence;
  dropped_ = std::max(dropped_, drop.through);
  return absl::OkStatus();
}

absl::StatusOr<bool> SpoolWriter::DeleteMore(const Drop& drop) {
  const int64_t last = std::max(acked_, drop.through);
  if (deleted_ >= last) return false;
  const int64_t end = std::min(last, deleted_ + kDeleteStep);
  PULLGATE_ASSIGN_OR_RETURN(Transaction transaction,
                            Transaction::Begin(database_.get()));
  PULLGATE_RETURN_IF_ERROR(NoteDrop(drop));
  PULLGATE_ASSIGN_OR_RETURN(Statement remove,
                            Statement::Prepare(*database_,
                                               "DELETE FROM event "
                                               "WHERE sequence <= ?"));
  remove.BindInt64(1, end);
  PULLGATE_RETURN_IF_ERROR(remove.Run());
  PULLGATE_RETURN_IF_ERROR(transaction.Commit());
  dropped_ = std::max(dropped_, drop.through);
  deleted_ = end;
  return deleted_ < last;
}

}  // namespace pullgate::agent
