// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_SQLITE_SCHEMA_H_
#define PULLGATE_COMMON_SQLITE_SCHEMA_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "common/sqlite/database.h"

namespace pullgate {

// What a database file is for and how its tables came to be.
struct Schema {
  const char* kind;        // "audit spool", for messages
  int32_t application_id;  // stamped on the file, so that kinds do not mix
  // SQL that takes version i to version i + 1. A step that was released is
  // never changed; new versions append steps.
  std::vector<const char*> steps;
  // Files of versions below are refused: they were never released, and no step
  // leads from them. 0: none are.
  int oldest_version = 0;
};

// Brings `database`, new or of any earlier version, to the newest version, in
// one transaction. FailedPrecondition: the file is of a newer version, or of
// one too old, or is something else than `schema.kind`; it is left as it was.
absl::Status ApplySchema(const Schema& schema, Database* database);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_SQLITE_SCHEMA_H_
