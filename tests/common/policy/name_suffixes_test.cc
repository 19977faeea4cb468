// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/name_suffixes.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

std::string SuffixesOf(absl::string_view name) {
  const NameSuffixes suffixes(name);
  std::vector<absl::string_view> found;
  for (int labels = 1; labels <= suffixes.labels(); ++labels) {
    found.push_back(suffixes.Suffix(labels));
  }
  return absl::StrJoin(found, " ");
}

// Labels of all lengths, so that they begin and end anywhere in a word.
std::string NameOfLabels(const std::vector<size_t>& lengths) {
  std::vector<std::string> labels;
  for (size_t i = 0; i < lengths.size(); ++i) {
    labels.push_back(std::string(lengths[i], static_cast<char>('a' + i % 26)));
  }
  return absl::StrJoin(labels, ".");
}

TEST(NameSuffixesTest, CutsAtLabels) {
  EXPECT_EQ(SuffixesOf("a"), "a");
  EXPECT_EQ(SuffixesOf("a.b"), "b a.b");
  EXPECT_EQ(SuffixesOf("reg.lab.example.com"),
            "com example.com lab.example.com reg.lab.example.com");
}

TEST(NameSuffixesTest, ASuffixHasTheHashOfItselfAlone) {
  for (size_t first = 1; first <= 63; ++first) {
    for (const size_t second : {1, 2, 7, 8, 9, 15, 16, 17, 30, 63}) {
      const std::string name = NameOfLabels({first, second, 3, second, first});
      const NameSuffixes suffixes(name);
      ASSERT_EQ(suffixes.labels(), 5);
      for (int labels = 1; labels <= 5; ++labels) {
        // Elsewhere in memory, with other bytes around it.
        const std::string alone =
            absl::StrCat("#.#", suffixes.Suffix(labels), ".#");
        const NameSuffixes same(
            absl::string_view(alone).substr(3, alone.size() - 5));
        ASSERT_EQ(same.hash(), suffixes.HashOf(labels)) << name;
      }
    }
  }
}

TEST(NameSuffixesTest, KnowsTheLongestNames) {
  const std::string deepest = NameOfLabels(std::vector<size_t>(127, 1));
  const NameSuffixes suffixes(deepest);
  EXPECT_EQ(deepest.size(), 253u);
  EXPECT_EQ(suffixes.labels(), 127);
  EXPECT_EQ(suffixes.Suffix(127), deepest);
  EXPECT_EQ(suffixes.Suffix(1), deepest.substr(252));
  EXPECT_EQ(NameSuffixes(NameOfLabels({63, 63, 63, 61})).labels(), 4);
}

TEST(NameSuffixesTest, TakesWhatIsNoName) {
  EXPECT_EQ(NameSuffixes("").labels(), 1);
  EXPECT_EQ(SuffixesOf("."), " .");
  EXPECT_EQ(SuffixesOf("a..b"), "b .b a..b");
  const std::string text(1000, '.');
  const NameSuffixes cut(text);
  EXPECT_EQ(cut.labels(), NameSuffixes::kMaxLabels);
  EXPECT_EQ(cut.Suffix(NameSuffixes::kMaxLabels), text);
}

TEST(NameSuffixesTest, HashesDiffer) {
  std::set<uint64_t> hashes;
  std::set<uint32_t> low_bits;
  constexpr int kNames = 100000;
  for (int i = 0; i < kNames; ++i) {
    const std::string name = absl::StrCat("reg", i, ".example.com");
    hashes.insert(NameSuffixes(name).hash());
    low_bits.insert(static_cast<uint32_t>(NameSuffixes(name).hash() % kNames));
  }
  EXPECT_EQ(hashes.size(), static_cast<size_t>(kNames));
  // By chance one in e slots stays empty.
  EXPECT_GT(low_bits.size(), static_cast<size_t>(0.62 * kNames));
  // Where a label ends counts.
  EXPECT_NE(NameSuffixes("xabcdefgh").hash(),
            NameSuffixes("x.abcdefgh").hash());
  EXPECT_NE(NameSuffixes("a.b").hash(), NameSuffixes("b.a").hash());
  EXPECT_NE(NameSuffixes("").hash(), NameSuffixes(".").hash());
}

}  // namespace
}  // namespace pullgate
