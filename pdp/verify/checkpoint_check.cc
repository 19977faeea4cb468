// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/verify/checkpoint_check.h"

#include "absl/strings/str_cat.h"
#include "common/sqlite/statement.h"
#include "common/status/status_macros.h"

namespace pullgate::pdp {
namespace {

// Sizes that stay.
constexpr char kStaying[] =
    "(SELECT last_position AS size FROM segment UNION "
    "SELECT forgotten_position FROM ledger WHERE forgotten_position > 0)";

// Adds a finding for each size that `sql`, with its one parameter, selects.
absl::Status ForEach(const Database& database, absl::string_view sql,
                     int64_t parameter, absl::string_view what,
                     Findings* findings) {
  PULLGATE_ASSIGN_OR_RETURN(Statement select,
                            Statement::Prepare(database, sql));
  select.BindInt64(1, parameter);
  while (true) {
    PULLGATE_ASSIGN_OR_RETURN(const bool more, select.Step());
    if (!more) return absl::OkStatus();
    const int64_t size = select.Int64(0);
    findings->Add({size, size, "",
                   absl::StrCat("the checkpoint of ", size, " events ", what)});
  }
}

}  // namespace

absl::Status CheckWhichCheckpoints(const Database& database,
                                   int64_t last_position, Findings* findings) {
  PULLGATE_RETURN_IF_ERROR(
      ForEach(database,
              absl::StrCat("SELECT size FROM ", kStaying,
                           " WHERE size NOT IN (SELECT tree_size FROM "
                           "checkpoint) AND ?1 >= 0 ORDER BY size"),
              last_position, "is missing: a segment ends there", findings));
  PULLGATE_RETURN_IF_ERROR(
      ForEach(database,
              absl::StrCat("SELECT tree_size FROM checkpoint WHERE tree_size "
                           "<> ?1 AND tree_size NOT IN (SELECT size FROM ",
                           kStaying, ") ORDER BY tree_size"),
              last_position, "should not be there any more", findings));
  return ForEach(
      database,
      absl::StrCat("SELECT tree_size FROM checkpoint WHERE ?1 >= 0 AND kept <> "
                   "(tree_size IN (SELECT size FROM ",
                   kStaying, ")) ORDER BY tree_size"),
      last_position, "is marked wrongly as one that stays, or does not",
      findings);
}

}  // namespace pullgate::pdp
