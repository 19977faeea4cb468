// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/prefix_set.h"

#include <array>
#include <limits>
#include <utility>

namespace pullgate {
namespace {

template <typename Bits>
constexpr int kBits = std::numeric_limits<Bits>::digits;

// The first `length` bits.
template <typename Bits>
Bits Mask(int length) {
  if (length == 0) return 0;
  return ~Bits{0} << (kBits<Bits> - length);
}

uint32_t V4Bits(const IpAddress& address) {
  uint32_t bits = 0;
  for (int i = 0; i < 4; ++i) bits = bits << 8 | address.bytes()[i];
  return bits;
}

uint64_t EightBytes(const uint8_t* bytes) {
  uint64_t bits = 0;
  for (int i = 0; i < 8; ++i) bits = bits << 8 | bytes[i];
  return bits;
}

absl::uint128 V6Bits(const IpAddress& address) {
  return absl::MakeUint128(EightBytes(address.bytes().data()),
                           EightBytes(address.bytes().data() + 8));
}

IpAddress V4Address(uint32_t bits) {
  return IpAddress::FromV4Bytes(
      {static_cast<uint8_t>(bits >> 24), static_cast<uint8_t>(bits >> 16),
       static_cast<uint8_t>(bits >> 8), static_cast<uint8_t>(bits)});
}

IpAddress V6Address(absl::uint128 bits) {
  std::array<uint8_t, 16> bytes;
  for (int i = 15; i >= 0; --i) {
    bytes[i] = static_cast<uint8_t>(absl::Uint128Low64(bits));
    bits >>= 8;
  }
  return IpAddress::FromV6Bytes(bytes);
}

}  // namespace

template <typename Bits>
NestedPrefixes<Bits>::NestedPrefixes(
    const std::vector<std::pair<Bits, uint8_t>>& sorted) {
  begin_.reserve(sorted.size());
  around_.reserve(sorted.size());
  length_.reserve(sorted.size());
  range_longest_.reserve(2 * sorted.size());
  std::vector<Bits> range_begin;
  range_begin.reserve(2 * sorted.size());
  const auto start_range = [&](Bits begin, uint32_t longest) {
    // Of ends and beginnings at one place, the last one counts.
    if (!range_begin.empty() && range_begin.back() == begin) {
      range_longest_.back() = longest;
      return;
    }
    range_begin.push_back(begin);
    range_longest_.push_back(longest);
  };
  // Those that the sweep is inside of, the innermost last.
  std::vector<uint32_t> open;
  const auto close = [&] {
    const uint32_t closed = open.back();
    open.pop_back();
    const Bits last = begin_[closed] | ~Mask<Bits>(length_[closed]);
    if (last == std::numeric_limits<Bits>::max()) return;
    start_range(last + 1, open.empty() ? kNone : open.back());
  };
  for (const auto& [begin, length] : sorted) {
    while (!open.empty() &&
           (begin & Mask<Bits>(length_[open.back()])) != begin_[open.back()]) {
      close();
    }
    const uint32_t number = static_cast<uint32_t>(size());
    around_.push_back(open.empty() ? kNone : open.back());
    begin_.push_back(begin);
    length_.push_back(length);
    start_range(begin, number);
    open.push_back(number);
  }
  while (!open.empty()) close();
  range_longest_.shrink_to_fit();
  range_begin_ = SortedKeys<Bits>(std::move(range_begin));
}

template <typename Bits>
uint32_t NestedPrefixes<Bits>::FindLongest(Bits address) const {
  const size_t begun = range_begin_.CountUpTo(address);
  return begun == 0 ? kNone : range_longest_[begun - 1];
}

template class NestedPrefixes<uint32_t>;
template class NestedPrefixes<absl::uint128>;

PrefixSet::PrefixSet(const std::vector<IpPrefix>& sorted) {
  std::vector<std::pair<uint32_t, uint8_t>> v4;
  std::vector<std::pair<absl::uint128, uint8_t>> v6;
  for (const IpPrefix& prefix : sorted) {
    const uint8_t length = static_cast<uint8_t>(prefix.length());
    if (prefix.base().is_v4()) {
      v4.emplace_back(V4Bits(prefix.base()), length);
    } else {
      v6.emplace_back(V6Bits(prefix.base()), length);
    }
  }
  v4_ = NestedPrefixes<uint32_t>(v4);
  v6_ = NestedPrefixes<absl::uint128>(v6);
}

uint32_t PrefixSet::FindLongest(const IpAddress& address) const {
  if (address.is_v4()) return v4_.FindLongest(V4Bits(address));
  return BehindV4(v6_.FindLongest(V6Bits(address)));
}

uint32_t PrefixSet::Around(uint32_t number) const {
  if (IsV4(number)) return v4_.Around(number);
  return BehindV4(v6_.Around(number - static_cast<uint32_t>(v4_.size())));
}

IpPrefix PrefixSet::Prefix(uint32_t number) const {
  if (IsV4(number)) {
    return IpPrefix(V4Address(v4_.begin(number)), v4_.length(number));
  }
  number -= static_cast<uint32_t>(v4_.size());
  return IpPrefix(V6Address(v6_.begin(number)), v6_.length(number));
}

int PrefixSet::Length(uint32_t number) const {
  if (IsV4(number)) return v4_.length(number);
  return v6_.length(number - static_cast<uint32_t>(v4_.size()));
}

bool PrefixSet::IsSingle(uint32_t number) const {
  return Length(number) == (IsV4(number) ? 32 : 128);
}

uint32_t PrefixSet::BehindV4(uint32_t number) const {
  if (number == kNone) return kNone;
  return number + static_cast<uint32_t>(v4_.size());
}

}  // namespace pullgate
