// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_SORTED_KEYS_H_
#define PULLGATE_COMMON_POLICY_SORTED_KEYS_H_

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

namespace pullgate {

// Numbers in ascending order, to be searched often: above them stand levels
// with the first number of every group of the level below, up to one that is
// read whole, so that a search among millions reads a handful of memory lines,
// and guesses no branch.
// Allocates only when built. Thread-compatible. `Key` is an unsigned integer.
template <typename Key>
class SortedKeys {
 public:
  SortedKeys() = default;
  // `keys`: ascending.
  explicit SortedKeys(std::vector<Key> keys) {
    if (keys.empty()) return;
    levels_.push_back(MakeLevel(std::move(keys)));
    while (levels_.back().size > kTop) {
      const Level& below = levels_.back();
      std::vector<Key> firsts;
      firsts.reserve(below.keys.size() / kGroup + kGroup);
      for (size_t i = 0; i < below.size; i += kGroup) {
        firsts.push_back(below.keys[i]);
      }
      levels_.push_back(MakeLevel(std::move(firsts)));
    }
  }

  // How many are not above `key`.
  size_t CountUpTo(const Key& key) const {
    if (levels_.empty()) return 0;
    auto level = levels_.rbegin();
    size_t count = 0;
    for (const Key& each : level->keys) count += each <= key ? 1 : 0;
    count = std::min(count, level->size);
    if (count == 0) return 0;
    while (++level != levels_.rend()) {
      // The last one up to `key` of the level above begins a group here.
      const size_t begin = (count - 1) * kGroup;
      const Key* const group = level->keys.data() + begin;
      count = begin;
      for (size_t i = 0; i < kGroup; ++i) count += group[i] <= key ? 1 : 0;
      count = std::min(count, level->size);
    }
    return count;
  }

 private:
  // One or two memory lines.
  static constexpr size_t kGroup = sizeof(Key) > 8 ? 8 : 16;
  // What the top level has at most.
  static constexpr size_t kTop = 4 * kGroup;

  struct Level {
    std::vector<Key> keys;  // filled up to whole groups
    size_t size;            // without what fills up
  };

  static Level MakeLevel(std::vector<Key> keys) {
    const size_t size = keys.size();
    keys.resize((size + kGroup - 1) / kGroup * kGroup,
                std::numeric_limits<Key>::max());
    keys.shrink_to_fit();
    return {std::move(keys), size};
  }

  std::vector<Level> levels_;  // the keys first
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_SORTED_KEYS_H_
