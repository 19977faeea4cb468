// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/finding_list.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

using List = FindingPlace::List;

TEST(FindingPlaceTest, NamesTheRule) {
  EXPECT_EQ((FindingPlace{List::kMode}).ToString(), "mode");
  EXPECT_EQ((FindingPlace{List::kWhitelist, 2}).ToString(), "whitelist[2]");
  EXPECT_EQ((FindingPlace{List::kInsecure, 0}).ToString(), "insecure[0]");
  EXPECT_EQ((FindingPlace{List::kCaScopes, 1, 3}).ToString(),
            "registry_cas[1].scope[3]");
}

TEST(FindingListTest, SortsByPlaceThenErrorsFirst) {
  FindingList list;
  list.Warning({List::kInsecure, 0}, "C", "");
  list.Notice({List::kWhitelist, 10}, "B", "");
  list.Error({List::kWhitelist, 10}, "A", "");
  list.Notice({List::kWhitelist, 9}, "D", "");
  list.Notice({List::kMode}, "E", "");
  std::string codes;
  for (const Finding& finding : std::move(list).Take()) codes += finding.code;
  EXPECT_EQ(codes, "EDABC");
}

TEST(FindingListTest, KnowsErrors) {
  FindingList list;
  list.Warning({List::kMode}, "A", "");
  EXPECT_FALSE(list.has_error());
  list.Error({List::kMode}, "A", "");
  EXPECT_TRUE(list.has_error());
}

TEST(FindingListTest, IsBoundedAndSaysHowManyMoreThereAre) {
  FindingList list;
  for (size_t i = 0; i < kMaxFindings + 7; ++i) {
    list.Error({List::kWhitelist, i}, "A", "a");
  }
  list.Notice({List::kMode}, "B", "b");
  const std::vector<Finding> findings = std::move(list).Take();
  ASSERT_EQ(findings.size(), kMaxFindings + 2);
  EXPECT_EQ(findings.back().code, "MORE_FINDINGS");
  EXPECT_EQ(findings.back().message, "and 7 more errors");
  EXPECT_EQ(findings.back().severity, Severity::kError);
}

}  // namespace
}  // namespace pullgate
