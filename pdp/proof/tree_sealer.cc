// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/proof/tree_sealer.h"

#include <optional>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "pdp/proof/checkpoint_store.h"
#include "pdp/proof/tree_proof.h"

namespace pullgate::pdp {
namespace {

absl::Status NotOurs(const Database& database, absl::string_view what) {
  return absl::DataLossError(absl::StrCat(
      database.path(), ": ", what,
      ". The PDP does not add to a ledger that somebody else may have "
      "changed: \"pullgate-ledger verify\" says what is wrong with it. "
      "Restore a copy that verifies, or set the file aside, with its -wal and "
      "-shm, and the PDP begins a new ledger"));
}

absl::StatusOr<int64_t> LastPosition(const Database& database) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(database, "SELECT last_position FROM ledger"));
  PULLGATE_RETURN_IF_ERROR(select.Step().status());
  return select.Int64(0);
}

// The frontier of the first `size` leaves.
absl::StatusOr<TreeFrontier> FrontierOf(TreeStore& store, int64_t size) {
  TreeFrontier frontier;
  for (TreeNode node : CoverOf(0, size)) {
    PULLGATE_ASSIGN_OR_RETURN(node.hash, store.Node(node.level, node.index));
    frontier.Append(node, [](const TreeNode&) {});
  }
  return frontier;
}

// Whether the newest checkpoint is ours, and of exactly what is there.
absl::Status CheckTail(const Database& database, const LedgerKey& key,
                       int64_t size,
                       const absl::StatusOr<TreeFrontier>& frontier) {
  if (!frontier.ok()) return NotOurs(database, frontier.status().message());
  PULLGATE_ASSIGN_OR_RETURN(const std::optional<Checkpoint> newest,
                            NewestCheckpoint(database));
  if (!newest) {
    return size == 0 ? absl::OkStatus()
                     : NotOurs(database, absl::StrCat("it has ", size,
                                                      " events and no signed "
                                                      "checkpoint"));
  }
  if (const absl::Status status = VerifySignature(*newest, key.keys());
      !status.ok()) {
    return NotOurs(
        database,
        absl::StrCat(
            "its newest checkpoint is not to be trusted: ", status.message(),
            " (if the signing key was replaced, append the public "
            "key of the one before to the new key's file)"));
  }
  if (newest->tree_size != size) {
    return NotOurs(
        database, absl::StrCat("it has ", size, " events, and a checkpoint of ",
                               newest->tree_size));
  }
  if (newest->root != frontier->Root()) {
    return NotOurs(database,
                   "its newest events, or nodes of its tree, are not "
                   "what its newest checkpoint says");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<TreeSealer>> TreeSealer::Open(
    Database* database, const LedgerKey* key, const Clock* clock,
    Options options) {
  PULLGATE_ASSIGN_OR_RETURN(TreeStore store, TreeStore::Open(*database));
  PULLGATE_ASSIGN_OR_RETURN(std::string origin, ReadOrigin(*database));
  PULLGATE_ASSIGN_OR_RETURN(const int64_t size, LastPosition(*database));
  absl::StatusOr<TreeFrontier> frontier = FrontierOf(store, size);
  PULLGATE_RETURN_IF_ERROR(CheckTail(*database, *key, size, frontier));
  PULLGATE_ASSIGN_OR_RETURN(Statements statements, PrepareAll(*database));
  return absl::WrapUnique(
      new TreeSealer(key, clock, options, std::move(origin), std::move(store),
                     std::move(statements), *std::move(frontier)));
}

TreeSealer::TreeSealer(const LedgerKey* key, const Clock* clock,
                       Options options, std::string origin, TreeStore store,
                       Statements statements, TreeFrontier frontier)
    : key_(key),
      clock_(clock),
      options_(options),
      origin_(std::move(origin)),
      store_(std::move(store)),
      statements_(std::move(statements)),
      committed_(std::move(frontier)),
      frontier_(committed_) {}

absl::StatusOr<TreeSealer::Statements> TreeSealer::PrepareAll(
    const Database& database) {
  const auto prepare = [&database](absl::string_view sql) {
    return Statement::Prepare(database, sql);
  };
  PULLGATE_ASSIGN_OR_RETURN(
      Statement add_checkpoint,
      prepare(absl::StrCat("INSERT INTO checkpoint(", kCheckpointColumns,
                           ", kept) VALUES (?, ?, ?, ?, ?)")));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement drop_newest,
      prepare("DELETE FROM checkpoint WHERE kept = 0 AND tree_size >= ?"));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement keep, prepare("UPDATE checkpoint SET kept = 1 WHERE tree_size "
                              "= ? RETURNING tree_size"));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement sizes_to_keep,
      prepare("SELECT last_position FROM segment WHERE last_position > "
              "(SELECT ifnull(max(tree_size), 0) FROM checkpoint WHERE kept = "
              "1) AND last_position <= ? ORDER BY first_position"));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement kept_within,
      prepare("SELECT tree_size FROM checkpoint WHERE kept = 1 AND tree_size "
              "BETWEEN ? AND ? ORDER BY tree_size"));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement drop_before,
      prepare("DELETE FROM checkpoint WHERE tree_size < ?"));
  return Statements{std::move(add_checkpoint), std::move(drop_newest),
                    std::move(keep),           std::move(sizes_to_keep),
                    std::move(kept_within),    std::move(drop_before)};
}

void TreeSealer::Add(const EventHash& hash) {
  frontier_.Append(hash, [this](const TreeNode& node) {
    if (node.level >= options_.lowest_stored_level) completed_.push_back(node);
  });
}

absl::Status TreeSealer::Forget(int64_t first, int64_t last) {
  // Segment by segment: proofs from where one ended stay possible.
  statements_.kept_within.BindInt64(1, first);
  statements_.kept_within.BindInt64(2, last - 1);
  PULLGATE_ASSIGN_OR_RETURN(std::vector<int64_t> cuts,
                            Numbers(statements_.kept_within));
  cuts.push_back(last);
  int64_t begin = first - 1;
  for (const int64_t end : cuts) {
    for (TreeNode node : CoverOf(begin, end)) {
      PULLGATE_ASSIGN_OR_RETURN(node.hash, store_.Node(node.level, node.index));
      PULLGATE_RETURN_IF_ERROR(store_.Put(node));
    }
    begin = end;
  }
  statements_.drop_before.BindInt64(1, last);
  return statements_.drop_before.Run();
}

absl::Status TreeSealer::Seal(int64_t last_position, int64_t segment_end) {
  if (frontier_.size() != last_position) {
    return absl::InternalError(absl::StrCat("the ledger ends at position ",
                                            last_position, " and its tree at ",
                                            frontier_.size()));
  }
  for (const TreeNode& node : completed_) {
    PULLGATE_RETURN_IF_ERROR(store_.Put(node));
  }
  completed_.clear();
  if (last_position > committed_.size()) {
    statements_.drop_newest.BindInt64(1, committed_.size());
    PULLGATE_RETURN_IF_ERROR(statements_.drop_newest.Run());
    PULLGATE_RETURN_IF_ERROR(
        AddCheckpoint(last_position, frontier_.Root(), /*kept=*/false));
  }
  return segment_end > 0 ? KeepSegments(segment_end) : absl::OkStatus();
}

absl::Status TreeSealer::KeepSegments(int64_t segment_end) {
  statements_.sizes_to_keep.BindInt64(1, segment_end);
  PULLGATE_ASSIGN_OR_RETURN(const std::vector<int64_t> sizes,
                            Numbers(statements_.sizes_to_keep));
  for (const int64_t size : sizes) {
    // The newest one, perhaps.
    statements_.keep.BindInt64(1, size);
    PULLGATE_ASSIGN_OR_RETURN(const bool there, statements_.keep.Step());
    statements_.keep.Reset();
    if (there) continue;
    PULLGATE_ASSIGN_OR_RETURN(const EventHash root, RootOf(store_, size));
    PULLGATE_RETURN_IF_ERROR(AddCheckpoint(size, root, /*kept=*/true));
  }
  return absl::OkStatus();
}

absl::Status TreeSealer::AddCheckpoint(int64_t tree_size, const EventHash& root,
                                       bool kept) {
  Checkpoint checkpoint;
  checkpoint.origin = origin_;
  checkpoint.tree_size = tree_size;
  checkpoint.root = root;
  checkpoint.time = clock_->Now();
  PULLGATE_RETURN_IF_ERROR(Sign(*key_, checkpoint));
  BindCheckpoint(checkpoint, statements_.add_checkpoint);
  statements_.add_checkpoint.BindInt64(5, kept ? 1 : 0);
  return statements_.add_checkpoint.Run();
}

absl::StatusOr<std::vector<int64_t>> TreeSealer::Numbers(Statement& select) {
  std::vector<int64_t> numbers;
  while (true) {
    PULLGATE_ASSIGN_OR_RETURN(const bool more, select.Step());
    if (!more) break;
    numbers.push_back(select.Int64(0));
  }
  select.Reset();
  return numbers;
}

void TreeSealer::Committed() { committed_ = frontier_; }

void TreeSealer::Abandoned() {
  frontier_ = committed_;
  completed_.clear();
}

}  // namespace pullgate::pdp
