// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/ledger_schema.h"

#include "absl/time/time.h"

namespace pullgate::pdp {
namespace {

constexpr char kVersion1[] = R"sql(
  -- One row: the last position given out. Positions are not used
  -- again, whatever is deleted: cursors hold them.
  CREATE TABLE ledger (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    last_position INTEGER NOT NULL
  ) STRICT;
  INSERT INTO ledger VALUES (1, 0);

  -- Names that events repeat, so that events and their indexes hold
  -- numbers.
  CREATE TABLE vch (
    vch_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE registry (
    registry_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;

  -- One spool of one VCH, and how far it is stored.
  CREATE TABLE epoch (
    epoch_id INTEGER PRIMARY KEY,
    vch_id INTEGER NOT NULL REFERENCES vch,
    name TEXT NOT NULL,
    last_sequence INTEGER NOT NULL,
    UNIQUE (vch_id, name)
  ) STRICT;

  -- A pullgate.audit.v1.AuditEvent, serialised, beside what List can
  -- filter by.
  CREATE TABLE event (
    position INTEGER PRIMARY KEY,
    epoch_id INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    event_time_ns INTEGER NOT NULL,
    vch_id INTEGER NOT NULL,
    registry_id INTEGER NOT NULL,
    effect INTEGER NOT NULL,
    reason INTEGER NOT NULL,
    policy_revision INTEGER NOT NULL,
    payload BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX event_by_sequence ON event(epoch_id, sequence);
  -- Each ends in the position, as every index of SQLite does: they
  -- give List its order without sorting.
  CREATE INDEX event_by_time ON event(event_time_ns);
  CREATE INDEX event_by_vch ON event(vch_id, event_time_ns);
  CREATE INDEX event_by_registry
    ON event(registry_id, event_time_ns);
  CREATE INDEX event_by_effect ON event(effect, event_time_ns);
  CREATE INDEX event_by_reason ON event(reason, event_time_ns);
  CREATE INDEX event_by_revision
    ON event(policy_revision, event_time_ns);
)sql";

}  // namespace

const Schema& LedgerSchema() {
  static const auto& schema =
      *new Schema{"audit ledger",
                  /*application_id=*/0x5047414c,  // "PGAL"
                  {
                      kVersion1,
                  }};
  return schema;
}

int64_t EventTimeNs(const pullgate::audit::v1::AuditEvent& event) {
  return absl::ToUnixNanos(absl::FromUnixSeconds(event.event_time().seconds()) +
                           absl::Nanoseconds(event.event_time().nanos()));
}

}  // namespace pullgate::pdp
