// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/token.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "common/status/error_info.h"
#include "gtest/gtest.h"

namespace pullgate::pdp {
namespace {

TEST(TokenTest, GivesThePositionBack) {
  for (const std::string position : {"", "a", "vch-1", "17 -3"}) {
    const std::string token = MakeToken("list", "filter", position);
    EXPECT_EQ(*ReadToken("list", "filter", token), position);
  }
}

TEST(TokenTest, IsFitForAUrlAndOpaque) {
  const std::string token = MakeToken("list", "", std::string(200, '\xff'));
  for (const char c : token) {
    EXPECT_TRUE(absl::ascii_isalnum(c) || c == '-' || c == '_') << c;
  }
}

TEST(TokenTest, IsRefusedByAnotherListingOrFilter) {
  const std::string token = MakeToken("list", "filter", "7");
  EXPECT_FALSE(ReadToken("tail", "filter", token).ok());
  EXPECT_FALSE(ReadToken("list", "other", token).ok());
  EXPECT_FALSE(ReadToken("list", "", token).ok());
  // Nor do kind, scope and position run into one another.
  EXPECT_FALSE(ReadToken("listf", "ilter", token).ok());
}

TEST(TokenTest, IsRefusedWhenAnyCharacterIsChanged) {
  const std::string token = MakeToken("list", "filter", "position 7");
  for (size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(ReadToken("list", "filter", changed).ok()) << i;
  }
}

TEST(TokenTest, IsRefusedWhenItIsNoToken) {
  const std::string token = MakeToken("list", "", "7");
  for (const std::string& text :
       {std::string(), std::string("7"), std::string("not base64!"),
        token.substr(1), token.substr(0, token.size() - 1), token + "A",
        token + "=", " " + token, std::string(100'000, 'A')}) {
    const auto position = ReadToken("list", "", text);
    EXPECT_EQ(position.status().code(), absl::StatusCode::kInvalidArgument)
        << text.substr(0, 100);
    EXPECT_EQ(ReasonOf(position.status()), "INVALID_TOKEN");
  }
}

}  // namespace
}  // namespace pullgate::pdp
