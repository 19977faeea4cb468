// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/segment_digest.h"

#include <algorithm>
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

// Short enough to leave out few segments in vain, long enough to leave out most
// for the prefixes that people ask for.
constexpr int kV4Lengths[] = {32, 24, 16, 8};
constexpr int kV6Lengths[] = {128, 64, 48, 32, 16};

uint64_t ChecksumOf(absl::string_view bits) { return StableHash(1, bits); }

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
  if (address->is_v4()) {
    for (const int length : kV4Lengths) {
      marks->push_back(MarkOfPrefix(IpPrefix(*address, length)));
    }
  } else {
    for (const int length : kV6Lengths) {
      marks->push_back(MarkOfPrefix(IpPrefix(*address, length)));
    }
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

Mark MarkOfPrefix(const IpPrefix& prefix) {
  std::string bytes(prefix.base().bytes().begin(), prefix.base().bytes().end());
  bytes.push_back(prefix.base().is_v4() ? '4' : '6');
  bytes.push_back(static_cast<char>(prefix.length()));
  return StableHash(kPrefixMark, bytes);
}

bool MarkedPrefixOf(const IpPrefix& prefix, IpPrefix* marked) {
  const auto pick = [&](const auto& lengths) {
    for (const int length : lengths) {
      if (length > prefix.length()) continue;
      *marked = IpPrefix(prefix.base(), length);
      return true;
    }
    return false;
  };
  return prefix.base().is_v4() ? pick(kV4Lengths) : pick(kV6Lengths);
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
