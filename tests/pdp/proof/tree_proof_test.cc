// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/proof/tree_proof.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/pdp/proof/plain_tree.h"

namespace pullgate::pdp {
namespace {

using ::testing::Eq;
using ::testing::HasSubstr;

constexpr int64_t kSizes = 300;

// Each of `path` with one bit changed, one after the other.
template <typename Check>
void WithEachBitChanged(std::vector<EventHash> path, Check check) {
  for (EventHash& hash : path) {
    for (int bit = 0; bit < 256; ++bit) {
      hash[bit / 8] ^= 1 << bit % 8;
      check(path);
      hash[bit / 8] ^= 1 << bit % 8;
    }
  }
}

// Shorter and longer than `path`.
std::vector<std::vector<EventHash>> OfOtherLength(
    const std::vector<EventHash>& path) {
  std::vector<std::vector<EventHash>> others;
  for (size_t at = 0; at < path.size(); ++at) {
    others.push_back(path);
    others.back().erase(others.back().begin() + static_cast<int64_t>(at));
  }
  others.push_back(path);
  others.back().push_back(path.empty() ? EventHash{} : path.back());
  others.push_back(path);
  others.back().insert(others.back().begin(), EventHash{});
  return others;
}

TEST(InclusionTest, EveryLeafOfEverySizeIsProvenAsDefined) {
  PlainTree tree = PlainTree::OfSize(kSizes);
  for (int64_t size = 1; size <= kSizes; ++size) {
    const EventHash root = tree.Mth(0, size);
    // All leaves where a tree has an edge, some elsewhere.
    for (int64_t leaf = 0; leaf < size; leaf += size < 70 ? 1 : 7) {
      const auto path = InclusionPath(tree, leaf, size);
      ASSERT_TRUE(path.ok()) << path.status();
      EXPECT_THAT(*path, Eq(tree.Path(leaf, 0, size))) << leaf << " " << size;
      EXPECT_TRUE(
          VerifyInclusion(tree.leaf(leaf), leaf, size, *path, root).ok());
    }
  }
}

TEST(InclusionTest, AnyChangedBitIsRefused) {
  PlainTree tree = PlainTree::OfSize(kSizes);
  for (int64_t size = 1; size <= kSizes; size += size < 70 ? 1 : 7) {
    const int64_t leaf = size * 7 / 11;
    const EventHash root = tree.Mth(0, size);
    const std::vector<EventHash> path = tree.Path(leaf, 0, size);
    const auto verify = [&](const EventHash& hash, const EventHash& top,
                            const std::vector<EventHash>& with) {
      return VerifyInclusion(hash, leaf, size, with, top).ok();
    };
    WithEachBitChanged(path, [&](const std::vector<EventHash>& changed) {
      ASSERT_FALSE(verify(tree.leaf(leaf), root, changed));
    });
    WithEachBitChanged({root}, [&](const std::vector<EventHash>& changed) {
      ASSERT_FALSE(verify(tree.leaf(leaf), changed[0], path));
    });
    WithEachBitChanged({tree.leaf(leaf)},
                       [&](const std::vector<EventHash>& changed) {
                         ASSERT_FALSE(verify(changed[0], root, path));
                       });
    for (const auto& other : OfOtherLength(path)) {
      ASSERT_FALSE(verify(tree.leaf(leaf), root, other)) << size;
    }
  }
}

TEST(InclusionTest, AnotherPlaceOrSizeIsRefused) {
  PlainTree tree = PlainTree::OfSize(40);
  for (int64_t leaf = 0; leaf < 27; ++leaf) {
    const auto path = tree.Path(leaf, 0, 27);
    const EventHash root = tree.Mth(0, 27);
    for (int64_t other = -2; other < 40; ++other) {
      EXPECT_THAT(VerifyInclusion(tree.leaf(leaf), other, 27, path, root).ok(),
                  Eq(other == leaf));
    }
  }
  EXPECT_FALSE(VerifyInclusion({}, 0, 0, {}, tree.Mth(0, 0)).ok());
  EXPECT_FALSE(VerifyInclusion({}, 1, INT64_MAX, {}, {}).ok());
  EXPECT_FALSE(VerifyInclusion({}, 0, INT64_MIN, {}, {}).ok());
}

TEST(ConsistencyTest, EveryPairOfSizesIsProvenAsDefined) {
  PlainTree tree = PlainTree::OfSize(kSizes);
  for (int64_t second = 1; second <= kSizes; second += second < 70 ? 1 : 17) {
    for (int64_t first = 1; first < second; ++first) {
      const auto path = ConsistencyPath(tree, first, second);
      ASSERT_TRUE(path.ok()) << path.status();
      EXPECT_THAT(*path, Eq(tree.Subproof(first, 0, second, true)))
          << first << " " << second;
      EXPECT_TRUE(VerifyConsistency(first, tree.Mth(0, first), second,
                                    tree.Mth(0, second), *path)
                      .ok())
          << first << " " << second;
    }
  }
}

TEST(ConsistencyTest, AnyChangedBitIsRefused) {
  PlainTree tree = PlainTree::OfSize(kSizes);
  for (int64_t second = 2; second <= kSizes; second += second < 70 ? 1 : 7) {
    const int64_t first = 1 + second * 5 / 13;
    const EventHash old_root = tree.Mth(0, first);
    const EventHash root = tree.Mth(0, second);
    const auto path = tree.Subproof(first, 0, second, true);
    const auto verify = [&](const EventHash& before, const EventHash& after,
                            const std::vector<EventHash>& with) {
      return VerifyConsistency(first, before, second, after, with).ok();
    };
    WithEachBitChanged(path, [&](const std::vector<EventHash>& changed) {
      ASSERT_FALSE(verify(old_root, root, changed));
    });
    WithEachBitChanged({old_root, root},
                       [&](const std::vector<EventHash>& changed) {
                         ASSERT_FALSE(verify(changed[0], changed[1], path));
                       });
    for (const auto& other : OfOtherLength(path)) {
      ASSERT_FALSE(verify(old_root, root, other)) << second;
    }
  }
}

TEST(ConsistencyTest, WhatNeedsNoPathTakesNone) {
  PlainTree tree = PlainTree::OfSize(9);
  const EventHash empty = tree.Mth(0, 0);
  const EventHash root = tree.Mth(0, 9);
  EXPECT_TRUE(VerifyConsistency(0, empty, 9, root, {}).ok());
  EXPECT_TRUE(VerifyConsistency(9, root, 9, root, {}).ok());
  EXPECT_FALSE(VerifyConsistency(0, empty, 9, root, {root}).ok());
  EXPECT_FALSE(VerifyConsistency(0, root, 9, root, {}).ok());
  EXPECT_FALSE(VerifyConsistency(9, root, 9, empty, {}).ok());
  EXPECT_FALSE(VerifyConsistency(-1, root, 9, root, {}).ok());
  EXPECT_THAT(VerifyConsistency(9, root, 8, root, {}).message(),
              HasSubstr("wrong order"));
}

TEST(TreeProofTest, RootsComeFromTheSource) {
  PlainTree tree = PlainTree::OfSize(kSizes);
  for (int64_t size = 0; size <= kSizes; ++size) {
    EXPECT_THAT(RootOf(tree, size).value(), Eq(tree.Mth(0, size)));
  }
}

TEST(TreeProofTest, WhatTheSourceDoesNotKnowIsItsError) {
  PlainTree tree = PlainTree::OfSize(10);
  EXPECT_TRUE(absl::IsOutOfRange(RootOf(tree, 11).status()));
  EXPECT_TRUE(absl::IsOutOfRange(InclusionPath(tree, 0, 11).status()));
  EXPECT_TRUE(absl::IsOutOfRange(ConsistencyPath(tree, 3, 11).status()));
}

}  // namespace
}  // namespace pullgate::pdp
