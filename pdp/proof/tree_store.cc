// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/proof/tree_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"

namespace pullgate::pdp {

absl::StatusOr<TreeStore> TreeStore::Open(const Database& database) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement find,
      Statement::Prepare(
          database,
          "SELECT hash FROM tree_node WHERE level = ? AND node_index = ?"));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement leaves,
      Statement::Prepare(database,
                         "SELECT payload FROM event WHERE position > ? AND "
                         "position <= ? ORDER BY position"));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement put,
      Statement::Prepare(database,
                         "INSERT INTO tree_node(level, node_index, hash) "
                         "VALUES (?, ?, ?) ON CONFLICT DO NOTHING"));
  return TreeStore(std::move(find), std::move(leaves), std::move(put));
}

TreeStore::TreeStore(Statement find, Statement leaves, Statement put)
    : find_(std::move(find)),
      leaves_(std::move(leaves)),
      put_(std::move(put)) {}

absl::StatusOr<EventHash> TreeStore::Node(int level, int64_t index) {
  PULLGATE_ASSIGN_OR_RETURN(const auto stored, Stored(level, index));
  if (stored) return *stored;
  if (level <= kLowestStoredLevel) {
    PULLGATE_ASSIGN_OR_RETURN(const auto computed, FromEvents(level, index));
    if (computed) return *computed;
  }
  if (level == 0) {
    return absl::OutOfRangeError(absl::StrCat(
        "the event at position ", index + 1,
        " is not on the ledger, or was forgotten; proofs that need it by "
        "itself cannot be made any more"));
  }
  PULLGATE_ASSIGN_OR_RETURN(const EventHash left, Node(level - 1, index * 2));
  PULLGATE_ASSIGN_OR_RETURN(const EventHash right,
                            Node(level - 1, index * 2 + 1));
  return HashNode(left, right);
}

absl::StatusOr<std::optional<EventHash>> TreeStore::Stored(int level,
                                                           int64_t index) {
  find_.BindInt64(1, level);
  find_.BindInt64(2, index);
  PULLGATE_ASSIGN_OR_RETURN(const bool found, find_.Step());
  if (!found) return std::optional<EventHash>();
  std::optional<EventHash> hash = EventHashFromBytes(find_.Blob(0));
  find_.Reset();
  if (hash) return hash;
  return absl::DataLossError(
      absl::StrCat("node ", index, " of level ", level,
                   " of the ledger's tree has no hash of 32 bytes"));
}

absl::StatusOr<std::optional<EventHash>> TreeStore::FromEvents(int level,
                                                               int64_t index) {
  const TreeNode node{level, index, {}};
  EventHash root = {};
  const auto keep_last = [&root](const TreeNode& done) { root = done.hash; };
  TreeFrontier frontier;
  leaves_.BindInt64(1, node.begin());
  leaves_.BindInt64(2, node.end());
  while (true) {
    PULLGATE_ASSIGN_OR_RETURN(const bool more, leaves_.Step());
    if (!more) break;
    frontier.Append(HashEvent(leaves_.Blob(0)), keep_last);
  }
  leaves_.Reset();
  return frontier.size() == node.end() - node.begin()
             ? std::optional<EventHash>(root)
             : std::nullopt;
}

absl::Status TreeStore::Put(const TreeNode& node) {
  put_.BindInt64(1, node.level);
  put_.BindInt64(2, node.index);
  put_.BindBlob(3, ToBytes(node.hash));
  return put_.Run();
}

}  // namespace pullgate::pdp
