// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_SORTED_KEYS_H_
#define PULLGATE_COMMON_POLICY_SORTED_KEYS_H_

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace pullgate {

// Numbers in ascending order, to be searched often: above them stand levels
// with every 16th number of the level below, so that a search among millions
// reads a handful of memory lines, and guesses no branch. Allocates only when
// built. Thread-compatible.
template <typename Key>
class SortedKeys {
 public:
  SortedKeys() = default;
  // `keys`: ascending.
  explicit SortedKeys(std::vector<Key> keys) {
    levels_.push_back(std::move(keys));
    while (levels_.back().size() > kFanOut) {
      const std::vector<Key>& below = levels_.back();
      std::vector<Key> level;
      level.reserve((below.size() + kFanOut - 1) / kFanOut);
      for (size_t i = 0; i < below.size(); i += kFanOut) {
        level.push_back(below[i]);
      }
      levels_.push_back(std::move(level));
    }
  }

  // How many are not above `key`.
  size_t CountUpTo(const Key& key) const {
    size_t count = 0;
    for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
      // The last one up to `key` of the level above begins a group here.
      const size_t begin = count == 0 ? 0 : (count - 1) * kFanOut;
      const size_t end = std::min(begin + kFanOut, level->size());
      count = begin;
      for (size_t i = begin; i < end; ++i) count += (*level)[i] <= key ? 1 : 0;
      if (count == 0) return 0;
    }
    return count;
  }

 private:
  static constexpr size_t kFanOut = 16;

  std::vector<std::vector<Key>> levels_;  // the keys first
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_SORTED_KEYS_H_
