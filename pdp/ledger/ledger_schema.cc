// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/ledger_schema.h"

namespace pullgate::pdp {
namespace {

constexpr char kVersion2[] = R"sql(
  -- One row. Positions are not used again, whatever is forgotten:
  -- cursors and the tree hold them.
  CREATE TABLE ledger (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    -- Names this ledger in its checkpoints.
    name TEXT NOT NULL,
    -- The last position given out, and the last one forgotten.
    last_position INTEGER NOT NULL,
    forgotten_position INTEGER NOT NULL
  ) STRICT;
  INSERT INTO ledger VALUES (1, lower(hex(randomblob(16))), 0, 0);

  -- One spool of one VCH, and how far it is stored; the ledger's own
  -- events are the epoch "ledger" of the VCH "".
  CREATE TABLE epoch (
    epoch_id INTEGER PRIMARY KEY,
    vch TEXT NOT NULL,
    name TEXT NOT NULL,
    last_sequence INTEGER NOT NULL DEFAULT 0,
    -- Of the event with that sequence; empty: there was none.
    last_hash BLOB NOT NULL DEFAULT x'',
    -- The last event that was forgotten, and its hash, which the
    -- first that is kept carries; 0 and empty: none was.
    pruned_sequence INTEGER NOT NULL DEFAULT 0,
    pruned_hash BLOB NOT NULL DEFAULT x'',
    UNIQUE (vch, name)
  ) STRICT;

  -- A pullgate.audit.v1.AuditEvent, in the bytes in which its agent
  -- recorded it.
  CREATE TABLE event (
    position INTEGER PRIMARY KEY,
    epoch_id INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    payload BLOB NOT NULL
  ) STRICT;

  -- Sequences that an agent says it dropped and that no gap event has
  -- explained yet. The event after them carries the hash of the last.
  CREATE TABLE hole (
    epoch_id INTEGER NOT NULL,
    first_sequence INTEGER NOT NULL,
    last_sequence INTEGER NOT NULL,
    last_hash BLOB NOT NULL,
    PRIMARY KEY (epoch_id, first_sequence)
  ) STRICT, WITHOUT ROWID;

  -- What lists are answered from: events that stand next to each other,
  -- by column. Never changed; the newest events are in none yet. No
  -- segment crosses a multiple of 4,096.
  CREATE TABLE segment (
    first_position INTEGER PRIMARY KEY,
    last_position INTEGER NOT NULL,
    -- Of its events' event_time.
    min_time_ns INTEGER NOT NULL,
    max_time_ns INTEGER NOT NULL,
    -- When it was closed, by this machine's clock.
    closed_ns INTEGER NOT NULL,
    -- Of its events, as recorded.
    bytes INTEGER NOT NULL,
    -- A Bloom filter over the values in its columns.
    digest BLOB NOT NULL
  ) STRICT;
  -- column_id: the segment's first_position * 64 + the column's number.
  CREATE TABLE segment_column (
    column_id INTEGER PRIMARY KEY,
    data BLOB NOT NULL
  ) STRICT;

  -- The Merkle tree over the events by position (RFC 9162, section
  -- 2.1): node_index counts the complete subtrees of 2^level leaves
  -- from the left.
  CREATE TABLE tree_node (
    level INTEGER NOT NULL,
    node_index INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (level, node_index)
  ) STRICT, WITHOUT ROWID;
  -- Signed roots: the newest one, and one for each closed segment.
  CREATE TABLE checkpoint (
    tree_size INTEGER PRIMARY KEY,
    root BLOB NOT NULL,
    time_ns INTEGER NOT NULL,
    signature BLOB NOT NULL,
    -- 1: of a closed segment; 0: replaced by the next one.
    kept INTEGER NOT NULL
  ) STRICT;
)sql";

}  // namespace

const Schema& LedgerSchema() {
  static const auto& schema = *new Schema{
      "audit ledger",
      /*application_id=*/0x5047414c,  // "PGAL"
      {
          "",  // version 1 was never released
          kVersion2,
      },
      /*oldest_version=*/2,
  };
  return schema;
}

}  // namespace pullgate::pdp
