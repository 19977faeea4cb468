// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/sqlite/query_number.h"

#include "common/sqlite/statement.h"
#include "common/status/status_macros.h"

namespace pullgate {

absl::StatusOr<int64_t> QueryNumber(const Database& database,
                                    absl::string_view sql) {
  PULLGATE_ASSIGN_OR_RETURN(Statement select,
                            Statement::Prepare(database, sql));
  PULLGATE_RETURN_IF_ERROR(select.Step().status());
  return select.Int64(0);
}

}  // namespace pullgate
