// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_SQLITE_QUERY_NUMBER_H_
#define PULLGATE_COMMON_SQLITE_QUERY_NUMBER_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/sqlite/database.h"

namespace pullgate {

// What `sql` selects: one row with one number; NULL reads as 0. Errors are
// those of SqliteStatus.
absl::StatusOr<int64_t> QueryNumber(const Database& database,
                                    absl::string_view sql);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_SQLITE_QUERY_NUMBER_H_
