// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/host_cells.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "common/net/ip_prefix.h"
#include "common/registry/dns_name.h"
#include "common/registry/docker_hub.h"

namespace pullgate {
namespace {

// A name of this length or less has room for any label that is tried first.
constexpr size_t kRoomy = 230;
constexpr size_t kMostNameBytes = 253;

template <typename T>
void SortUnique(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

template <typename Visit>
void VisitHosts(const PolicyPair& policies, Visit&& visit) {
  for (const PolicyIndex* policy : policies) {
    const RuleIndex& protects = policy->protected_registries.hosts();
    for (const RuleIndex* index :
         {&policy->rules, &protects, &policy->unpinnable}) {
      index->VisitDistinct([&](const RuleHit& hit) { visit(*index, hit); });
    }
  }
}

// The next text of these characters in the order of length, then alphabet.
// False after the last one of `most` bytes.
bool NextText(size_t most, std::string& text) {
  constexpr absl::string_view kCharacters =
      "abcdefghijklmnopqrstuvwxyz0123456789-.";
  for (size_t i = text.size(); i-- > 0;) {
    const size_t next = kCharacters.find(text[i]) + 1;
    if (next < kCharacters.size()) {
      text[i] = kCharacters[next];
      return true;
    }
    text[i] = kCharacters[0];
  }
  text += kCharacters[0];
  return text.size() <= most;
}

absl::uint128 NumberOf(const IpAddress& address) {
  absl::uint128 number = 0;
  for (int i = 0; i < address.bits() / 8; ++i) {
    number = number << 8 | address.bytes()[i];
  }
  return number;
}

IpAddress AddressOf(bool v4, absl::uint128 number) {
  if (v4) {
    const uint64_t bits = absl::Uint128Low64(number);
    return IpAddress::FromV4Bytes(
        {static_cast<uint8_t>(bits >> 24), static_cast<uint8_t>(bits >> 16),
         static_cast<uint8_t>(bits >> 8), static_cast<uint8_t>(bits)});
  }
  std::array<uint8_t, 16> bytes;
  for (int i = 15; i >= 0; --i, number >>= 8) {
    bytes[i] = static_cast<uint8_t>(absl::Uint128Low64(number));
  }
  return IpAddress::FromV6Bytes(bytes);
}

absl::uint128 LastOf(bool v4) {
  return v4 ? absl::uint128(UINT32_MAX) : absl::Uint128Max();
}

// IPv4 addresses, when written as IPv6: no addresses of their own.
constexpr absl::uint128 kMappedFirst = absl::MakeUint128(0, 0xffff00000000);
constexpr absl::uint128 kAfterMapped = absl::MakeUint128(0, 0x1000000000000);

}  // namespace

NameCells::NameCells(const PolicyPair& policies) {
  VisitHosts(policies, [this](const RuleIndex& index, const RuleHit& hit) {
    if (hit.kind == Rule::Kind::kName) exact_.push_back(index.NameOf(hit));
    if (hit.kind == Rule::Kind::kWildcard) above_.push_back(index.NameOf(hit));
  });
  // Names that are special without being mentioned.
  exact_.insert(exact_.end(), kDockerHubNames.begin(), kDockerHubNames.end());
  exact_.push_back("localhost");
  SortUnique(exact_);
  SortUnique(above_);
  mentioned_.insert(exact_.begin(), exact_.end());
}

std::string NameCells::Sample(uint32_t cell) const {
  if (cell < exact_.size()) return std::string(exact_[cell]);
  return IsBelow(cell) ? SampleBelow(Above(cell)) : SampleOfTheRest();
}

std::string NameCells::ToString(uint32_t cell) const {
  if (cell < exact_.size()) return std::string(exact_[cell]);
  return IsBelow(cell) ? absl::StrCat("*.", Above(cell)) : "any other name";
}

std::string NameCells::SampleBelow(absl::string_view name) const {
  std::string sample = absl::StrCat("x.", name);
  if (name.size() <= kRoomy) {
    // Ends: each time round, one more name must be mentioned.
    for (size_t i = 1; mentioned_.contains(sample); ++i) {
      sample = absl::StrCat("x", i, ".", name);
    }
    return sample;
  }
  if (name.size() + 2 > kMostNameBytes) return "";
  const size_t room = kMostNameBytes - 1 - name.size();
  for (std::string front; NextText(room, front);) {
    sample = absl::StrCat(front, ".", name);
    if (mentioned_.contains(sample) || IsBelowANarrowerOne(sample, name)) {
      continue;
    }
    const auto parsed = DnsName::Parse(sample);
    if (parsed.ok() && parsed->text() == sample) return sample;
  }
  return "";
}

bool NameCells::IsBelowANarrowerOne(absl::string_view sample,
                                    absl::string_view name) const {
  while (true) {
    sample.remove_prefix(sample.find('.') + 1);
    if (sample.size() <= name.size()) return false;
    if (std::binary_search(above_.begin(), above_.end(), sample)) return true;
  }
}

std::string NameCells::SampleOfTheRest() const {
  absl::flat_hash_set<absl::string_view> last_labels;
  const auto note = [&](absl::string_view name) {
    last_labels.insert(name.substr(name.rfind('.') + 1));
  };
  std::for_each(exact_.begin(), exact_.end(), note);
  std::for_each(above_.begin(), above_.end(), note);
  std::string label = "invalid";
  for (size_t i = 1; last_labels.contains(label); ++i) {
    label = absl::StrCat("invalid", i);
  }
  return absl::StrCat("registry.", label);
}

AddressCells::AddressCells(const PolicyPair& policies) {
  std::vector<absl::uint128> v4 = {0};
  std::vector<absl::uint128> v6 = {0, kMappedFirst, kAfterMapped};
  VisitHosts(policies, [&](const RuleIndex& index, const RuleHit& hit) {
    if (hit.kind != Rule::Kind::kPrefix) return;
    const IpPrefix prefix = index.PrefixOf(hit);
    const bool is_v4 = prefix.base().is_v4();
    const absl::uint128 first = NumberOf(prefix.base());
    const int host_bits = prefix.base().bits() - prefix.length();
    const absl::uint128 last =
        host_bits == 128 ? LastOf(false)
                         : first + ((absl::uint128(1) << host_bits) - 1);
    std::vector<absl::uint128>& starts = is_v4 ? v4 : v6;
    starts.push_back(first);
    if (last != LastOf(is_v4)) starts.push_back(last + 1);
  });
  Cut(/*v4=*/true, std::move(v4));
  Cut(/*v4=*/false, std::move(v6));
}

void AddressCells::Cut(bool v4, std::vector<absl::uint128> starts) {
  SortUnique(starts);
  for (size_t i = 0; i < starts.size(); ++i) {
    if (!v4 && starts[i] >= kMappedFirst && starts[i] < kAfterMapped) continue;
    const absl::uint128 last =
        i + 1 < starts.size() ? starts[i + 1] - 1 : LastOf(v4);
    cells_.push_back({v4, starts[i], last});
  }
}

IpAddress AddressCells::Sample(uint32_t cell) const {
  return AddressOf(cells_[cell].v4, cells_[cell].first);
}

std::string AddressCells::ToString(uint32_t cell) const {
  const Cell& range = cells_[cell];
  const IpAddress first = AddressOf(range.v4, range.first);
  for (int length = 0; length <= first.bits(); ++length) {
    const IpPrefix prefix(first, length);
    if (prefix.base() != first) continue;
    const int host_bits = first.bits() - length;
    const absl::uint128 last =
        host_bits == 128 ? LastOf(false)
                         : range.first + ((absl::uint128(1) << host_bits) - 1);
    if (last == range.last) return prefix.ToString();
  }
  return absl::StrCat(first.ToString(), "-",
                      AddressOf(range.v4, range.last).ToString());
}

}  // namespace pullgate
