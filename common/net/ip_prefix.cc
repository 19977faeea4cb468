// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/net/ip_prefix.h"

#include <algorithm>
#include <array>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"

namespace pullgate {
namespace {

// The bits of byte `i` that belong to a prefix of `length` bits.
uint8_t MaskOfByte(int i, int length) {
  const int bits = std::clamp(length - 8 * i, 0, 8);
  return static_cast<uint8_t>(0xff00 >> bits);
}

IpAddress Masked(const IpAddress& address, int length) {
  std::array<uint8_t, 16> bytes = address.bytes();
  for (int i = 0; i < 16; ++i) bytes[i] &= MaskOfByte(i, length);
  // What was IPv6 stays IPv6: masking never makes ::ffff:0:0/96 of an address
  // outside it, since that would need bits set.
  if (address.is_v4()) {
    return IpAddress::FromV4Bytes({bytes[0], bytes[1], bytes[2], bytes[3]});
  }
  return IpAddress::FromV6Bytes(bytes);
}

// A decimal of 0-128 without leading zeros.
std::optional<int> ParseLength(absl::string_view text) {
  if (text.empty() || text.size() > 3) return std::nullopt;
  if (text.size() > 1 && text[0] == '0') return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (!absl::ascii_isdigit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  if (value > 128) return std::nullopt;
  return value;
}

absl::Status LengthOutOfRange(const IpAddress& address,
                              absl::string_view length) {
  const bool quotable =
      !length.empty() && length.size() <= 15 &&
      std::all_of(length.begin(), length.end(), [](char c) {
        return absl::ascii_isalnum(c) || c == '.' || c == '-' || c == '+';
      });
  return absl::InvalidArgumentError(absl::StrCat(
      quotable ? absl::StrCat("\"/", length, "\" is no prefix length: ")
               : "the prefix length is wrong: ",
      "behind an ", address.is_v4() ? "IPv4" : "IPv6",
      " address it is a decimal of 0-", address.bits(),
      " without leading zeros"));
}

// Whether the text of a parsed address was IPv6: "::ffff:10.0.0.1".
bool WrittenAsV6(absl::string_view text) {
  return absl::StrContains(text, ':');
}

// The length within IPv4 of a mapped prefix.
absl::StatusOr<int> UnmappedLength(const IpAddress& address, int length) {
  if (length >= 96) return length - 96;
  return absl::InvalidArgumentError(
      absl::StrCat("an IPv4-mapped prefix is /96 or longer, not /", length,
                   "; write the IPv4 prefix instead, as in \"",
                   address.ToString(), "/24\""));
}

}  // namespace

IpPrefix::IpPrefix(const IpAddress& address, int length)
    : base_(Masked(address, length)), length_(static_cast<uint8_t>(length)) {}

absl::StatusOr<IpPrefix> IpPrefix::Parse(absl::string_view text) {
  PULLGATE_ASSIGN_OR_RETURN(const WrittenPrefix written,
                            ParseWrittenPrefix(text));
  return written.prefix;
}

bool IpPrefix::Contains(const IpAddress& address) const {
  return address.is_v4() == base_.is_v4() && Masked(address, length_) == base_;
}

bool IpPrefix::Contains(const IpPrefix& other) const {
  return length_ <= other.length_ && Contains(other.base_);
}

std::string IpPrefix::ToString() const {
  if (is_single()) return base_.ToString();
  return absl::StrCat(base_.ToString(), "/", length());
}

absl::StatusOr<WrittenPrefix> ParseWrittenPrefix(absl::string_view text) {
  const size_t slash = text.find('/');
  const absl::string_view address_text = text.substr(0, slash);
  PULLGATE_ASSIGN_OR_RETURN(const IpAddress address,
                            IpAddress::Parse(address_text));
  if (slash == absl::string_view::npos) {
    return WrittenPrefix{IpPrefix(address), false};
  }
  const absl::string_view length_text = text.substr(slash + 1);
  const std::optional<int> written = ParseLength(length_text);
  if (!written.has_value()) return LengthOutOfRange(address, length_text);
  int length = *written;
  if (address.is_v4() && WrittenAsV6(address_text)) {
    PULLGATE_ASSIGN_OR_RETURN(length, UnmappedLength(address, length));
  }
  if (length > address.bits()) return LengthOutOfRange(address, length_text);
  const IpPrefix prefix(address, length);
  return WrittenPrefix{prefix, prefix.base() != address};
}

}  // namespace pullgate
