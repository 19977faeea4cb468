// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/sqlite/schema.h"

#include <cstddef>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/sqlite/statement.h"
#include "common/sqlite/transaction.h"
#include "common/status/status_macros.h"

namespace pullgate {
namespace {

absl::StatusOr<int64_t> Number(const Database& database,
                               absl::string_view sql) {
  PULLGATE_ASSIGN_OR_RETURN(Statement query, Statement::Prepare(database, sql));
  PULLGATE_RETURN_IF_ERROR(query.Step().status());
  return query.Int64(0);
}

// The version that `database` is at; 0 if it is new.
absl::StatusOr<int64_t> VersionOf(const Schema& schema,
                                  const Database& database) {
  PULLGATE_ASSIGN_OR_RETURN(const int64_t id,
                            Number(database, "PRAGMA application_id"));
  PULLGATE_ASSIGN_OR_RETURN(const int64_t version,
                            Number(database, "PRAGMA user_version"));
  PULLGATE_ASSIGN_OR_RETURN(
      const int64_t objects,
      Number(database, "SELECT count(*) FROM sqlite_schema"));
  const bool is_new = id == 0 && version == 0 && objects == 0;
  if (!is_new && id != schema.application_id) {
    return absl::FailedPreconditionError(absl::StrCat(
        database.path(), " is a database, but not a pullgate ", schema.kind,
        ": configure another directory, or move the file away"));
  }
  if (const int64_t known = schema.steps.size(); version > known) {
    return absl::FailedPreconditionError(absl::StrCat(
        database.path(), " was written by a newer pullgate (", schema.kind,
        " version ", version, ", this one knows ", known,
        "): upgrade, or restore a backup from before the upgrade"));
  }
  if (!is_new && version < schema.oldest_version) {
    return absl::FailedPreconditionError(absl::StrCat(
        database.path(), " was written by a pullgate from before the first ",
        "release (", schema.kind, " version ", version, ", this one reads ",
        schema.oldest_version,
        " and later): move it away, together with its -wal and -shm files"));
  }
  return version;
}

}  // namespace

absl::Status ApplySchema(const Schema& schema, Database* database) {
  PULLGATE_ASSIGN_OR_RETURN(Transaction transaction,
                            Transaction::Begin(database));
  PULLGATE_ASSIGN_OR_RETURN(const int64_t version,
                            VersionOf(schema, *database));
  if (version == static_cast<int64_t>(schema.steps.size())) {
    return absl::OkStatus();
  }
  for (size_t i = version; i < schema.steps.size(); ++i) {
    PULLGATE_RETURN_IF_ERROR(database->Execute(schema.steps[i]));
  }
  const std::string stamp =
      absl::StrCat("PRAGMA application_id = ", schema.application_id,
                   "; PRAGMA user_version = ", schema.steps.size(), ";");
  PULLGATE_RETURN_IF_ERROR(database->Execute(stamp.c_str()));
  return transaction.Commit();
}

}  // namespace pullgate
