// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUDIT_SPOOL_LOAD_H_
#define PULLGATE_AGENT_AUDIT_SPOOL_LOAD_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/audit/spool_book.h"
#include "agent/audit/spool_writer.h"

namespace pullgate::agent {

// The book of what is in a database. DataLoss: events are missing, or do not
// follow on each other; `path` is for the message.
absl::StatusOr<SpoolBook> LoadBook(int64_t max_bytes, const std::string& path,
                                   SpoolWriter& writer);

// Enters an event that was recorded before: as it was then, with what it
// dropped if it is a gap event. DataLoss: it does not follow the head; nothing
// was entered.
absl::Status EnterRecorded(int64_t sequence, absl::string_view event,
                           SpoolBook& book);

// What was dropped last, as a database keeps it.
SpoolWriter::Drop DropOf(const SpoolBook& book);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUDIT_SPOOL_LOAD_H_
