// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/proof/merkle_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <utility>
#include <vector>

#include "tests/pdp/proof/plain_tree.h"

namespace pullgate::pdp {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr int64_t kSizes = 300;

void Ignore(const TreeNode&) {}

// Level and index of each.
std::vector<std::pair<int, int64_t>> PlacesOf(
    const std::vector<TreeNode>& nodes) {
  std::vector<std::pair<int, int64_t>> places;
  places.reserve(nodes.size());
  for (const TreeNode& node : nodes) {
    places.emplace_back(node.level, node.index);
  }
  return places;
}

// printf '' | sha256sum
TEST(MerkleTreeTest, TheRootOfNothingIsTheHashOfNothing) {
  EXPECT_THAT(
      ToHex(TreeFrontier().Root()),
      Eq("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
}

// The leaves and roots of the certificate transparency project's test data,
// which RFC 9162 keeps: 0x, 00, 10, 2021, 3031, 40414243, and so on.
TEST(MerkleTreeTest, RootsAreThoseOfPublishedVectors) {
  TreeFrontier frontier;
  const std::vector<std::pair<std::string, std::string>> steps = {
      {"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
      {std::string(1, '\0'),
       "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
      {"\x10",
       "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
      {"\x20\x21",
       "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
      {"\x30\x31",
       "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
      {"\x40\x41\x42\x43",
       "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
      {"\x50\x51\x52\x53\x54\x55\x56\x57",
       "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
      {"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
       "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"}};
  for (const auto& [entry, root] : steps) {
    frontier.Append(HashEvent(entry), Ignore);
    EXPECT_THAT(ToHex(frontier.Root()), Eq(root));
  }
}

TEST(MerkleTreeTest, RootsOfAllSizesAreThoseOfTheDefinition) {
  const PlainTree tree = PlainTree::OfSize(kSizes);
  TreeFrontier frontier;
  for (int64_t size = 0; size <= kSizes; ++size) {
    EXPECT_THAT(frontier.size(), Eq(size));
    EXPECT_THAT(frontier.Root(), Eq(tree.Mth(0, size))) << size;
    if (size < kSizes) frontier.Append(tree.leaf(size), Ignore);
  }
}

TEST(MerkleTreeTest, TellsEveryCompleteSubtreeOnceAndInOrder) {
  const PlainTree tree = PlainTree::OfSize(kSizes);
  TreeFrontier frontier;
  std::map<std::pair<int64_t, int>, EventHash> seen;  // by end, then level
  std::pair<int64_t, int> last{0, 0};
  const auto see = [&](const TreeNode& node) {
    const std::pair<int64_t, int> place{node.end(), node.level};
    EXPECT_LT(last, place);
    last = place;
    seen[place] = node.hash;
    EXPECT_THAT(node.hash, Eq(tree.Mth(node.begin(), node.end())));
  };
  for (int64_t leaf = 0; leaf < kSizes; ++leaf) {
    frontier.Append(tree.leaf(leaf), see);
  }
  size_t expected = 0;
  for (int64_t width = 1; width <= kSizes; width *= 2) {
    expected += kSizes / width;
  }
  EXPECT_THAT(seen.size(), Eq(expected));
}

TEST(MerkleTreeTest, GrowsFromSubtreesAsFromLeaves) {
  PlainTree tree = PlainTree::OfSize(kSizes);
  for (int64_t cut = 0; cut <= kSizes; ++cut) {
    TreeFrontier frontier;
    for (TreeNode node : CoverOf(0, cut)) {
      node.hash = *tree.Node(node.level, node.index);
      ASSERT_TRUE(frontier.Takes(node)) << cut;
      frontier.Append(node, Ignore);
    }
    for (TreeNode node : CoverOf(cut, kSizes)) {
      node.hash = *tree.Node(node.level, node.index);
      ASSERT_TRUE(frontier.Takes(node)) << cut;
      frontier.Append(node, Ignore);
    }
    EXPECT_THAT(frontier.Root(), Eq(tree.Mth(0, kSizes))) << cut;
  }
}

TEST(MerkleTreeTest, TakesOnlyWhatBeginsWhereItEnds) {
  TreeFrontier frontier;
  for (const TreeNode& node : CoverOf(0, 5)) frontier.Append(node, Ignore);
  EXPECT_TRUE(frontier.Takes({0, 5, {}}));
  EXPECT_FALSE(frontier.Takes({0, 4, {}}));
  EXPECT_FALSE(frontier.Takes({0, 6, {}}));
  EXPECT_FALSE(frontier.Takes({1, 2, {}}));  // leaf 4 would be in it twice
  EXPECT_FALSE(frontier.Takes({-1, 5, {}}));
  EXPECT_FALSE(frontier.Takes({63, 0, {}}));
  EXPECT_FALSE(frontier.Takes({0, -1, {}}));
  EXPECT_FALSE(frontier.Takes({62, INT64_MAX, {}}));
}

TEST(MerkleTreeTest, CoversAreTheLargestSubtrees) {
  EXPECT_THAT(CoverOf(3, 3), IsEmpty());
  EXPECT_THAT(PlacesOf(CoverOf(0, 8)), ElementsAre(Pair(3, 0)));
  EXPECT_THAT(PlacesOf(CoverOf(3, 13)),
              ElementsAre(Pair(0, 3), Pair(2, 1), Pair(2, 2), Pair(0, 12)));
}

}  // namespace
}  // namespace pullgate::pdp
