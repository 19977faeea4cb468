// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/ledger_writer.h"

#include <utility>

#include "absl/memory/memory.h"
#include "common/sqlite/schema.h"
#include "common/status/status_macros.h"
#include "pdp/ledger/ledger_query.h"
#include "pdp/ledger/ledger_schema.h"

namespace pullgate::pdp {

using pullgate::audit::v1::AuditEvent;

namespace {

// Names in memory; a VCH asks for a few hundred registries at most.
constexpr size_t kMaxRegistryIds = 100'000;

// The id of a name, which is given one if it has none.
absl::StatusOr<int64_t> FindOrAdd(absl::string_view name, Statement& find,
                                  Statement& add) {
  find.BindText(1, name);
  PULLGATE_ASSIGN_OR_RETURN(const bool found, find.Step());
  const int64_t id = found ? find.Int64(0) : 0;
  find.Reset();
  if (found) return id;
  add.BindText(1, name);
  PULLGATE_RETURN_IF_ERROR(add.Step().status());
  const int64_t added = add.Int64(0);
  add.Reset();
  return added;
}

absl::StatusOr<int64_t> LoadLastPosition(const Database& database) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(database, "SELECT last_position FROM ledger"));
  PULLGATE_RETURN_IF_ERROR(select.Step().status());
  return select.Int64(0);
}

}  // namespace

absl::StatusOr<std::unique_ptr<LedgerWriter>> LedgerWriter::Open(
    const std::string& path) {
  Database::Options options;
  options.durability = Durability::kPowerLoss;
  // Events arrive in bulk, and the newest ends of all indexes stay in memory.
  options.checkpoint_pages = 4000;
  options.cache_kib = 64 * 1024;
  PULLGATE_ASSIGN_OR_RETURN(std::unique_ptr<Database> database,
                            Database::Open(path, options));
  PULLGATE_RETURN_IF_ERROR(ApplySchema(LedgerSchema(), database.get()));
  PULLGATE_ASSIGN_OR_RETURN(Statements statements, PrepareAll(*database));
  PULLGATE_ASSIGN_OR_RETURN(const int64_t last_position,
                            LoadLastPosition(*database));
  return absl::WrapUnique(new LedgerWriter(
      std::move(database), std::move(statements), last_position));
}

LedgerWriter::LedgerWriter(std::unique_ptr<Database> database,
                           Statements statements, int64_t last_position)
    : database_(std::move(database)),
      statements_(std::move(statements)),
      committed_position_(last_position),
      next_position_(last_position + 1) {}

absl::StatusOr<LedgerWriter::Statements> LedgerWriter::PrepareAll(
    const Database& database) {
  const auto prepare = [&database](absl::string_view sql) {
    return Statement::Prepare(database, sql);
  };
  PULLGATE_ASSIGN_OR_RETURN(
      Statement insert_event,
      prepare("INSERT INTO event(position, epoch_id, sequence, event_time_ns, "
              "vch_id, registry_id, effect, reason, policy_revision, payload) "
              "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  PULLGATE_ASSIGN_OR_RETURN(Statement last_sequence,
                            prepare(kFindLastSequence));
  PULLGATE_ASSIGN_OR_RETURN(Statement find_epoch,
                            prepare("SELECT epoch_id FROM epoch "
                                    "WHERE vch_id = ? AND name = ?"));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement add_epoch,
      prepare("INSERT INTO epoch(vch_id, name, last_sequence) VALUES (?, ?, 0) "
              "RETURNING epoch_id"));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement set_last_sequence,
      prepare("UPDATE epoch SET last_sequence = ? WHERE epoch_id = ?"));
  PULLGATE_ASSIGN_OR_RETURN(Statement find_vch,
                            prepare("SELECT vch_id FROM vch WHERE name = ?"));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement add_vch,
      prepare("INSERT INTO vch(name) VALUES (?) RETURNING vch_id"));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement find_registry,
      prepare("SELECT registry_id FROM registry WHERE name = ?"));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement add_registry,
      prepare("INSERT INTO registry(name) VALUES (?) RETURNING registry_id"));
  PULLGATE_ASSIGN_OR_RETURN(Statement set_last_position,
                            prepare("UPDATE ledger SET last_position = ?"));
  return Statements{std::move(insert_event),      std::move(last_sequence),
                    std::move(find_epoch),        std::move(add_epoch),
                    std::move(set_last_sequence), std::move(find_vch),
                    std::move(add_vch),           std::move(find_registry),
                    std::move(add_registry),      std::move(set_last_position)};
}

absl::Status LedgerWriter::Begin() {
  PULLGATE_ASSIGN_OR_RETURN(Transaction transaction,
                            Transaction::Begin(database_.get()));
  transaction_.emplace(std::move(transaction));
  return absl::OkStatus();
}

absl::StatusOr<int64_t> LedgerWriter::LastSequence(const VchId& vch,
                                                   absl::string_view epoch) {
  return FindLastSequence(vch, epoch, statements_.last_sequence);
}

absl::Status LedgerWriter::Append(const VchId& vch, absl::string_view epoch,
                                  absl::Span<const AuditEvent> events) {
  if (events.empty()) return absl::OkStatus();
  PULLGATE_ASSIGN_OR_RETURN(const EpochIds ids, FindOrAddEpoch(vch, epoch));
  for (const AuditEvent& event : events) {
    PULLGATE_RETURN_IF_ERROR(Insert(ids, event));
  }
  statements_.set_last_sequence.BindInt64(1, events.back().sequence());
  statements_.set_last_sequence.BindInt64(2, ids.epoch_id);
  return statements_.set_last_sequence.Run();
}

absl::StatusOr<LedgerWriter::EpochIds> LedgerWriter::FindOrAddEpoch(
    const VchId& vch, absl::string_view epoch) {
  EpochIds ids;
  PULLGATE_ASSIGN_OR_RETURN(
      ids.vch_id,
      FindOrAdd(vch.text(), statements_.find_vch, statements_.add_vch));
  for (Statement* statement :
       {&statements_.find_epoch, &statements_.add_epoch}) {
    statement->BindInt64(1, ids.vch_id);
    statement->BindText(2, epoch);
    PULLGATE_ASSIGN_OR_RETURN(const bool found, statement->Step());
    ids.epoch_id = statement->Int64(0);
    statement->Reset();
    if (found) break;
  }
  return ids;
}

absl::Status LedgerWriter::Insert(const EpochIds& epoch,
                                  const AuditEvent& event) {
  PULLGATE_ASSIGN_OR_RETURN(const int64_t registry_id,
                            RegistryId(event.registry()));
  Statement& insert = statements_.insert_event;
  insert.BindInt64(1, next_position_);
  insert.BindInt64(2, epoch.epoch_id);
  insert.BindInt64(3, event.sequence());
  insert.BindInt64(4, EventTimeNs(event));
  insert.BindInt64(5, epoch.vch_id);
  insert.BindInt64(6, registry_id);
  insert.BindInt64(7, event.effect());
  insert.BindInt64(8, event.reason());
  insert.BindInt64(9, event.policy_revision());
  insert.BindBlob(10, event.SerializeAsString());
  PULLGATE_RETURN_IF_ERROR(insert.Run());
  ++next_position_;
  return absl::OkStatus();
}

absl::StatusOr<int64_t> LedgerWriter::RegistryId(const std::string& registry) {
  if (const auto known = registry_ids_.find(registry);
      known != registry_ids_.end()) {
    return known->second;
  }
  PULLGATE_ASSIGN_OR_RETURN(
      const int64_t id,
      FindOrAdd(registry, statements_.find_registry, statements_.add_registry));
  if (registry_ids_.size() >= kMaxRegistryIds) registry_ids_.clear();
  registry_ids_.emplace(registry, id);
  return id;
}

absl::Status LedgerWriter::Commit() {
  statements_.set_last_position.BindInt64(1, next_position_ - 1);
  PULLGATE_RETURN_IF_ERROR(statements_.set_last_position.Run());
  PULLGATE_RETURN_IF_ERROR(transaction_->Commit());
  transaction_.reset();
  committed_position_ = next_position_ - 1;
  return absl::OkStatus();
}

void LedgerWriter::Abandon() {
  transaction_.reset();
  next_position_ = committed_position_ + 1;
  registry_ids_.clear();
}

}  // namespace pullgate::pdp
