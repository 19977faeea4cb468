// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/name_suffixes.h"

#include <algorithm>
#include <cstring>

#include "absl/numeric/bits.h"
#include "absl/numeric/int128.h"

namespace pullgate {
namespace {

// Odd, with as many ones as zeros, in no order.
constexpr uint64_t kWithinLabel = 0x9e3779b97f4a7c15;
constexpr uint64_t kEndOfLabel = 0xc2b2ae3d27d4eb4f;
constexpr size_t kWord = sizeof(uint64_t);
constexpr size_t kBlock = 64;

uint64_t Mix(uint64_t state, uint64_t factor) {
  const absl::uint128 product = absl::uint128(state) * factor;
  return absl::Uint128Low64(product) ^ absl::Uint128High64(product);
}

// The first byte lowest, on any machine.
uint64_t Load(const char* text) {
  uint64_t word = 0;
  for (size_t i = 0; i < kWord; ++i) {
    word |= uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
  }
  return word;
}

// Bit i: byte i is a dot.
uint64_t DotsOf(uint64_t word) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kLow = 0x7f * kOnes;
  const uint64_t difference = word ^ ('.' * kOnes);
  const uint64_t equal = ~(((difference & kLow) + kLow) | difference | kLow);
  // Moves the highest bit of each byte next to one another.
  return (equal >> 7) * 0x0102040810204080 >> 56;
}

// Text that can be read by the word: of at least eight bytes, those behind the
// name zero.
class Words {
 public:
  explicit Words(absl::string_view name) : text_(name.data()) {
    if (name.size() >= kWord) return;
    std::copy(name.begin(), name.end(), padded_);
    text_ = padded_;
  }
  Words(const Words&) = delete;
  Words& operator=(const Words&) = delete;

  // One to eight bytes before `end`, and zeros.
  uint64_t Before(size_t end, size_t count) const {
    const size_t at = end < kWord ? 0 : end - kWord;
    const uint64_t upto = Load(text_ + at) << (8 * (kWord - (end - at)));
    return upto >> (8 * (kWord - count));
  }

  // Bit i: byte begin + i is a dot. Up to 64 bytes.
  uint64_t Dots(size_t begin, size_t end) const {
    uint64_t dots = 0;
    size_t at = begin;
    for (; at + kWord <= end; at += kWord) {
      dots |= DotsOf(Load(text_ + at)) << (at - begin);
    }
    if (at == end) return dots;
    return dots | DotsOf(Before(end, end - at)) << (at - begin);
  }

 private:
  const char* text_;
  char padded_[kWord] = {};
};

uint64_t HashLabel(uint64_t hash, const Words& words, size_t begin,
                   size_t end) {
  for (; end - begin > kWord; end -= kWord) {
    hash = Mix(hash ^ words.Before(end, kWord), kWithinLabel);
  }
  if (begin == end) return Mix(hash, kEndOfLabel);  // in no canonical name
  return Mix(hash ^ words.Before(end, end - begin), kEndOfLabel);
}

}  // namespace

NameSuffixes::NameSuffixes(absl::string_view name) : name_(name), labels_(0) {
  const Words words(name);
  uint64_t hash = kWithinLabel;
  size_t end = name.size();
  const auto cut = [&](size_t begin) {
    hash = HashLabel(hash, words, begin, end);
    hashes_[labels_] = hash;
    begins_[labels_++] = static_cast<uint32_t>(begin);
  };
  for (size_t block_end = end; block_end > 0;) {
    const size_t block = block_end - std::min(block_end, kBlock);
    uint64_t dots = words.Dots(block, block_end);
    while (dots != 0 && labels_ < kMaxLabels - 1) {
      const int bit = 63 - absl::countl_zero(dots);
      cut(block + bit + 1);
      end = block + bit;
      dots ^= uint64_t{1} << bit;
    }
    block_end = block;
  }
  cut(0);
}

}  // namespace pullgate
