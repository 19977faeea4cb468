// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/sync/sqlite_last_policy_store.h"

#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "common/sqlite/schema.h"
#include "common/sqlite/statement.h"
#include "common/sqlite/transaction.h"
#include "common/status/status_macros.h"

namespace pullgate::agent {
namespace {

const Schema& LastPolicySchema() {
  static const auto& schema =
      *new Schema{"last policy",
                  /*application_id=*/0x50474c50,  // "PGLP"
                  {
                      R"sql(
            -- At most one row: a pullgate.sync.v1.EffectivePolicy.
            CREATE TABLE policy (
              id INTEGER PRIMARY KEY CHECK (id = 1),
              vch TEXT NOT NULL,  -- "vchs/{vch}"
              revision INTEGER NOT NULL,
              received_ns INTEGER NOT NULL,
              payload BLOB NOT NULL
            ) STRICT;
            -- At most one row. Apart from the policy, which is large and
            -- changes seldom.
            CREATE TABLE lease (
              id INTEGER PRIMARY KEY CHECK (id = 1),
              start_ns INTEGER NOT NULL,
              duration_ns INTEGER NOT NULL
            ) STRICT;
          )sql",
                  }};
  return schema;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteLastPolicyStore>>
SqliteLastPolicyStore::Open(const DataDirectory& directory, const VchId& vch) {
  Database::Options options;
  options.durability = Durability::kPowerLoss;
  PULLGATE_ASSIGN_OR_RETURN(std::unique_ptr<Database> database,
                            Database::Open(directory.File(kFileName), options));
  PULLGATE_RETURN_IF_ERROR(database->CheckIntegrity());
  PULLGATE_RETURN_IF_ERROR(ApplySchema(LastPolicySchema(), database.get()));
  return absl::WrapUnique(new SqliteLastPolicyStore(vch, std::move(database)));
}

absl::StatusOr<std::optional<HeldPolicy>> SqliteLastPolicyStore::Peek(
    const std::string& path, const VchId& vch) {
  const std::string file = absl::StrCat(path, "/", kFileName);
  if (access(file.c_str(), F_OK) != 0 && errno == ENOENT) {
    return std::optional<HeldPolicy>();
  }
  Database::Options options;
  options.read_only = true;
  PULLGATE_ASSIGN_OR_RETURN(std::unique_ptr<Database> database,
                            Database::Open(file, options));
  SqliteLastPolicyStore store(vch, std::move(database));
  return store.Load();
}

absl::StatusOr<std::optional<HeldPolicy>> SqliteLastPolicyStore::Load() {
  MutexLock lock(&mu_);
  PULLGATE_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(*database_,
                         "SELECT revision, received_ns, payload, start_ns, "
                         "duration_ns FROM policy JOIN lease USING (id) "
                         "WHERE vch = ?"));
  select.BindText(1, vch_name_);
  PULLGATE_ASSIGN_OR_RETURN(const bool found, select.Step());
  if (!found) return std::optional<HeldPolicy>();
  HeldPolicy held;
  held.received = absl::FromUnixNanos(select.Int64(1));
  held.lease_start = absl::FromUnixNanos(select.Int64(3));
  held.lease = absl::Nanoseconds(select.Int64(4));
  const absl::string_view payload = select.Blob(2);
  if (!held.policy.ParseFromArray(payload.data(), payload.size()) ||
      held.policy.vch() != vch_name_ ||
      held.policy.revision() != select.Int64(0)) {
    return absl::DataLossError(
        absl::StrCat(database_->path(), " is damaged: the policy of revision ",
                     select.Int64(0),
                     " does not read back; remove the file, the PDP will "
                     "send the policy anew"));
  }
  return std::optional<HeldPolicy>(std::move(held));
}

absl::Status SqliteLastPolicyStore::Store(const HeldPolicy& held) {
  if (held.policy.vch() != vch_name_) {
    return absl::InvalidArgumentError(
        absl::StrCat("a policy of \"", held.policy.vch(),
                     "\" is not for this agent of \"", vch_name_, "\""));
  }
  MutexLock lock(&mu_);
  PULLGATE_ASSIGN_OR_RETURN(Transaction transaction,
                            Transaction::Begin(database_.get()));
  PULLGATE_ASSIGN_OR_RETURN(const int64_t stored, StoredRevision());
  if (held.policy.revision() < stored) {
    return absl::FailedPreconditionError(
        absl::StrCat("revision ", held.policy.revision(),
                     " is older than the stored revision ", stored,
                     "; revisions never fall"));
  }
  PULLGATE_RETURN_IF_ERROR(ReplacePolicy(held));
  PULLGATE_RETURN_IF_ERROR(ReplaceLease(held.lease_start, held.lease));
  return transaction.Commit();
}

absl::Status SqliteLastPolicyStore::RenewLease(int64_t revision,
                                               absl::Time lease_start,
                                               absl::Duration lease) {
  MutexLock lock(&mu_);
  PULLGATE_ASSIGN_OR_RETURN(Transaction transaction,
                            Transaction::Begin(database_.get()));
  PULLGATE_ASSIGN_OR_RETURN(const int64_t stored, StoredRevision());
  if (stored == 0 || stored != revision) return absl::OkStatus();
  PULLGATE_RETURN_IF_ERROR(ReplaceLease(lease_start, lease));
  return transaction.Commit();
}

absl::StatusOr<int64_t> SqliteLastPolicyStore::StoredRevision() {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(*database_,
                         "SELECT revision FROM policy WHERE vch = ?"));
  select.BindText(1, vch_name_);
  PULLGATE_ASSIGN_OR_RETURN(const bool found, select.Step());
  return found ? select.Int64(0) : 0;
}

absl::Status SqliteLastPolicyStore::ReplacePolicy(const HeldPolicy& held) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement replace,
      Statement::Prepare(*database_,
                         "INSERT OR REPLACE INTO policy(id, vch, revision, "
                         "received_ns, payload) VALUES (1, ?, ?, ?, ?)"));
  replace.BindText(1, vch_name_);
  replace.BindInt64(2, held.policy.revision());
  replace.BindInt64(3, absl::ToUnixNanos(held.received));
  replace.BindBlob(4, held.policy.SerializeAsString());
  return replace.Run();
}

absl::Status SqliteLastPolicyStore::ReplaceLease(absl::Time lease_start,
                                                 absl::Duration lease) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement replace,
      Statement::Prepare(*database_,
                         "INSERT OR REPLACE INTO lease(id, start_ns, "
                         "duration_ns) VALUES (1, ?, ?)"));
  replace.BindInt64(1, absl::ToUnixNanos(lease_start));
  replace.BindInt64(2, absl::ToInt64Nanoseconds(lease));
  return replace.Run();
}

}  // namespace pullgate::agent
