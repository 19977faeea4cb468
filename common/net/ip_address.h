// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_NET_IP_ADDRESS_H_
#define PULLGATE_COMMON_NET_IP_ADDRESS_H_

#include <array>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace pullgate {

// An IPv4 or IPv6 address in canonical form. A value type; trivially copyable.
//
// An IPv4-mapped IPv6 address (::ffff:a.b.c.d) *is* the IPv4 address: whichever
// spelling it came in, it compares, sorts and prints as IPv4. Every other
// embedding (64:ff9b::/96 and so on) is plain IPv6. There are no zone ids.
class IpAddress {
 public:
  // 0.0.0.0.
  IpAddress() = default;

  // Parses a dotted quad of decimals without leading zeros, or an IPv6 address
  // (RFC 4291 §2.2) without brackets. InvalidArgument says what is wrong, and
  // for hex, octal, short or integer forms of IPv4 also what was probably
  // meant.
  static absl::StatusOr<IpAddress> Parse(absl::string_view text);

  static IpAddress FromV4Bytes(const std::array<uint8_t, 4>& bytes);
  // Maps ::ffff:0:0/96 to IPv4.
  static IpAddress FromV6Bytes(const std::array<uint8_t, 16>& bytes);

  bool is_v4() const { return is_v4_; }

  // Network order. For IPv4 the first four bytes count; the rest are zero.
  const std::array<uint8_t, 16>& bytes() const { return bytes_; }

  // 32 or 128.
  int bits() const { return is_v4_ ? 32 : 128; }

  // Dotted quad, or RFC 5952 for IPv6; never brackets.
  std::string ToString() const;

  // IPv4 in numeric order, then IPv6 in numeric order.
  friend bool operator<(const IpAddress& a, const IpAddress& b) {
    if (a.is_v4_ != b.is_v4_) return a.is_v4_;
    return a.bytes_ < b.bytes_;
  }
  friend bool operator==(const IpAddress& a, const IpAddress& b) {
    return a.is_v4_ == b.is_v4_ && a.bytes_ == b.bytes_;
  }
  friend bool operator!=(const IpAddress& a, const IpAddress& b) {
    return !(a == b);
  }
  template <typename H>
  friend H AbslHashValue(H h, const IpAddress& a) {
    return H::combine(std::move(h), a.is_v4_, a.bytes_);
  }

 private:
  std::array<uint8_t, 16> bytes_ = {};
  bool is_v4_ = true;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_NET_IP_ADDRESS_H_
