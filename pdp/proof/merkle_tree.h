// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_PROOF_MERKLE_TREE_H_
#define PULLGATE_PDP_PROOF_MERKLE_TREE_H_

#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "common/audit/event_hash.h"

namespace pullgate::pdp {

// The Merkle tree of RFC 9162, section 2.1, over the hashes of events. Leaves
// count from 0: the event at position 1 is leaf 0.

// Of a tree without leaves: SHA-256 of nothing.
EventHash EmptyTreeHash();

// Of a node: SHA-256 over 0x01 and its children.
EventHash HashNode(const EventHash& left, const EventHash& right);

// A complete subtree: that over 2^level leaves, from `index` * 2^level on. At
// level 0 it is a leaf.
struct TreeNode {
  int level = 0;
  int64_t index = 0;
  EventHash hash = {};

  int64_t begin() const { return index << level; }
  int64_t end() const { return (index + 1) << level; }  // exclusive
};

// The largest complete subtrees that leaves `begin` to `end` (exclusive)
// consist of, from left to right, without hashes. At most two for each level.
std::vector<TreeNode> CoverOf(int64_t begin, int64_t end);

// A growing tree, of which only the largest complete subtrees are kept: at most
// one for each level, so that it takes little memory however many leaves it
// has.
class TreeFrontier {
 public:
  using Completed = absl::FunctionRef<void(const TreeNode&)>;

  // Adds the next leaf, or the next subtree: `node` must begin at size(), and
  // have no more leaves than the last complete subtree that is kept. Calls
  // `completed` with it, and with each node that is complete now, from low to
  // high.
  void Append(const EventHash& leaf, Completed completed);
  void Append(const TreeNode& node, Completed completed);

  // Whether Append() may be called with `node`.
  bool Takes(const TreeNode& node) const;

  int64_t size() const { return size_; }

  // The Merkle tree hash of all leaves so far.
  EventHash Root() const;

 private:
  int64_t size_ = 0;
  std::vector<TreeNode> nodes_;  // by falling level
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_PROOF_MERKLE_TREE_H_
