// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_NET_IP_PREFIX_H_
#define PULLGATE_COMMON_NET_IP_PREFIX_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/net/ip_address.h"

namespace pullgate {

// A CIDR block in canonical form: the bits behind its length are zero. A value
// type; trivially copyable.
//
// IPv4 and IPv6 are worlds apart: an IPv6 prefix, ::/0 included, holds no IPv4
// address. A prefix written inside ::ffff:0:0/96 is the IPv4 prefix.
class IpPrefix {
 public:
  // 0.0.0.0/32.
  IpPrefix() = default;
  // All of one address: /32 or /128.
  explicit IpPrefix(const IpAddress& address)
      : base_(address), length_(static_cast<uint8_t>(address.bits())) {}
  // Masks the host bits away. `length` is 0 to address.bits().
  IpPrefix(const IpAddress& address, int length);

  // Parses "address/length", or an address alone. Host bits are masked away
  // (ParseWrittenPrefix tells whether there were any). InvalidArgument: the
  // address is malformed, the length is missing, not a plain decimal or too
  // long, or an IPv4-mapped prefix is shorter than /96.
  static absl::StatusOr<IpPrefix> Parse(absl::string_view text);

  const IpAddress& base() const { return base_; }
  int length() const { return length_; }
  // Whether it holds exactly one address.
  bool is_single() const { return length_ == base_.bits(); }

  bool Contains(const IpAddress& address) const;
  // Whether every address of `other` is in this one. A longer prefix never
  // contains a shorter one, even with the same base.
  bool Contains(const IpPrefix& other) const;

  // "10.2.2.0/24"; an address alone without its length: "10.2.2.5".
  std::string ToString() const;

  // By base, then the shorter one first, so that a prefix stands right before
  // everything it contains.
  friend bool operator<(const IpPrefix& a, const IpPrefix& b) {
    if (a.base_ != b.base_) return a.base_ < b.base_;
    return a.length_ < b.length_;
  }
  friend bool operator==(const IpPrefix& a, const IpPrefix& b) {
    return a.length_ == b.length_ && a.base_ == b.base_;
  }
  friend bool operator!=(const IpPrefix& a, const IpPrefix& b) {
    return !(a == b);
  }
  template <typename H>
  friend H AbslHashValue(H h, const IpPrefix& p) {
    return H::combine(std::move(h), p.base_, p.length_);
  }

 private:
  IpAddress base_;
  uint8_t length_ = 32;
};

// An "address/length" with what its canonical form no longer says.
struct WrittenPrefix {
  IpPrefix prefix;
  bool has_host_bits = false;
};

// As IpPrefix::Parse, for readers that want to know.
absl::StatusOr<WrittenPrefix> ParseWrittenPrefix(absl::string_view text);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_NET_IP_PREFIX_H_
