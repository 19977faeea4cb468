// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/sorted_keys.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "gtest/gtest.h"

namespace pullgate {
namespace {

TEST(SortedKeysTest, EmptyHasNone) {
  EXPECT_EQ(SortedKeys<uint32_t>().CountUpTo(0), 0u);
  EXPECT_EQ(SortedKeys<uint32_t>(std::vector<uint32_t>()).CountUpTo(0), 0u);
}

TEST(SortedKeysTest, CountsRepeats) {
  const SortedKeys<uint32_t> keys({1, 1, 1, 7, 7, UINT32_MAX});
  EXPECT_EQ(keys.CountUpTo(0), 0u);
  EXPECT_EQ(keys.CountUpTo(1), 3u);
  EXPECT_EQ(keys.CountUpTo(6), 3u);
  EXPECT_EQ(keys.CountUpTo(7), 5u);
  EXPECT_EQ(keys.CountUpTo(UINT32_MAX), 6u);
}

// Sizes around those where a level is added.
TEST(SortedKeysTest, AgreesWithBinarySearchAtEverySize) {
  for (const size_t size :
       {1, 15, 16, 17, 31, 32, 33, 255, 256, 257, 4095, 4096, 4097, 70000}) {
    std::vector<uint32_t> list;
    for (size_t i = 0; i < size; ++i) {
      list.push_back(static_cast<uint32_t>(3 * i + 2));
    }
    const SortedKeys<uint32_t> keys(list);
    for (uint32_t key = 0; key < 3 * size + 5; ++key) {
      const auto after = std::upper_bound(list.begin(), list.end(), key);
      ASSERT_EQ(keys.CountUpTo(key), static_cast<size_t>(after - list.begin()))
          << key << " of " << size;
    }
  }
}

}  // namespace
}  // namespace pullgate
