// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/proof/tree_proof.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "pdp/proof/merkle_tree.h"

namespace pullgate::pdp {
namespace {

// Leaves [begin, end).
struct Range {
  int64_t begin;
  int64_t end;

  int64_t size() const { return end - begin; }
};

// Where RFC 9162 divides a range of two leaves or more: after the largest power
// of two that is smaller than its size.
int64_t Division(const Range& range) {
  int64_t power = 1;
  while (power * 2 < range.size()) power *= 2;
  return range.begin + power;
}

// Ranges come from divisions, so their cover falls from left to right.
absl::StatusOr<EventHash> HashOf(NodeSource& nodes, const Range& range) {
  std::vector<TreeNode> cover = CoverOf(range.begin, range.end);
  if (cover.empty()) return EmptyTreeHash();
  for (TreeNode& node : cover) {
    PULLGATE_ASSIGN_OR_RETURN(node.hash, nodes.Node(node.level, node.index));
  }
  EventHash hash = cover.back().hash;
  for (auto left = cover.rbegin() + 1; left != cover.rend(); ++left) {
    hash = HashNode(left->hash, hash);
  }
  return hash;
}

absl::Status DoesNotProve(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("the proof ", what));
}

// The common part of both verifications: two roots that grow with the path,
// from a node and the last node of its level.
class Climb {
 public:
  Climb(int64_t node, int64_t last, const EventHash& first,
        const EventHash& second)
      : node_(node), last_(last), first_(first), second_(second) {}

  // False: the path is longer than the tree is high.
  bool Up(const EventHash& sibling) {
    if (last_ == 0) return false;
    if ((node_ & 1) == 1 || node_ == last_) {
      first_ = HashNode(sibling, first_);
      second_ = HashNode(sibling, second_);
      while ((node_ & 1) == 0 && node_ != 0) Rise();
    } else {
      second_ = HashNode(second_, sibling);
    }
    Rise();
    return true;
  }

  bool at_root() const { return last_ == 0; }
  const EventHash& first() const { return first_; }
  const EventHash& second() const { return second_; }

 private:
  void Rise() {
    node_ >>= 1;
    last_ >>= 1;
  }

  int64_t node_;
  int64_t last_;
  EventHash first_;   // of what lies at `node_` and left of it
  EventHash second_;  // of the tree
};

}  // namespace

absl::StatusOr<EventHash> RootOf(NodeSource& nodes, int64_t size) {
  return HashOf(nodes, {0, size});
}

absl::StatusOr<std::vector<EventHash>> InclusionPath(NodeSource& nodes,
                                                     int64_t leaf,
                                                     int64_t size) {
  std::vector<EventHash> path;
  Range range{0, size};
  while (range.size() > 1) {
    const int64_t division = Division(range);
    Range sibling = range;
    (leaf < division ? range.end : range.begin) = division;
    (leaf < division ? sibling.begin : sibling.end) = division;
    PULLGATE_ASSIGN_OR_RETURN(const EventHash hash, HashOf(nodes, sibling));
    path.push_back(hash);
  }
  std::reverse(path.begin(), path.end());
  return path;
}

absl::StatusOr<std::vector<EventHash>> ConsistencyPath(NodeSource& nodes,
                                                       int64_t first,
                                                       int64_t second) {
  std::vector<EventHash> path;
  if (first == 0 || first == second) return path;
  Range range{0, second};
  while (range.end != first) {
    const int64_t division = Division(range);
    Range sibling = range;
    (first <= division ? range.end : range.begin) = division;
    (first <= division ? sibling.begin : sibling.end) = division;
    PULLGATE_ASSIGN_OR_RETURN(const EventHash hash, HashOf(nodes, sibling));
    path.push_back(hash);
  }
  // All of the smaller tree is known to who verifies, a part of it is not.
  if (range.begin != 0) {
    PULLGATE_ASSIGN_OR_RETURN(const EventHash hash, HashOf(nodes, range));
    path.push_back(hash);
  }
  std::reverse(path.begin(), path.end());
  return path;
}

absl::Status VerifyInclusion(const EventHash& leaf_hash, int64_t leaf,
                             int64_t size, const std::vector<EventHash>& path,
                             const EventHash& root) {
  if (leaf < 0 || leaf >= size) {
    return DoesNotProve("is of an event outside of the tree");
  }
  Climb climb(leaf, size - 1, leaf_hash, leaf_hash);
  for (const EventHash& sibling : path) {
    if (!climb.Up(sibling)) return DoesNotProve("is too long");
  }
  if (!climb.at_root()) return DoesNotProve("is too short");
  if (climb.second() != root) return DoesNotProve("leads to another root");
  return absl::OkStatus();
}

absl::Status VerifyConsistency(int64_t first, const EventHash& first_root,
                               int64_t second, const EventHash& second_root,
                               const std::vector<EventHash>& path) {
  if (first < 0 || first > second) {
    return DoesNotProve("is of trees in the wrong order");
  }
  if (first == 0 || first == second) {
    if (!path.empty()) return DoesNotProve("is too long");
    if (first == 0 && first_root != EmptyTreeHash()) {
      return DoesNotProve("is of an empty tree with another root");
    }
    if (first == second && first_root != second_root) {
      return DoesNotProve("is of two trees of equal size and unequal roots");
    }
    return absl::OkStatus();
  }
  // The lowest node that both trees have whole, with the smaller tree's last
  // leaf beneath it.
  int64_t node = first - 1;
  int64_t last = second - 1;
  while ((node & 1) == 1) {
    node >>= 1;
    last >>= 1;
  }
  auto next = path.begin();
  EventHash start = first_root;
  if (node != 0) {
    if (next == path.end()) return DoesNotProve("is too short");
    start = *next++;
  }
  Climb climb(node, last, start, start);
  for (; next != path.end(); ++next) {
    if (!climb.Up(*next)) return DoesNotProve("is too long");
  }
  if (!climb.at_root()) return DoesNotProve("is too short");
  if (climb.first() != first_root) {
    return DoesNotProve("leads to another root of the smaller tree");
  }
  if (climb.second() != second_root) {
    return DoesNotProve("leads to another root of the larger tree");
  }
  return absl::OkStatus();
}

}  // namespace pullgate::pdp
