// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/segment_digest.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "common/net/ip_address.h"
#include "pdp/ledger/stable_hash.h"

namespace pullgate::pdp {
namespace {

// Kinds of marks beside the fields' own numbers.
enum : uint64_t {
  kVchMark = 64,
  kRulePlaceMark = 65,
  kRuleTextMark = 66,
  kDomainMark = 67,
  kPrefixMark = 68,
};

constexpr size_t kChecksumBytes = 8;
constexpr size_t kBitsPerMark = 11;
constexpr int kProbes = 8;

// Addresses are marked with their prefixes of every so many bits, IPv6 only up
// to kLongestV6 and with all bits; prefixes in between are a few of these.
constexpr int kPrefixStep = 4;
constexpr int kLongestV6 = 64;

// 1 was that of digests with fewer prefixes: they exclude nothing.
constexpr uint64_t kChecksumSeed = 3;

uint64_t ChecksumOf(absl::string_view bits) {
  return StableHash(kChecksumSeed, bits);
}

// The bits behind `length` are zero.
Mark MarkOfPrefix(const std::array<uint8_t, 16>& address, bool is_v4,
                  int length) {
  std::array<char, 18> bytes = {};
  std::copy(address.begin(), address.end(), bytes.begin());
  bytes[16] = is_v4 ? '4' : '6';
  bytes[17] = static_cast<char>(length);
  return StableHash(kPrefixMark, {bytes.data(), bytes.size()});
}

Mark MarkOfPrefix(const IpPrefix& prefix) {
  return MarkOfPrefix(prefix.base().bytes(), prefix.base().is_v4(),
                      prefix.length());
}

uint64_t BitOf(Mark mark, int probe, uint64_t bits) {
  // Two halves make as many positions as wanted (Kirsch and Mitzenmacher,
  // "Less hashing, same performance").
  const uint64_t step = (mark >> 32) | 1;
  return ((mark & 0xffffffff) + static_cast<uint64_t>(probe) * step) % bits;
}

std::optional<IpAddress> LiteralIn(absl::string_view host) {
  const bool v4 = !host.empty() && host.find_first_not_of("0123456789.") ==
                                       absl::string_view::npos;
  if (!v4 && host.find(':') == absl::string_view::npos) return std::nullopt;
  const auto address = IpAddress::Parse(host);
  return address.ok() ? std::optional(*address) : std::nullopt;
}

void AppendAddressMarks(absl::string_view host, std::vector<Mark>* marks) {
  const std::optional<IpAddress> address = LiteralIn(host);
  if (!address) return;
  marks->push_back(MarkOfPrefix(IpPrefix(*address)));
  const int longest = address->is_v4() ? 31 : kLongestV6;
  for (int length = 0; length <= longest; length += kPrefixStep) {
    marks->push_back(MarkOfPrefix(IpPrefix(*address, length)));
  }
}

void AppendDomainMarks(absl::string_view host, std::vector<Mark>* marks) {
  if (host.empty() || LiteralIn(host)) return;
  marks->push_back(MarkOfDomain(host));
  for (size_t dot = host.find('.'); dot != absl::string_view::npos;
       dot = host.find('.')) {
    host.remove_prefix(dot + 1);
    marks->push_back(MarkOfDomain(host));
  }
}

}  // namespace

Mark MarkOfValue(EventField field, absl::string_view value) {
  return StableHash(static_cast<uint64_t>(field), value);
}

Mark MarkOfVch(absl::string_view vch) { return StableHash(kVchMark, vch); }

Mark MarkOfRulePlace(absl::string_view place) {
  return StableHash(kRulePlaceMark, place);
}

Mark MarkOfRuleText(absl::string_view text) {
  return StableHash(kRuleTextMark, text);
}

Mark MarkOfDomain(absl::string_view domain) {
  return StableHash(kDomainMark, domain);
}

std::vector<Mark> MarksOfPrefix(const IpPrefix& prefix) {
  if (prefix.is_single()) return {MarkOfPrefix(prefix)};
  const IpAddress& base = prefix.base();
  if (!base.is_v4() && prefix.length() > kLongestV6) {
    return {MarkOfPrefix(IpPrefix(base, kLongestV6))};
  }
  // Those of the next marked length, whose last bits lie within one byte.
  const int missing =
      (kPrefixStep - prefix.length() % kPrefixStep) % kPrefixStep;
  const int length = prefix.length() + missing;
  if (missing == 0) return {MarkOfPrefix(prefix)};
  std::array<uint8_t, 16> bytes = base.bytes();
  const auto last = static_cast<size_t>((length - 1) / 8);
  const int unit = 1 << (7 - (length - 1) % 8);
  std::vector<Mark> marks;
  marks.reserve(size_t{1} << missing);
  for (int i = 0; i < 1 << missing; ++i) {
    marks.push_back(MarkOfPrefix(bytes, base.is_v4(), length));
    bytes[last] = static_cast<uint8_t>(bytes[last] + unit);
  }
  return marks;
}

void AppendMarks(EventField field, absl::string_view value,
                 std::vector<Mark>* marks) {
  marks->push_back(MarkOfValue(field, value));
  switch (field) {
    case EventField::kAgent:
      marks->push_back(MarkOfVch(VchOfAgent(value)));
      break;
    case EventField::kRegistry:
      AppendDomainMarks(HostOfRegistry(value), marks);
      AppendAddressMarks(HostOfRegistry(value), marks);
      break;
    case EventField::kAddress:
      AppendAddressMarks(value, marks);
      break;
    case EventField::kRule:
      marks->push_back(MarkOfRulePlace(PartsOfRule(value).place));
      marks->push_back(MarkOfRuleText(PartsOfRule(value).text));
      break;
    default:
      break;
  }
}

std::string MakeDigest(std::vector<Mark> marks) {
  std::sort(marks.begin(), marks.end());
  marks.erase(std::unique(marks.begin(), marks.end()), marks.end());
  const size_t bytes = marks.size() * kBitsPerMark / 8 + 8;
  std::string digest(kChecksumBytes + bytes, '\0');
  for (const Mark mark : marks) {
    for (int probe = 0; probe < kProbes; ++probe) {
      const uint64_t bit = BitOf(mark, probe, bytes * 8);
      digest[kChecksumBytes + bit / 8] |= static_cast<char>(1 << (bit % 8));
    }
  }
  const uint64_t checksum =
      ChecksumOf(absl::string_view(digest).substr(kChecksumBytes));
  std::memcpy(&digest[0], &checksum, kChecksumBytes);
  return digest;
}

Digest::Digest(absl::string_view bytes) {
  if (bytes.size() <= kChecksumBytes) return;
  uint64_t checksum = 0;
  std::memcpy(&checksum, bytes.data(), kChecksumBytes);
  bytes.remove_prefix(kChecksumBytes);
  if (checksum == ChecksumOf(bytes)) bits_ = bytes;
}

bool Digest::MayHave(Mark mark) const {
  if (bits_.empty()) return true;
  for (int probe = 0; probe < kProbes; ++probe) {
    const uint64_t bit = BitOf(mark, probe, bits_.size() * 8);
    if ((bits_[bit / 8] >> (bit % 8) & 1) == 0) return false;
  }
  return true;
}

}  // namespace pullgate::pdp
