// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_EVIDENCE_CLOSURE_H_
#define PULLGATE_COMMON_POLICY_EVIDENCE_CLOSURE_H_

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_set.h"

namespace pullgate {

// What several pieces of evidence can come to together, from what each comes to
// alone.
template <typename T>
struct Joined {
  T value;
  std::vector<uint32_t> pieces;  // as few as there need be
};

// All values that pieces of `singles` join to, each once. `Together(T, T)` must
// be a least upper bound, so that no order or repetition matters and the end is
// reached; `T::bits` tells values apart. Stops once there are more than `most`.
template <typename T>
std::vector<Joined<T>> CloseUnderJoin(const std::vector<Joined<T>>& singles,
                                      size_t most) {
  std::vector<Joined<T>> found;
  absl::flat_hash_set<uint64_t> known;
  for (const Joined<T>& single : singles) {
    if (known.insert(single.value.bits).second) found.push_back(single);
  }
  const size_t alone = found.size();
  // Breadth first: fewer pieces before more.
  for (size_t i = 0; i < found.size() && found.size() <= most; ++i) {
    for (size_t j = 0; j < alone; ++j) {
      const T value = Together(found[i].value, found[j].value);
      if (!known.insert(value.bits).second) continue;
      Joined<T> joined = {value, found[i].pieces};
      joined.pieces.insert(joined.pieces.end(), found[j].pieces.begin(),
                           found[j].pieces.end());
      found.push_back(std::move(joined));
    }
  }
  return found;
}

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_EVIDENCE_CLOSURE_H_
