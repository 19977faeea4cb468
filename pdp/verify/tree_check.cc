// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/verify/tree_check.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "pdp/proof/checkpoint_store.h"

namespace pullgate::pdp {
namespace {

// The nodes that can be part of a tree of that size, in the order in which
// TreeFrontier completes them: by where they end, then from low to high.
constexpr char kNodes[] =
    "SELECT level, node_index, hash FROM tree_node WHERE level BETWEEN 0 AND "
    "62 "
    "AND node_index BETWEEN 0 AND (?1 >> level) - 1 "
    "ORDER BY (node_index + 1) << level, level";
// The others.
constexpr char kNodesBeyond[] =
    "SELECT level, node_index FROM tree_node WHERE NOT (level BETWEEN 0 AND 62 "
    "AND node_index BETWEEN 0 AND (?1 >> level) - 1) "
    "ORDER BY level, node_index";

// Where TreeFrontier completes a node.
std::tuple<int64_t, int> PlaceOf(const TreeNode& node) {
  return {node.end(), node.level};
}

std::string NameOf(const TreeNode& node) {
  return absl::StrCat("node ", node.index, " of level ", node.level);
}

}  // namespace

absl::StatusOr<std::unique_ptr<TreeCheck>> TreeCheck::Open(
    const Database& database, const PublicKeys* keys, int64_t last_position,
    Options options, Findings* findings) {
  std::sort(options.witnesses.begin(), options.witnesses.end(),
            [](const Checkpoint& a, const Checkpoint& b) {
              return a.tree_size < b.tree_size;
            });
  PULLGATE_ASSIGN_OR_RETURN(std::string origin, ReadOrigin(database));
  PULLGATE_ASSIGN_OR_RETURN(Statement nodes,
                            Statement::Prepare(database, kNodes));
  nodes.BindInt64(1, last_position);
  PULLGATE_ASSIGN_OR_RETURN(
      Statement checkpoints,
      Statement::Prepare(database,
                         absl::StrCat("SELECT ", kCheckpointColumns,
                                      " FROM checkpoint ORDER BY tree_size")));
  auto check = absl::WrapUnique(new TreeCheck(
      keys, last_position, std::move(options), findings, std::move(origin),
      std::move(nodes), std::move(checkpoints)));
  PULLGATE_RETURN_IF_ERROR(check->ReportNodesBeyond(database));
  PULLGATE_RETURN_IF_ERROR(check->NextNode());
  PULLGATE_RETURN_IF_ERROR(check->NextCheckpoint());
  return check;
}

TreeCheck::TreeCheck(const PublicKeys* keys, int64_t last_position,
                     Options options, Findings* findings, std::string origin,
                     Statement nodes, Statement checkpoints)
    : keys_(keys),
      last_position_(last_position),
      options_(std::move(options)),
      findings_(findings),
      origin_(std::move(origin)),
      nodes_(std::move(nodes)),
      checkpoints_(std::move(checkpoints)) {}

absl::Status TreeCheck::ReportNodesBeyond(const Database& database) {
  PULLGATE_ASSIGN_OR_RETURN(Statement beyond,
                            Statement::Prepare(database, kNodesBeyond));
  beyond.BindInt64(1, last_position_);
  while (true) {
    PULLGATE_ASSIGN_OR_RETURN(const bool more, beyond.Step());
    if (!more) return absl::OkStatus();
    AddAt(last_position_, last_position_,
          absl::StrCat("a stored node of the tree, ", beyond.Int64(1),
                       " of level ", beyond.Int64(0),
                       ", is of no events that are on the ledger"));
  }
}

absl::Status TreeCheck::NextNode() {
  node_.reset();
  PULLGATE_ASSIGN_OR_RETURN(const bool more, nodes_.Step());
  if (!more) return absl::OkStatus();
  node_.emplace();
  node_->level = static_cast<int>(nodes_.Int64(0));
  node_->index = nodes_.Int64(1);
  const auto hash = EventHashFromBytes(nodes_.Blob(2));
  if (hash) {
    node_->hash = *hash;
  } else {
    AddAt(node_->begin() + 1, node_->end(),
          absl::StrCat("the tree's ", NameOf(*node_),
                       " has no hash of 32 bytes"));
  }
  return absl::OkStatus();
}

absl::Status TreeCheck::NextCheckpoint() {
  while (true) {
    checkpoint_.reset();
    PULLGATE_ASSIGN_OR_RETURN(const bool more, checkpoints_.Step());
    if (!more) return absl::OkStatus();
    absl::StatusOr<Checkpoint> read = CheckpointOf(checkpoints_, origin_);
    const int64_t size = checkpoints_.Int64(0);
    const absl::Status status =
        read.ok() ? VerifySignature(*read, *keys_) : read.status();
    if (status.ok()) {
      checkpoint_ = *std::move(read);
      return absl::OkStatus();
    }
    AddAt(size, size,
          absl::StrCat("the checkpoint of ", size,
                       " events was changed: ", status.message()));
  }
}

absl::Status TreeCheck::Event(int64_t position, const EventHash& hash,
                              absl::string_view event_id) {
  if (!broken_ && frontier_.size() < position - 1) {
    PULLGATE_RETURN_IF_ERROR(TakeForgotten(position));
  }
  if (position - 1 == proven_) first_unproven_id_ = std::string(event_id);
  has_events_ = true;
  if (broken_) return absl::OkStatus();
  frontier_.Append(hash, [this](const TreeNode& node) { Compare(node); });
  PULLGATE_RETURN_IF_ERROR(node_error_);
  return CompareRoots();
}

absl::Status TreeCheck::TakeForgotten(int64_t position) {
  while (frontier_.size() < position - 1) {
    // Nodes in place of events that stand between others prove nothing: the
    // events are missing, and who else looks for that says so.
    if (has_events_ || !node_ || node_->end() > position - 1 ||
        !frontier_.Takes(*node_)) {
      broken_ = true;
      if (!has_events_) {
        AddAt(frontier_.size() + 1, position - 1,
              "neither the events are there nor the nodes of the tree that "
              "stand for events which were forgotten");
      }
      return absl::OkStatus();
    }
    const TreeNode taken = *node_;
    frontier_.Append(taken, [this](const TreeNode& node) { Compare(node); });
    PULLGATE_RETURN_IF_ERROR(node_error_);
    PULLGATE_RETURN_IF_ERROR(CompareRoots());
  }
  return absl::OkStatus();
}

void TreeCheck::Compare(const TreeNode& node) {
  while (node_error_.ok() && node_ && PlaceOf(*node_) < PlaceOf(node)) {
    AddAt(node_->begin() + 1, node_->end(),
          absl::StrCat("the tree's ", NameOf(*node_),
                       " is stored where none should be"));
    node_error_ = NextNode();
  }
  if (!node_ || PlaceOf(*node_) != PlaceOf(node)) {
    if (node.level >= options_.lowest_stored_level) {
      AddAt(node.begin() + 1, node.end(),
            absl::StrCat("the tree's ", NameOf(node), " is missing"));
    }
    return;
  }
  if (node_->hash != node.hash) {
    AddAt(node.begin() + 1, node.end(),
          absl::StrCat("the tree's ", NameOf(node),
                       " is not what these events give: one of them, or the "
                       "node, was changed"));
  }
  node_error_ = NextNode();
}

absl::Status TreeCheck::CompareRoots() {
  const int64_t size = frontier_.size();
  while (checkpoint_ && checkpoint_->tree_size <= size) {
    if (checkpoint_->tree_size == size) CompareRoot(*checkpoint_, "signed");
    PULLGATE_RETURN_IF_ERROR(NextCheckpoint());
  }
  CompareWitnesses();
  return absl::OkStatus();
}

void TreeCheck::CompareWitnesses() {
  const auto& witnesses = options_.witnesses;
  for (; next_witness_ < witnesses.size() &&
         witnesses[next_witness_].tree_size <= frontier_.size();
       ++next_witness_) {
    const Checkpoint& witness = witnesses[next_witness_];
    if (witness.tree_size == frontier_.size()) {
      CompareRoot(witness, "given");
    } else {
      AddAt(witness.tree_size, witness.tree_size,
            "the given checkpoint cannot be compared: the events around its "
            "end were forgotten");
    }
  }
}

void TreeCheck::CompareRoot(const Checkpoint& checkpoint,
                            absl::string_view which) {
  const int64_t size = checkpoint.tree_size;
  if (checkpoint.root == frontier_.Root()) {
    if (differs_) return;
    proven_ = size;
    newest_ = checkpoint;
    first_unproven_id_.clear();
    return;
  }
  if (differs_) return;
  differs_ = true;
  AddAt(std::min(proven_ + 1, size), size,
        absl::StrCat("one of these events, or their order, was changed: the "
                     "first ",
                     size, " events do not have the root of the ", which,
                     " checkpoint of ",
                     absl::FormatTime(absl::RFC3339_sec, checkpoint.time,
                                      absl::UTCTimeZone())));
}

absl::Status TreeCheck::Finish() {
  if (!has_events_ && !broken_) {
    PULLGATE_RETURN_IF_ERROR(TakeForgotten(last_position_ + 1));
    // An empty tree has a root too, but no checkpoint.
    CompareWitnesses();
  }
  while (node_) {
    if (!broken_) {
      AddAt(node_->begin() + 1, node_->end(),
            absl::StrCat("the tree's ", NameOf(*node_),
                         " is stored where none should be"));
    }
    PULLGATE_RETURN_IF_ERROR(NextNode());
  }
  int64_t newest = newest_ ? newest_->tree_size : 0;
  while (checkpoint_) {
    newest = checkpoint_->tree_size;
    if (newest > last_position_) {
      AddAt(last_position_ + 1, newest,
            absl::StrCat("missing: the signed checkpoint of ",
                         absl::FormatTime(absl::RFC3339_sec, checkpoint_->time,
                                          absl::UTCTimeZone()),
                         " is of ", newest, " events"));
    }
    PULLGATE_RETURN_IF_ERROR(NextCheckpoint());
  }
  for (; next_witness_ < options_.witnesses.size(); ++next_witness_) {
    const int64_t size = options_.witnesses[next_witness_].tree_size;
    if (size <= last_position_) continue;
    AddAt(
        last_position_ + 1, size,
        absl::StrCat("missing: the given checkpoint is of ", size, " events"));
  }
  if (!broken_ && !differs_ && proven_ < last_position_) {
    AddAt(proven_ + 1, last_position_,
          "no signed checkpoint is of so many events: they were added, or "
          "their checkpoint was removed");
  }
  return absl::OkStatus();
}

void TreeCheck::AddAt(int64_t first, int64_t last, std::string what) {
  Finding finding;
  finding.first_position = first;
  finding.last_position = std::max(first, last);
  if (first == proven_ + 1) finding.event_id = first_unproven_id_;
  finding.what = std::move(what);
  findings_->Add(finding);
}

}  // namespace pullgate::pdp
