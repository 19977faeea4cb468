// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/net/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace pullgate {
namespace {

using V4Bytes = std::array<uint8_t, 4>;
using V6Bytes = std::array<uint8_t, 16>;

// The longest text of an address: "ffff:…:ffff:255.255.255.255".
constexpr size_t kLongestText = 45;

constexpr V6Bytes kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

// A decimal of 0-255 without leading zeros.
std::optional<uint8_t> ParseOctet(absl::string_view text) {
  if (text.empty() || text.size() > 3) return std::nullopt;
  if (text.size() > 1 && text[0] == '0') return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (!absl::ascii_isdigit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  if (value > 255) return std::nullopt;
  return static_cast<uint8_t>(value);
}

std::optional<V4Bytes> ParseQuad(absl::string_view text) {
  V4Bytes bytes;
  size_t count = 0;
  for (const absl::string_view part : absl::StrSplit(text, '.')) {
    const std::optional<uint8_t> octet = ParseOctet(part);
    if (!octet.has_value() || count == bytes.size()) return std::nullopt;
    bytes[count++] = *octet;
  }
  if (count != bytes.size()) return std::nullopt;
  return bytes;
}

// "010.1.2.3" with the zeros taken for padding.
std::string WithoutLeadingZeros(absl::string_view text) {
  std::string out;
  for (absl::string_view part : absl::StrSplit(text, '.')) {
    while (part.size() > 1 && part[0] == '0') part.remove_prefix(1);
    absl::StrAppend(&out, out.empty() ? "" : ".", part);
  }
  return out;
}

// What an inet_aton() of other programs makes of hex, octal, short and integer
// forms: never accepted, only shown.
std::string ProbablyMeant(absl::string_view text) {
  if (ParseQuad(WithoutLeadingZeros(text)).has_value()) {
    return WithoutLeadingZeros(text);
  }
  in_addr address;
  if (inet_aton(std::string(text).c_str(), &address) == 0) return "";
  V4Bytes bytes;
  std::memcpy(bytes.data(), &address, bytes.size());
  return IpAddress::FromV4Bytes(bytes).ToString();
}

absl::Status BadV4(absl::string_view text) {
  std::string message = absl::StrCat(
      "\"", text,
      "\" is no IPv4 address: it takes four decimals of 0-255 without leading "
      "zeros");
  const std::string meant = ProbablyMeant(text);
  if (!meant.empty()) {
    absl::StrAppend(&message, "; did you mean \"", meant, "\"?");
  }
  return absl::InvalidArgumentError(message);
}

absl::Status BadV6(absl::string_view text, absl::string_view problem) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is no IPv6 address: ", problem));
}

absl::StatusOr<IpAddress> ParseV6(absl::string_view text) {
  if (absl::StrContains(text, '%')) {
    return BadV6(text, absl::StrCat("leave out the zone id; did you mean \"",
                                    text.substr(0, text.find('%')), "\"?"));
  }
  V6Bytes bytes;
  if (inet_pton(AF_INET6, std::string(text).c_str(), bytes.data()) != 1) {
    return BadV6(text,
                 "it takes eight groups of 1-4 hex digits, or fewer and one "
                 "\"::\"");
  }
  return IpAddress::FromV6Bytes(bytes);
}

bool IsAddressCharacter(char c) {
  return absl::ascii_isalnum(c) || c == '.' || c == ':' || c == '%';
}

uint16_t GroupAt(const V6Bytes& bytes, int i) {
  return static_cast<uint16_t>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
}

// The first of the longest runs of zero groups, for "::": RFC 5952 §4.2 wants
// at least two.
struct ZeroRun {
  int begin = -1;
  int length = 0;
};

ZeroRun LongestZeroRun(const V6Bytes& bytes) {
  ZeroRun best;
  ZeroRun run;
  for (int i = 0; i < 8; ++i) {
    if (GroupAt(bytes, i) != 0) {
      run = ZeroRun();
      continue;
    }
    if (run.length == 0) run.begin = i;
    ++run.length;
    if (run.length > best.length) best = run;
  }
  return best.length >= 2 ? best : ZeroRun();
}

std::string V6ToString(const V6Bytes& bytes) {
  const ZeroRun zeros = LongestZeroRun(bytes);
  std::string out;
  for (int i = 0; i < 8; ++i) {
    if (i == zeros.begin) {
      out += "::";
      i += zeros.length - 1;
      continue;
    }
    if (!out.empty() && out.back() != ':') out += ':';
    absl::StrAppend(&out, absl::Hex(GroupAt(bytes, i)));
  }
  return out;
}

}  // namespace

absl::StatusOr<IpAddress> IpAddress::Parse(absl::string_view text) {
  if (text.empty()) {
    return absl::InvalidArgumentError(
        "an address is missing: the text is "
        "empty");
  }
  if (text.size() > kLongestText ||
      !std::all_of(text.begin(), text.end(), IsAddressCharacter)) {
    // Not quoted: it may be anything.
    return absl::InvalidArgumentError(
        "the text is no IP address: it is too long or has characters that no "
        "address has");
  }
  if (absl::StrContains(text, ':')) return ParseV6(text);
  const std::optional<V4Bytes> quad = ParseQuad(text);
  if (!quad.has_value()) return BadV4(text);
  return FromV4Bytes(*quad);
}

IpAddress IpAddress::FromV4Bytes(const std::array<uint8_t, 4>& bytes) {
  IpAddress address;
  std::copy(bytes.begin(), bytes.end(), address.bytes_.begin());
  return address;
}

IpAddress IpAddress::FromV6Bytes(const std::array<uint8_t, 16>& bytes) {
  if (std::equal(bytes.begin(), bytes.begin() + 12, kMappedPrefix.begin())) {
    return FromV4Bytes({bytes[12], bytes[13], bytes[14], bytes[15]});
  }
  IpAddress address;
  address.is_v4_ = false;
  address.bytes_ = bytes;
  return address;
}

std::string IpAddress::ToString() const {
  if (!is_v4_) return V6ToString(bytes_);
  return absl::StrCat(bytes_[0], ".", bytes_[1], ".", bytes_[2], ".",
                      bytes_[3]);
}

}  // namespace pullgate
