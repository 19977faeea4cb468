// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/identity/vch_id.h"

#include <string>

#include "absl/hash/hash_testing.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

std::string ErrorOf(const absl::StatusOr<VchId>& id) {
  EXPECT_FALSE(id.ok());
  EXPECT_EQ(id.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(id.status().message());
}

TEST(VchIdTest, AcceptsWhatANameMayBe) {
  for (const char* text : {"a", "7", "vch-1", "Build.Farm_7", "a--b", "a..b"}) {
    const absl::StatusOr<VchId> id = VchId::Parse(text);
    ASSERT_TRUE(id.ok()) << text << id.status();
    EXPECT_EQ(id->text(), text);
  }
  EXPECT_TRUE(VchId::Parse(std::string(63, 'x')).ok());
}

TEST(VchIdTest, RefusesEverythingElse) {
  const std::string with_nul("a\0b", 3);
  for (const std::string& text :
       {std::string(), std::string(64, 'x'), std::string("-a"),
        std::string("a-"), std::string(".a"), std::string("a."),
        std::string("_a"), std::string("a b"), std::string("a/b"),
        std::string("a%41"), std::string(".."), std::string("ä"),
        std::string("a\n"), with_nul}) {
    EXPECT_FALSE(VchId::Parse(text).ok()) << text;
  }
}

TEST(VchIdTest, SaysWhatIsWrong) {
  EXPECT_TRUE(absl::StrContains(ErrorOf(VchId::Parse("")), "empty"));
  EXPECT_TRUE(absl::StrContains(ErrorOf(VchId::Parse("a b")), "\" \""));
  EXPECT_TRUE(absl::StrContains(ErrorOf(VchId::Parse("a-")), "start and end"));
  EXPECT_TRUE(absl::StrContains(ErrorOf(VchId::Parse(std::string(64, 'x'))),
                                "64 characters; at most 63"));
}

TEST(VchIdTest, QuotesLittleAndOnlyPrintable) {
  const std::string message =
      ErrorOf(VchId::Parse(std::string(100000, '\x01')));
  EXPECT_LT(message.size(), 600u);
  EXPECT_FALSE(absl::StrContains(message, "\x01"));
}

TEST(VchIdTest, NamesRoundTrip) {
  const VchId id = *VchId::Parse("vch-1");
  EXPECT_EQ(id.Name(), "vchs/vch-1");
  EXPECT_EQ(id.PolicyName(), "vchs/vch-1/policy");
  EXPECT_EQ(*VchId::ParseName(id.Name()), id);
  EXPECT_EQ(*VchId::ParsePolicyName(id.PolicyName()), id);
}

TEST(VchIdTest, SuggestsTheResourceName) {
  EXPECT_TRUE(absl::StrContains(ErrorOf(VchId::ParseName("vch-1")),
                                "expected \"vchs/vch-1\""));
  EXPECT_TRUE(absl::StrContains(ErrorOf(VchId::ParseName("?")),
                                "expected \"vchs/{vch}\""));
  for (const char* text : {"vch-1", "vchs/vch-1"}) {
    EXPECT_TRUE(absl::StrContains(ErrorOf(VchId::ParsePolicyName(text)),
                                  "expected \"vchs/vch-1/policy\""))
        << text;
  }
}

TEST(VchIdTest, NamesAreExact) {
  for (const char* text : {"", "vchs/", "vchs//", "vchs/a/policy", "vchs/a/",
                           "/vchs/a", "Vchs/a", "vchs/a/b"}) {
    EXPECT_FALSE(VchId::ParseName(text).ok()) << text;
  }
  for (const char* text :
       {"", "vchs/a", "vchs//policy", "vchs/policy", "vchs/a/policy/",
        "vchs/a/policies", "vchs/a/b/policy"}) {
    EXPECT_FALSE(VchId::ParsePolicyName(text).ok()) << text;
  }
}

TEST(VchIdTest, IsCaseSensitive) {
  EXPECT_NE(*VchId::Parse("a"), *VchId::Parse("A"));
  EXPECT_TRUE(absl::VerifyTypeImplementsAbslHashCorrectly(
      {*VchId::Parse("a"), *VchId::Parse("A"), *VchId::Parse("b")}));
}

}  // namespace
}  // namespace pullgate
