// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/address_space.h"

#include <algorithm>
#include <array>

namespace pullgate {
namespace {

IpPrefix V4(std::array<uint8_t, 4> bytes, int length) {
  return IpPrefix(IpAddress::FromV4Bytes(bytes), length);
}

IpPrefix V6(std::array<uint8_t, 16> bytes, int length) {
  return IpPrefix(IpAddress::FromV6Bytes(bytes), length);
}

}  // namespace

bool IsInLocalSpace(const IpPrefix& prefix) {
  static const std::array<IpPrefix, 9> kBlocks = {
      V4({10, 0, 0, 0}, 8),
      V4({172, 16, 0, 0}, 12),
      V4({192, 168, 0, 0}, 16),
      V4({100, 64, 0, 0}, 10),
      V4({127, 0, 0, 0}, 8),
      V4({169, 254, 0, 0}, 16),
      V6({0xfc}, 7),
      V6({0xfe, 0x80}, 10),
      V6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128)};
  return std::any_of(kBlocks.begin(), kBlocks.end(),
                     [&](const IpPrefix& b) { return b.Contains(prefix); });
}

}  // namespace pullgate
