// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_PREFIX_SET_H_
#define PULLGATE_COMMON_POLICY_PREFIX_SET_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "common/net/ip_prefix.h"
#include "common/policy/sorted_keys.h"

namespace pullgate {

// Prefixes of one address family in sorted order, numbered by it, each knowing
// the next larger one that contains it. `Bits` is uint32_t or absl::uint128.
//
// Prefixes nest or are apart. So their ends cut the addresses into ranges, in
// each of which one prefix is the longest: finding it is one binary search,
// however deep they nest.
template <typename Bits>
class NestedPrefixes {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  NestedPrefixes() = default;
  // `sorted`: in the order of IpPrefix, without repeats.
  explicit NestedPrefixes(const std::vector<std::pair<Bits, uint8_t>>& sorted);

  // The longest that contains the address; kNone if none does.
  uint32_t FindLongest(Bits address) const;
  // The next larger prefix around a prefix; kNone if there is none.
  uint32_t Around(uint32_t number) const { return around_[number]; }

  Bits begin(uint32_t number) const { return begin_[number]; }
  int length(uint32_t number) const { return length_[number]; }
  size_t size() const { return begin_.size(); }

 private:
  std::vector<Bits> begin_;
  std::vector<uint32_t> around_;
  std::vector<uint8_t> length_;
  // Where ranges begin, and their longest prefix.
  SortedKeys<Bits> range_begin_;
  std::vector<uint32_t> range_longest_;
};

// Prefixes of both families, numbered together: IPv4 first. Built once from a
// sorted list; finding allocates nothing.
class PrefixSet {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  PrefixSet() = default;
  // `sorted`: ascending, without repeats; its order gives the numbers.
  explicit PrefixSet(const std::vector<IpPrefix>& sorted);

  // The longest prefix that contains the address.
  uint32_t FindLongest(const IpAddress& address) const;
  // The next shorter prefix around a prefix: from the longest to the shortest
  // that contain an address.
  uint32_t Around(uint32_t number) const;

  IpPrefix Prefix(uint32_t number) const;
  int Length(uint32_t number) const;
  // Whether it is one address.
  bool IsSingle(uint32_t number) const;
  size_t size() const { return v4_.size() + v6_.size(); }

 private:
  bool IsV4(uint32_t number) const { return number < v4_.size(); }
  // Moves a number of v6_ behind those of v4_.
  uint32_t BehindV4(uint32_t number) const;

  NestedPrefixes<uint32_t> v4_;
  NestedPrefixes<absl::uint128> v6_;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_PREFIX_SET_H_
