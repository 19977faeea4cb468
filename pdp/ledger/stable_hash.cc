// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/stable_hash.h"

#include <cstddef>

namespace pullgate::pdp {
namespace {

constexpr uint64_t kOdd = 0x9e3779b97f4a7c15;  // 2^64 over the golden ratio

// Eight bytes, least significant first; fewer are filled up with zeros.
uint64_t Load(const char* data, size_t size) {
  uint64_t word = 0;
  for (size_t i = 0; i < size; ++i) {
    word |= uint64_t{static_cast<uint8_t>(data[i])} << (8 * i);
  }
  return word;
}

uint64_t Mix(uint64_t state, uint64_t word) {
  state = (state ^ word) * kOdd;
  return state ^ (state >> 29);
}

}  // namespace

uint64_t StableHash(uint64_t seed, absl::string_view bytes) {
  uint64_t state = Mix(seed, bytes.size());
  while (bytes.size() >= 8) {
    state = Mix(state, Load(bytes.data(), 8));
    bytes.remove_prefix(8);
  }
  return Mix(Mix(state, Load(bytes.data(), bytes.size())), kOdd);
}

}  // namespace pullgate::pdp
