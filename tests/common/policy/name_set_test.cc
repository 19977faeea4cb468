// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/name_set.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

TEST(NameSetTest, FindsNothingWhenEmpty) {
  const NameSet names;
  EXPECT_EQ(names.Find("a"), NameSet::kNone);
  EXPECT_EQ(names.Find(""), NameSet::kNone);
  EXPECT_EQ(names.size(), 0u);
}

TEST(NameSetTest, NumbersNamesInOrderAndOnce) {
  NameSet names;
  EXPECT_EQ(names.Insert("b"), 0u);
  EXPECT_EQ(names.Insert("a"), 1u);
  EXPECT_EQ(names.Insert("b"), 0u);
  EXPECT_EQ(names.size(), 2u);
  EXPECT_EQ(names.Name(1), "a");
}

TEST(NameSetTest, KeepsNamesApartThatBeginAlike) {
  NameSet names;
  names.Insert("ab");
  names.Insert("abc");
  EXPECT_EQ(names.Find("a"), NameSet::kNone);
  EXPECT_EQ(names.Find("abc"), 1u);
  EXPECT_EQ(names.Find("abcd"), NameSet::kNone);
}

TEST(NameSetTest, FindsEveryOneOfManyAfterGrowing) {
  NameSet names;
  for (uint32_t i = 0; i < 10000; ++i) {
    ASSERT_EQ(names.Insert(absl::StrCat("reg", i, ".example")), i);
  }
  names.ShrinkToFit();
  for (uint32_t i = 0; i < 10000; ++i) {
    const std::string name = absl::StrCat("reg", i, ".example");
    ASSERT_EQ(names.Find(name), i);
    ASSERT_EQ(names.Name(i), name);
  }
  EXPECT_EQ(names.Find("reg10000.example"), NameSet::kNone);
}

}  // namespace
}  // namespace pullgate
