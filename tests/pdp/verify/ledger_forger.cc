// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/pdp/verify/ledger_forger.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/audit/event_hash.h"
#include "common/sqlite/statement.h"
#include "pdp/ledger/event_fields.h"
#include "pdp/ledger/segment_builder.h"
#include "pdp/proof/merkle_tree.h"
#include "tests/pdp/verify/small_ledger.h"

namespace pullgate::pdp {
namespace {

std::string Literal(absl::string_view bytes) {
  return absl::StrCat("x'", absl::BytesToHexString(bytes), "'");
}

}  // namespace

LedgerForger::LedgerForger(Database* database) : database_(database) {
  auto select = Statement::Prepare(
      *database, "SELECT position, epoch_id, payload FROM event ORDER BY 1");
  while (*select->Step()) {
    Entry& entry = entries_.emplace_back();
    entry.position = select->Int64(0);
    entry.epoch_id = select->Int64(1);
    const absl::string_view payload = select->Blob(2);
    EXPECT_TRUE(entry.event.ParseFromArray(payload.data(),
                                           static_cast<int>(payload.size())));
  }
  first_position_ = entries_.front().position;
}

void LedgerForger::Run(const std::string& sql) {
  const absl::Status status = database_->Execute(sql.c_str());
  ASSERT_TRUE(status.ok()) << status << " of " << sql.substr(0, 200);
}

void LedgerForger::WriteAll() {
  ChainAnew();
  WriteEvents();
  WriteSegments();
  WriteTree();
}

void LedgerForger::ChainAnew() {
  struct Link {
    int64_t sequence;
    std::string hash;
  };
  std::map<int64_t, Link> last;
  // Where the first of an epoch was, the first is now.
  std::map<int64_t, Link> first;
  for (const Entry& entry : entries_) {
    const auto [known, added] = first.emplace(
        entry.epoch_id,
        Link{entry.event.sequence() - 1, entry.event.previous_hash()});
    if (!added && entry.event.sequence() - 1 < known->second.sequence) {
      known->second = {entry.event.sequence() - 1, entry.event.previous_hash()};
    }
  }
  payloads_.clear();
  for (Entry& entry : entries_) {
    auto& event = entry.event;
    const auto [link, added] =
        last.emplace(entry.epoch_id, first.at(entry.epoch_id));
    event.set_sequence(link->second.sequence + 1);
    event.set_event_id(
        absl::StrCat(event.vch().empty() ? "" : event.vch().substr(5), "/",
                     event.epoch(), "/", event.sequence()));
    event.set_previous_hash(link->second.hash);
    payloads_.push_back(event.SerializeAsString());
    link->second = {event.sequence(), ToBytes(HashEvent(payloads_.back()))};
  }
  for (const auto& [epoch_id, link] : last) {
    Run(absl::StrCat("UPDATE epoch SET last_sequence = ", link.sequence,
                     ", last_hash = ", Literal(link.hash),
                     " WHERE epoch_id = ", epoch_id));
  }
}

void LedgerForger::WriteEvents() {
  Run("DELETE FROM event");
  int64_t position = first_position_;
  for (size_t i = 0; i < entries_.size(); ++i, ++position) {
    Run(absl::StrCat("INSERT INTO event VALUES (", position, ", ",
                     entries_[i].epoch_id, ", ", entries_[i].event.sequence(),
                     ", ", Literal(payloads_[i]), ")"));
  }
  Run(absl::StrCat("UPDATE ledger SET last_position = ", position - 1));
}

void LedgerForger::WriteSegments() {
  std::vector<std::pair<int64_t, int64_t>> bounds;
  {
    auto select = Statement::Prepare(
        *database_, "SELECT first_position, last_position FROM segment");
    while (*select->Step()) {
      bounds.emplace_back(select->Int64(0), select->Int64(1));
    }
  }
  Run("DELETE FROM segment; DELETE FROM segment_column");
  for (const auto& [first, last] : bounds) {
    if (last >= first_position_ + static_cast<int64_t>(entries_.size())) break;
    SegmentBuilder builder;
    builder.Reset(first);
    EventFields fields;
    for (int64_t position = first; position <= last; ++position) {
      const auto i = static_cast<size_t>(position - first_position_);
      fields.Read(entries_[i].event);
      builder.Add(fields, payloads_[i].size());
    }
    Run(absl::StrCat("INSERT INTO segment VALUES (", first, ", ", last, ", ",
                     builder.min_time_ns(), ", ", builder.max_time_ns(),
                     ", 0, ", builder.bytes(), ", ",
                     Literal(builder.DigestBytes()), ")"));
    for (size_t column = 0; column <= kEventFields; ++column) {
      const std::string data =
          column == 0 ? builder.Times()
                      : builder.Column(static_cast<EventField>(column));
      Run(absl::StrCat("INSERT INTO segment_column VALUES (",
                       first * 64 + static_cast<int64_t>(column), ", ",
                       Literal(data), ")"));
    }
  }
}

void LedgerForger::WriteTree() {
  TreeFrontier frontier;
  {
    auto select =
        Statement::Prepare(*database_,
                           "SELECT level, node_index, hash FROM tree_node "
                           "ORDER BY (node_index + 1) << level, level");
    while (*select->Step()) {
      const TreeNode node{static_cast<int>(select->Int64(0)), select->Int64(1),
                          *EventHashFromBytes(select->Blob(2))};
      if (node.end() < first_position_ && frontier.Takes(node)) {
        frontier.Append(node, [](const TreeNode&) {});
      }
    }
  }
  ASSERT_EQ(frontier.size(), first_position_ - 1);
  Run(absl::StrCat("DELETE FROM tree_node WHERE (node_index + 1) << level > ",
                   first_position_ - 1));
  for (const std::string& payload : payloads_) {
    frontier.Append(HashEvent(payload), [this](const TreeNode& node) {
      if (node.level < SmallLedger::kLowestStoredLevel) return;
      Run(absl::StrCat("INSERT INTO tree_node VALUES (", node.level, ", ",
                       node.index, ", ", Literal(ToBytes(node.hash)), ")"));
    });
    Run(absl::StrCat(
        "UPDATE checkpoint SET root = ", Literal(ToBytes(frontier.Root())),
        " WHERE tree_size = ", frontier.size(), " AND root <> ",
        Literal(ToBytes(frontier.Root()))));
  }
}

}  // namespace pullgate::pdp
