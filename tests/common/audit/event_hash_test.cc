// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/audit/event_hash.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace pullgate {
namespace {

using ::testing::Eq;
using ::testing::Ne;

// printf '\0' | sha256sum
TEST(EventHashTest, OfNothingIsThatOfTheLeafByteAlone) {
  EXPECT_THAT(
      ToHex(HashEvent("")),
      Eq("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"));
}

// printf '\0abc' | sha256sum
TEST(EventHashTest, IsSha256OfTheLeafByteAndTheBytes) {
  EXPECT_THAT(
      ToHex(HashEvent("abc")),
      Eq("609f6e36d2405585188d5cfd761f407c7cc46a7d3f314c88270469dde315fcd1"));
}

TEST(EventHashTest, ChangesWithEachBit) {
  const std::string event(700, 'e');
  const EventHash hash = HashEvent(event);
  for (size_t bit = 0; bit < event.size() * 8; ++bit) {
    std::string other = event;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << (bit % 8)));
    ASSERT_THAT(HashEvent(other), Ne(hash)) << "bit " << bit;
  }
}

TEST(EventHashTest, SurvivesAsBytes) {
  const EventHash hash = HashEvent("abc");
  EXPECT_THAT(EventHashFromBytes(ToBytes(hash)), Eq(hash));
}

TEST(EventHashTest, HasThirtyTwoBytes) {
  const std::string bytes = ToBytes(HashEvent("abc"));
  EXPECT_THAT(EventHashFromBytes(bytes.substr(1)), Eq(std::nullopt));
  EXPECT_THAT(EventHashFromBytes(bytes + "x"), Eq(std::nullopt));
  EXPECT_THAT(EventHashFromBytes(""), Eq(std::nullopt));
}

}  // namespace
}  // namespace pullgate
