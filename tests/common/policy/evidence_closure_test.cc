// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/evidence_closure.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pullgate {

// Bits, joined by "or".
struct Bits {
  uint64_t bits = 0;
};
static Bits Together(Bits a, Bits b) { return {a.bits | b.bits}; }

namespace {

using ::testing::ElementsAre;

std::vector<std::string> Close(const std::vector<Joined<Bits>>& singles,
                               size_t most = 100) {
  std::vector<std::string> texts;
  for (const Joined<Bits>& joined : CloseUnderJoin(singles, most)) {
    texts.push_back(absl::StrCat(joined.value.bits, " of ",
                                 absl::StrJoin(joined.pieces, "+")));
  }
  return texts;
}

TEST(EvidenceClosureTest, FindsEveryJoinWithAsFewPiecesAsItTakes) {
  EXPECT_THAT(Close({{{1}, {7}}, {{2}, {8}}, {{4}, {9}}}),
              ElementsAre("1 of 7", "2 of 8", "4 of 9", "3 of 7+8", "5 of 7+9",
                          "6 of 8+9", "7 of 7+8+9"));
  EXPECT_THAT(Close({{{1}, {7}}, {{2}, {8}}, {{3}, {9}}}),
              ElementsAre("1 of 7", "2 of 8", "3 of 9"));
}

TEST(EvidenceClosureTest, RepeatsCountOnce) {
  EXPECT_THAT(Close({{{1}, {7}}, {{1}, {8}}}), ElementsAre("1 of 7"));
  EXPECT_THAT(Close({}), ElementsAre());
}

TEST(EvidenceClosureTest, StopsSoonAfterTheBound) {
  std::vector<Joined<Bits>> singles;
  for (uint32_t i = 0; i < 60; ++i) singles.push_back({{1ull << i}, {i}});
  const size_t found = Close(singles, 1000).size();
  EXPECT_GT(found, 1000u);
  EXPECT_LE(found, 1060u);
}

}  // namespace
}  // namespace pullgate
