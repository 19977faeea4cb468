// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/host_cells.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/policy/policy_snapshot.h"
#include "common/registry/dns_name.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;
using Texts = std::vector<std::string>;

std::shared_ptr<const PolicySnapshot> Whitelisting(const Texts& rules) {
  PolicyText text;
  text.mode = PolicyMode::kWhitelist;
  text.whitelist = rules;
  auto snapshot = CompilePolicy(text, {}).snapshot;
  EXPECT_NE(snapshot, nullptr);
  return snapshot;
}

Texts SamplesOfNames(const Texts& before, const Texts& after) {
  const auto a = Whitelisting(before);
  const auto b = Whitelisting(after);
  const NameCells cells({&a->index(), &b->index()});
  Texts samples;
  for (uint32_t cell = 0; cell < cells.size(); ++cell) {
    samples.push_back(cells.Sample(cell));
  }
  return samples;
}

Texts Addresses(const Texts& before, const Texts& after) {
  const auto a = Whitelisting(before);
  const auto b = Whitelisting(after);
  const AddressCells cells({&a->index(), &b->index()});
  Texts texts;
  for (uint32_t cell = 0; cell < cells.size(); ++cell) {
    texts.push_back(cells.ToString(cell));
  }
  return texts;
}

// A name of 252 bytes: one character fits below, after a dot, in no way.
std::string LongName(size_t size) {
  std::string name = "example";
  while (name.size() + 64 < size) {
    name = absl::StrCat(std::string(50, 'y'), ".", name);
  }
  return absl::StrCat(std::string(size - name.size() - 1, 'y'), ".", name);
}

TEST(HostCellsTest, NamesOfBothPoliciesAndOneBelowEachWildcard) {
  EXPECT_THAT(SamplesOfNames({"a.example", "*.b.example"}, {"x.b.example"}),
              AllOf(Contains("a.example"), Contains("x.b.example"),
                    Contains("x1.b.example"), Contains("registry.invalid"),
                    Contains("docker.io"), Contains("localhost")));
}

TEST(HostCellsTest, AWildcardWithoutRoomBelowHasNoSample) {
  EXPECT_THAT(SamplesOfNames({absl::StrCat("*.", LongName(252))}, {}),
              Contains(""));
  const Texts one = SamplesOfNames({absl::StrCat("*.", LongName(251))}, {});
  EXPECT_THAT(one, Not(Contains("")));
}

TEST(HostCellsTest, WhereLittleRoomIsLeftEveryNameIsTried) {
  const std::string name = LongName(251);
  Texts rules = {absl::StrCat("*.", name)};
  for (const char c :
       absl::string_view("abcdefghijklmnopqrstuvwxyz012345678")) {
    rules.push_back(absl::StrCat(std::string(1, c), ".", name));
  }
  EXPECT_THAT(SamplesOfNames(rules, {}), Contains(absl::StrCat("9.", name)));
  rules.push_back(absl::StrCat("9.", name));
  EXPECT_THAT(SamplesOfNames(rules, {}), Contains(""));
}

TEST(HostCellsTest, AddressesAreCutWherePrefixesBeginAndEnd) {
  EXPECT_THAT(Addresses({"10.0.0.0/8"}, {"10.0.0.4/30", "255.255.255.255"}),
              ElementsAre("0.0.0.0-9.255.255.255", "10.0.0.0/30", "10.0.0.4/30",
                          "10.0.0.8-10.255.255.255", "11.0.0.0-255.255.255.254",
                          "255.255.255.255", "::-::fffe:ffff:ffff",
                          "::1:0:0:0-ffff:ffff:ffff:ffff:"
                          "ffff:ffff:ffff:ffff"));
}

TEST(HostCellsTest, AllOfAFamilyIsOneCellAndMappedAddressesAreNone) {
  EXPECT_THAT(Addresses({"0.0.0.0/0"}, {"::/0"}),
              ElementsAre("0.0.0.0/0", "::-::fffe:ffff:ffff",
                          "::1:0:0:0-ffff:ffff:ffff:ffff:ffff:ffff:ffff:"
                          "ffff"));
}

}  // namespace
}  // namespace pullgate
