// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/pdp/verify/ledger_mutator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"

namespace pullgate::pdp {
namespace {

std::string At(int64_t position) {
  return absl::StrCat("position = ", position);
}

}  // namespace

Mutation LedgerMutator::Mutate(int kind) {
  using Mutate = Mutation (LedgerMutator::*)();
  static constexpr std::array<Mutate, kKinds> kAll = {
      &LedgerMutator::FlipPayload,      &LedgerMutator::ChangeColumn,
      &LedgerMutator::Remove,           &LedgerMutator::Repeat,
      &LedgerMutator::SwapPayloads,     &LedgerMutator::SwapRows,
      &LedgerMutator::Rotate,           &LedgerMutator::Renumber,
      &LedgerMutator::Truncate,         &LedgerMutator::ChangeNode,
      &LedgerMutator::ChangeCheckpoint, &LedgerMutator::DropRow,
      &LedgerMutator::ChangeEpoch,      &LedgerMutator::ChangeLedger,
      &LedgerMutator::ChangeSegment,    &LedgerMutator::ChangeSegmentColumn,
      &LedgerMutator::AddHole,          &LedgerMutator::ReplacePayload,
  };
  return (this->*kAll[static_cast<size_t>(kind)])();
}

void LedgerMutator::Run(const std::string& sql) {
  const absl::Status status = database_->Execute(sql.c_str());
  ASSERT_TRUE(status.ok()) << status << " of " << sql;
}

std::vector<std::vector<int64_t>> LedgerMutator::Numbers(
    const std::string& sql) {
  auto select = Statement::Prepare(*database_, sql);
  EXPECT_TRUE(select.ok()) << select.status();
  std::vector<std::vector<int64_t>> rows;
  while (*select->Step()) {
    rows.push_back({select->Int64(0), select->Int64(1), select->Int64(2)});
  }
  return rows;
}

std::string LedgerMutator::Blob(const std::string& sql) {
  auto select = Statement::Prepare(*database_, sql);
  EXPECT_TRUE(select.ok() && *select->Step()) << sql;
  return std::string(select->Blob(0));
}

void LedgerMutator::SetBlob(const std::string& sql, absl::string_view blob) {
  auto update = Statement::Prepare(*database_, sql);
  ASSERT_TRUE(update.ok()) << update.status();
  update->BindBlob(1, blob);
  const absl::Status status = update->Run();
  ASSERT_TRUE(status.ok()) << status;
}

void LedgerMutator::Flip(const std::string& table, const std::string& column,
                         const std::string& where) {
  std::string blob =
      Blob(absl::StrCat("SELECT ", column, " FROM ", table, " WHERE ", where));
  if (blob.empty()) {
    blob = "x";
  } else {
    const auto bit =
        static_cast<size_t>(Below(static_cast<int64_t>(blob.size()) * 8));
    blob[bit / 8] = static_cast<char>(blob[bit / 8] ^ 1 << bit % 8);
  }
  SetBlob(absl::StrCat("UPDATE ", table, " SET ", column, " = ? WHERE ", where),
          blob);
}

int64_t LedgerMutator::Last() {
  return Numbers("SELECT max(position), 0, 0 FROM event")[0][0];
}

int64_t LedgerMutator::Position() {
  const int64_t first = Numbers("SELECT min(position), 0, 0 FROM event")[0][0];
  return first + Below(Last() - first + 1);
}

std::pair<int64_t, int64_t> LedgerMutator::TwoPositions() {
  const int64_t one = Position();
  int64_t other = one;
  while (other == one) other = Position();
  return {std::min(one, other), std::max(one, other)};
}

std::string LedgerMutator::PrefixOf(int64_t epoch_id) {
  return Blob(absl::StrCat(
      "SELECT vch || '/' || name || '/' FROM epoch WHERE epoch_id = ",
      epoch_id));
}

int64_t LedgerMutator::OwnPosition() {
  return Numbers(
      "SELECT position, 0, 0 FROM event JOIN epoch USING (epoch_id) "
      "WHERE vch = ''")[0][0];
}

Mutation LedgerMutator::FlipPayload() {
  const int64_t position = Position();
  Flip("event", "payload", At(position));
  return {"a bit of an event", position, position, ""};
}

Mutation LedgerMutator::ReplacePayload() {
  const int64_t position = Position();
  std::string payload =
      Blob(absl::StrCat("SELECT payload FROM event WHERE ", At(position)));
  switch (Below(3)) {
    case 0:
      payload.resize(
          static_cast<size_t>(Below(static_cast<int64_t>(payload.size()))));
      break;
    case 1:
      payload += payload.substr(payload.size() / 2);
      break;
    default:
      payload = "";
  }
  SetBlob(absl::StrCat("UPDATE event SET payload = ? WHERE ", At(position)),
          payload);
  return {"other bytes of an event", position, position, ""};
}

Mutation LedgerMutator::ChangeColumn() {
  const int64_t position = Position();
  const bool epoch = Below(2) == 0;
  const int64_t by = (Below(2) == 0 ? 1 : -1) * (1 + Below(3));
  Run(absl::StrCat("UPDATE event SET ", epoch ? "epoch_id" : "sequence", " = ",
                   epoch ? "epoch_id" : "sequence", " + ", by, " WHERE ",
                   At(position)));
  return {"epoch or sequence of an event", position, position, ""};
}

Mutation LedgerMutator::Remove() {
  const int64_t position = Position();
  Run(absl::StrCat("DELETE FROM event WHERE ", At(position)));
  return {"an event removed", position, position, ""};
}

Mutation LedgerMutator::Repeat() {
  const int64_t position = Position();
  const int64_t end = Last() + 1;
  Run(absl::StrCat("INSERT INTO event SELECT ", end,
                   ", epoch_id, sequence, payload FROM event WHERE ",
                   At(position)));
  if (Below(2) == 0) {
    Run(absl::StrCat("UPDATE ledger SET last_position = ", end));
  }
  return {"an event repeated", end, end, ""};
}

Mutation LedgerMutator::SwapPayloads() {
  const auto [one, other] = TwoPositions();
  const std::string first =
      Blob(absl::StrCat("SELECT payload FROM event WHERE ", At(one)));
  const std::string second =
      Blob(absl::StrCat("SELECT payload FROM event WHERE ", At(other)));
  SetBlob(absl::StrCat("UPDATE event SET payload = ? WHERE ", At(one)), second);
  SetBlob(absl::StrCat("UPDATE event SET payload = ? WHERE ", At(other)),
          first);
  return {"two events in each other's place", one, one, ""};
}

Mutation LedgerMutator::SwapRows() {
  const auto [one, other] = TwoPositions();
  Run(absl::StrCat("UPDATE event SET position = -1 WHERE ", At(one), ";",
                   "UPDATE event SET position = ", one, " WHERE ", At(other),
                   ";UPDATE event SET position = ", other,
                   " WHERE position = -1"));
  return {"two events reordered", one, one, ""};
}

Mutation LedgerMutator::Rotate() {
  const auto [one, other] = TwoPositions();
  Run(absl::StrCat(
      "UPDATE event SET position = -position WHERE position "
      "BETWEEN ",
      one, " AND ", other,
      ";UPDATE event SET position = CASE WHEN position = -", one, " THEN ",
      other, " ELSE -position - 1 END WHERE position < 0"));
  return {"an event moved behind others", one, other, ""};
}

Mutation LedgerMutator::Renumber() {
  const int64_t position = Position();
  static constexpr std::array<int64_t, 4> kOthers = {-3, 0, 5, 1'000'000};
  const int64_t other = kOthers[static_cast<size_t>(Below(4))];
  Run(absl::StrCat("UPDATE event SET position = ", other, " WHERE ",
                   At(position)));
  return {"an event at another position", position, position, ""};
}

Mutation LedgerMutator::Truncate() {
  const int64_t last = Last();
  const int64_t end = last - 1 - Below(7);
  Run(absl::StrCat("DELETE FROM event WHERE position > ", end));
  if (Below(2) == 0) {
    Run(absl::StrCat("UPDATE ledger SET last_position = ", end));
  }
  if (Below(2) == 0) {
    Run(absl::StrCat("DELETE FROM checkpoint WHERE tree_size > ", end));
  }
  // Names the events that are gone, or the last that is there.
  return {"the end cut off", end, last, ""};
}

Mutation LedgerMutator::ChangeNode() {
  const auto nodes = Numbers("SELECT level, node_index, 0 FROM tree_node");
  const auto& node =
      nodes[static_cast<size_t>(Below(static_cast<int64_t>(nodes.size())))];
  const std::string where =
      absl::StrCat("level = ", node[0], " AND node_index = ", node[1]);
  const Mutation mutation{"a node of the tree", (node[1] << node[0]) + 1,
                          std::max((node[1] + 1) << node[0], Last()), ""};
  switch (Below(4)) {
    case 0:
      Run(absl::StrCat("DELETE FROM tree_node WHERE ", where));
      break;
    case 1:
      Run(absl::StrCat("UPDATE OR REPLACE tree_node SET node_index = ",
                       node[1] + 1 + Below(100), " WHERE ", where));
      break;
    case 2:
      Run(absl::StrCat("UPDATE OR REPLACE tree_node SET level = ",
                       Below(2) == 0 ? 77 : node[0] + 1, " WHERE ", where));
      break;
    default:
      Flip("tree_node", "hash", where);
  }
  return mutation;
}

Mutation LedgerMutator::ChangeCheckpoint() {
  const auto sizes = Numbers("SELECT tree_size, 0, 0 FROM checkpoint");
  const int64_t size =
      sizes[static_cast<size_t>(Below(static_cast<int64_t>(sizes.size())))][0];
  const std::string where = absl::StrCat("tree_size = ", size);
  switch (Below(6)) {
    case 0:
      Run(absl::StrCat("DELETE FROM checkpoint WHERE ", where));
      break;
    case 1:
      Run(absl::StrCat("UPDATE OR REPLACE checkpoint SET tree_size = ",
                       size + 1 + Below(3), " WHERE ", where));
      return {"the size of a checkpoint", size, size + 3, ""};
    case 2:
      Run(absl::StrCat("UPDATE checkpoint SET time_ns = time_ns + ",
                       1 + Below(1000), " WHERE ", where));
      break;
    case 3:
      Run(absl::StrCat("UPDATE checkpoint SET kept = 1 - kept WHERE ", where));
      break;
    case 4:
      Flip("checkpoint", "root", where);
      break;
    default:
      Flip("checkpoint", "signature", where);
  }
  return {"a checkpoint", size, size, ""};
}

Mutation LedgerMutator::DropRow() {
  switch (Below(3)) {
    case 0: {
      const auto rows =
          Numbers("SELECT first_position, last_position, 0 FROM segment");
      const auto& row =
          rows[static_cast<size_t>(Below(static_cast<int64_t>(rows.size())))];
      Run(absl::StrCat("DELETE FROM segment WHERE first_position = ", row[0]));
      return {"a segment removed", row[0], row[1], ""};
    }
    case 1: {
      const auto rows = Numbers("SELECT column_id, 0, 0 FROM segment_column");
      const int64_t id =
          rows[static_cast<size_t>(Below(static_cast<int64_t>(rows.size())))]
              [0];
      Run(absl::StrCat("DELETE FROM segment_column WHERE column_id = ", id));
      return {"a column removed", id / 64, id / 64, ""};
    }
    default: {
      const int64_t id = 1 + Below(5);
      const std::string prefix = PrefixOf(id);
      const int64_t position =
          Numbers(absl::StrCat("SELECT min(position), 0, 0 FROM event WHERE "
                               "epoch_id = ",
                               id))[0][0];
      Run(absl::StrCat("DELETE FROM epoch WHERE epoch_id = ", id));
      return {"an epoch removed", position, position, prefix};
    }
  }
}

Mutation LedgerMutator::ChangeEpoch() {
  const int64_t id = 1 + Below(5);
  // Or the record of it is named.
  const int64_t record = OwnPosition();
  const Mutation mutation{"what is kept of an epoch", record, record,
                          PrefixOf(id)};
  const std::string where = absl::StrCat("epoch_id = ", id);
  const int64_t by = (Below(2) == 0 ? 1 : -1) * (1 + Below(3));
  switch (Below(5)) {
    case 0:
      Flip("epoch", "last_hash", where);
      break;
    case 1:
      Flip("epoch", "pruned_hash", where);
      break;
    case 2:
      Run(absl::StrCat("UPDATE epoch SET last_sequence = last_sequence + ", by,
                       " WHERE ", where));
      break;
    case 3:
      Run(absl::StrCat("UPDATE epoch SET pruned_sequence = pruned_sequence + ",
                       by, " WHERE ", where));
      break;
    default: {
      Run(absl::StrCat("UPDATE epoch SET ", Below(2) == 0 ? "vch" : "name",
                       " = 'zz' WHERE ", where));
      // All of its events are named, the first among them.
      const int64_t position = Numbers(absl::StrCat(
          "SELECT min(position), 0, 0 FROM event WHERE ", where))[0][0];
      return {"the name of an epoch", position, position, ""};
    }
  }
  return mutation;
}

Mutation LedgerMutator::ChangeLedger() {
  switch (Below(3)) {
    case 0:
      Run("UPDATE ledger SET name = replace(name, substr(name, 3, 1), 'z')");
      return {"the name of the ledger", 1, Last(), ""};
    case 1:
      Run(absl::StrCat("UPDATE ledger SET last_position = last_position + ",
                       1 + Below(9)));
      return {"the last position", Last(), Last(), ""};
    default: {
      const int64_t position = OwnPosition();
      Run(absl::StrCat("UPDATE ledger SET forgotten_position = ",
                       "forgotten_position - ", 1 + Below(9)));
      return {"the forgotten position", position, position, ""};
    }
  }
}

Mutation LedgerMutator::ChangeSegment() {
  const auto rows =
      Numbers("SELECT first_position, last_position, 0 FROM segment");
  const auto& row =
      rows[static_cast<size_t>(Below(static_cast<int64_t>(rows.size())))];
  const std::string where = absl::StrCat("first_position = ", row[0]);
  static constexpr std::array<const char*, 5> kNumbers = {
      "first_position", "last_position", "min_time_ns", "max_time_ns", "bytes"};
  const int64_t which = Below(6);
  if (which == 5) {
    Flip("segment", "digest", where);
  } else {
    const char* column = kNumbers[static_cast<size_t>(which)];
    Run(absl::StrCat("UPDATE OR REPLACE segment SET ", column, " = ", column,
                     Below(2) == 0 ? " + " : " - ", 1 + Below(3), " WHERE ",
                     where));
  }
  return {"a segment", row[0] - 3, row[1] + 3, ""};
}

Mutation LedgerMutator::ChangeSegmentColumn() {
  const auto rows = Numbers("SELECT column_id, 0, 0 FROM segment_column");
  const int64_t id =
      rows[static_cast<size_t>(Below(static_cast<int64_t>(rows.size())))][0];
  const int64_t last = Numbers(absl::StrCat(
      "SELECT last_position, 0, 0 FROM segment WHERE first_position = ",
      id / 64))[0][0];
  const std::string where = absl::StrCat("column_id = ", id);
  if (Below(5) == 0) {
    Run(absl::StrCat("UPDATE segment_column SET column_id = ",
                     id + 64 + Below(9) * 1000 - id % 64 + 40, " WHERE ",
                     where));
  } else {
    Flip("segment_column", "data", where);
  }
  return {"a column of a segment", id / 64, last, ""};
}

Mutation LedgerMutator::AddHole() {
  const int64_t id = 1 + Below(4);
  const int64_t last = Numbers(absl::StrCat(
      "SELECT last_sequence, 0, 0 FROM epoch WHERE epoch_id = ", id))[0][0];
  Run(absl::StrCat("INSERT INTO hole VALUES (", id, ", ", last - Below(2), ", ",
                   last + Below(3), ", zeroblob(32))"));
  return {"a hole", 0, 0, PrefixOf(id)};
}

}  // namespace pullgate::pdp
