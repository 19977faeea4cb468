// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/config/yaml_tree.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

using Kind = YamlNode::Kind;

YamlNode Parse(absl::string_view text) {
  absl::StatusOr<YamlNode> root = ParseYaml(text);
  EXPECT_TRUE(root.ok()) << root.status();
  return root.ok() ? *std::move(root) : YamlNode();
}

std::string ErrorOf(absl::string_view text) {
  const absl::StatusOr<YamlNode> root = ParseYaml(text);
  EXPECT_EQ(root.status().code(), absl::StatusCode::kInvalidArgument) << text;
  return std::string(root.status().message());
}

TEST(YamlTreeTest, KeepsOrderLinesAndQuoting) {
  const YamlNode root = Parse(
      "# a comment\n"
      "plain: 5\n"
      "quoted: \"5\"\n"
      "list:\n"
      "  - one\n"
      "  - {inner: x}\n");
  ASSERT_EQ(root.kind, Kind::kMap);
  ASSERT_EQ(root.entries.size(), 3u);
  EXPECT_EQ(root.entries[0].key, "plain");
  EXPECT_EQ(root.entries[0].line, 2);
  EXPECT_FALSE(root.entries[0].value.quoted);
  EXPECT_TRUE(root.entries[1].value.quoted);
  const YamlNode& list = root.entries[2].value;
  ASSERT_EQ(list.kind, Kind::kList);
  ASSERT_EQ(list.items.size(), 2u);
  EXPECT_EQ(list.items[1].line, 6);
  EXPECT_EQ(list.items[1].entries[0].value.text, "x");
}

TEST(YamlTreeTest, KeepsRepeatedKeys) {
  const YamlNode root = Parse("a: 1\nb: 2\na: 3\n");
  ASSERT_EQ(root.entries.size(), 3u);
  EXPECT_EQ(root.entries[2].key, "a");
  EXPECT_EQ(root.entries[2].line, 3);
}

TEST(YamlTreeTest, NothingIsNull) {
  EXPECT_EQ(Parse("").kind, Kind::kNull);
  EXPECT_EQ(Parse("# only a comment\n").kind, Kind::kNull);
  EXPECT_EQ(Parse("a:\n").entries[0].value.kind, Kind::kNull);
  EXPECT_EQ(Parse("a: ~\n").entries[0].value.kind, Kind::kNull);
  EXPECT_EQ(Parse("a: \"\"\n").entries[0].value.kind, Kind::kScalar);
}

TEST(YamlTreeTest, RefusesWhatConfigurationDoesNotNeed) {
  EXPECT_TRUE(absl::StrContains(ErrorOf("a: &x 1\nb: 2\n"), "anchors"));
  EXPECT_TRUE(absl::StrContains(ErrorOf("a: &x {c: 1}\n"), "anchors"));
  EXPECT_TRUE(absl::StrContains(ErrorOf("a: &x [1]\nb: *x\n"), "anchors"));
  EXPECT_TRUE(absl::StrContains(ErrorOf("a: !!binary aGk=\n"), "tags"));
  EXPECT_TRUE(absl::StrContains(ErrorOf("a: !secret {}\n"), "tags"));
  EXPECT_TRUE(absl::StrContains(ErrorOf("a: 1\n---\nb: 2\n"), "document"));
  EXPECT_TRUE(absl::StrContains(ErrorOf("[a, b]: 1\n"), "key must be a word"));
  EXPECT_TRUE(absl::StrContains(ErrorOf("{a: 1}: 1\n"), "key must be a word"));
  EXPECT_TRUE(absl::StrContains(ErrorOf("~: 1\n"), "key must be a word"));
  EXPECT_TRUE(absl::StrContains(ErrorOf("? [x]\n: 1\n"), "key must be a word"));
}

TEST(YamlTreeTest, SaysWhereTheSyntaxIsWrong) {
  EXPECT_TRUE(absl::StrContains(ErrorOf("a: 1\nb: [1, 2\n"), "line "));
  EXPECT_TRUE(absl::StrContains(ErrorOf("a: 1\n b: 2\n"), "line 2"));
  EXPECT_TRUE(absl::StrContains(ErrorOf("\ta: 1\n"), "line 1"));
}

TEST(YamlTreeTest, QuotesMustBeClosed) {
  for (const char* text : {"a: \"x\nb: 2\n", "a: 'x\nb: 2\n", "a: \"x"}) {
    EXPECT_TRUE(absl::StrContains(ErrorOf(text), "not closed")) << text;
  }
}

TEST(YamlTreeTest, DocumentMarkersMayStandAroundIt) {
  EXPECT_EQ(Parse("---\na: 1\n").entries.size(), 1u);
  EXPECT_EQ(Parse("a: 1\n...\n").entries.size(), 1u);
  EXPECT_EQ(Parse("a: |\n  x\n").entries[0].value.text, "x\n");
}

TEST(YamlTreeTest, AliasesDoNotMultiply) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    absl::StrAppend(&bomb, "a", i, ": &a", i, " [");
    for (int j = 0; j < 9; ++j) {
      absl::StrAppend(&bomb, j == 0 ? "" : ", ", "*a", i - 1);
    }
    bomb += "]\n";
  }
  EXPECT_TRUE(absl::StrContains(ErrorOf(bomb), "not supported"));
}

TEST(YamlTreeTest, BoundsSizeDepthAndCount) {
  EXPECT_TRUE(absl::StrContains(ErrorOf(std::string(kMaxYamlBytes + 1, '#')),
                                "larger than"));
  const std::string deep =
      absl::StrCat("a: ", std::string(40, '['), std::string(40, ']'), "\n");
  EXPECT_TRUE(absl::StrContains(ErrorOf(deep), "within one another"));
  // Deeper than any stack.
  EXPECT_FALSE(
      ParseYaml(absl::StrCat("a: ", std::string(1'000'000, '['))).ok());
  std::string many = "a: [";
  for (size_t i = 0; i <= kMaxYamlNodes; ++i) many += "1,";
  EXPECT_TRUE(absl::StrContains(ErrorOf(many + "]\n"), "more than 500000"));
}

TEST(YamlTreeTest, SurvivesBytesThatAreNoYaml) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  for (size_t start = 0; start < bytes.size(); ++start) {
    (void)ParseYaml(bytes.substr(start));
    (void)ParseYaml(absl::StrCat("a: ", bytes.substr(start, 3)));
    (void)ParseYaml(absl::StrCat("a: \"", bytes.substr(start, 3), "\""));
  }
}

TEST(YamlTreeTest, DescribesShortly) {
  EXPECT_EQ(Describe(Parse("")), "nothing");
  EXPECT_EQ(Describe(Parse("[]")), "a list");
  EXPECT_EQ(Describe(Parse("{}")), "a map");
  EXPECT_EQ(Describe(Parse("fast")), "\"fast\"");
  EXPECT_LT(Describe(Parse(std::string(10000, 'x'))).size(), 80u);
}

}  // namespace
}  // namespace pullgate
