// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/proof/merkle_tree.h"

#include <openssl/sha.h>

#include <algorithm>

namespace pullgate::pdp {
namespace {

constexpr uint8_t kNode = 0x01;
// Beyond it, 2^level leaves would not be a number here.
constexpr int kMaxLevel = 62;

}  // namespace

// The low-level calls, as in HashEvent().
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
EventHash EmptyTreeHash() {
  SHA256_CTX context;
  EventHash hash;
  SHA256_Init(&context);
  SHA256_Final(hash.data(), &context);
  return hash;
}

EventHash HashNode(const EventHash& left, const EventHash& right) {
  SHA256_CTX context;
  EventHash hash;
  SHA256_Init(&context);
  SHA256_Update(&context, &kNode, 1);
  SHA256_Update(&context, left.data(), left.size());
  SHA256_Update(&context, right.data(), right.size());
  SHA256_Final(hash.data(), &context);
  return hash;
}
#pragma clang diagnostic pop

std::vector<TreeNode> CoverOf(int64_t begin, int64_t end) {
  std::vector<TreeNode> cover;
  while (begin < end) {
    int level = 0;
    // As large as the alignment of its beginning, and what is left, permit.
    while (level < kMaxLevel && (begin & ((int64_t{2} << level) - 1)) == 0 &&
           end - begin >= int64_t{2} << level) {
      ++level;
    }
    cover.push_back({level, begin >> level, {}});
    begin += int64_t{1} << level;
  }
  return cover;
}

void TreeFrontier::Append(const EventHash& leaf, Completed completed) {
  Append(TreeNode{0, size_, leaf}, completed);
}

void TreeFrontier::Append(const TreeNode& node, Completed completed) {
  nodes_.push_back(node);
  size_ = node.end();
  completed(node);
  while (nodes_.size() >= 2 &&
         nodes_.back().level == nodes_[nodes_.size() - 2].level) {
    const TreeNode right = nodes_.back();
    nodes_.pop_back();
    TreeNode& parent = nodes_.back();
    parent.hash = HashNode(parent.hash, right.hash);
    parent.index /= 2;
    ++parent.level;
    completed(parent);
  }
}

bool TreeFrontier::Takes(const TreeNode& node) const {
  return node.level >= 0 && node.level <= kMaxLevel && node.index >= 0 &&
         node.index <= (size_ >> node.level) && node.begin() == size_ &&
         (nodes_.empty() || nodes_.back().level >= node.level);
}

EventHash TreeFrontier::Root() const {
  if (nodes_.empty()) return EmptyTreeHash();
  EventHash root = nodes_.back().hash;
  std::for_each(nodes_.rbegin() + 1, nodes_.rend(), [&](const TreeNode& left) {
    root = HashNode(left.hash, root);
  });
  return root;
}

}  // namespace pullgate::pdp
