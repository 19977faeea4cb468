// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/config/yaml_scalar.h"

#include <cstdint>
#include <limits>
#include <string>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "pullgate/config/v1/agent_config.pb.h"

namespace pullgate {
namespace {

template <typename T>
std::string ErrorOf(const absl::StatusOr<T>& value) {
  EXPECT_EQ(value.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(value.status().message());
}

TEST(YamlScalarTest, BoolIsTrueOrFalse) {
  EXPECT_EQ(*ParseBool("true"), true);
  EXPECT_EQ(*ParseBool("false"), false);
  for (const char* text : {"yes", "on", "True", "TRUE", "1"}) {
    EXPECT_TRUE(absl::StrContains(ErrorOf(ParseBool(text)), "(here: true)"))
        << text;
  }
  for (const char* text : {"no", "off", "False", "0", "n"}) {
    EXPECT_TRUE(absl::StrContains(ErrorOf(ParseBool(text)), "(here: false)"))
        << text;
  }
  EXPECT_FALSE(ParseBool("").ok());
  EXPECT_FALSE(ParseBool("maybe").ok());
}

absl::StatusOr<int64_t> Int(absl::string_view text) {
  return ParseInt(text, -100, 1000, /*is_bytes=*/false);
}

TEST(YamlScalarTest, IntegersAreDecimalAndInRange) {
  EXPECT_EQ(*Int("0"), 0);
  EXPECT_EQ(*Int("-100"), -100);
  EXPECT_EQ(*Int("1000"), 1000);
  for (const char* text :
       {"", "-", "1001", "-101", "1.5", "1e3", "0x10", "+5", "5 ", " 5", "five",
        "1_000", "1,000", "--5", "64KiB", "99999999999999999999999"}) {
    EXPECT_FALSE(Int(text).ok()) << text;
  }
  EXPECT_TRUE(absl::StrContains(ErrorOf(Int("1001")), "from -100 to 1000"));
}

TEST(YamlScalarTest, BytesMayHaveUnits) {
  const int64_t max = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(*ParseInt("64MiB", 0, max, true), 64 << 20);
  EXPECT_EQ(*ParseInt("1KiB", 0, max, true), 1024);
  EXPECT_EQ(*ParseInt("2GiB", 0, max, true), int64_t{2} << 30);
  EXPECT_EQ(*ParseInt("5", 0, max, true), 5);
  for (const char* text :
       {"64MB", "64 MiB", "MiB", "1.5GiB", "9223372036854775807KiB",
        "99999999999GiB", "64mib", "1MiBKiB"}) {
    EXPECT_FALSE(ParseInt(text, 0, max, true).ok()) << text;
  }
}

TEST(YamlScalarTest, DurationsHaveUnits) {
  EXPECT_EQ(*ParseConfigDuration("10s"), absl::Seconds(10));
  EXPECT_EQ(*ParseConfigDuration("500ms"), absl::Milliseconds(500));
  EXPECT_EQ(*ParseConfigDuration("1h30m"), absl::Minutes(90));
  EXPECT_EQ(*ParseConfigDuration("1.5s"), absl::Milliseconds(1500));
  EXPECT_EQ(*ParseConfigDuration("0"), absl::ZeroDuration());
  for (const char* text :
       {"", "10", "-10s", "10 s", "10d", "fast", "inf", "-inf", "10sec", "s"}) {
    EXPECT_TRUE(absl::StrContains(ErrorOf(ParseConfigDuration(text)), "10s"))
        << text;
  }
}

TEST(YamlScalarTest, DurationsPrintAsTheyAreRead) {
  for (const absl::Duration value :
       {absl::ZeroDuration(), absl::Milliseconds(200), absl::Seconds(90),
        absl::Hours(168), absl::Nanoseconds(1)}) {
    EXPECT_EQ(*ParseConfigDuration(FormatConfigDuration(value)), value);
  }
}

TEST(YamlScalarTest, EnumsGoByTheirShortNames) {
  const auto& type = *config::v1::DecideLocally_descriptor();
  EXPECT_EQ(*ParseEnum("when_pdp_is_away", type),
            config::v1::DECIDE_LOCALLY_WHEN_PDP_IS_AWAY);
  EXPECT_EQ(*ParseEnum("never", type), config::v1::DECIDE_LOCALLY_NEVER);
  const auto& nested = *config::v1::SpoolConfig::Durability_descriptor();
  EXPECT_EQ(*ParseEnum("power_loss", nested),
            config::v1::SpoolConfig::DURABILITY_POWER_LOSS);
}

TEST(YamlScalarTest, OtherEnumSpellingsAreErrorsThatHelp) {
  const auto& type = *config::v1::DecideLocally_descriptor();
  for (const char* text : {"unspecified", "", "0", "1", "NEVER",
                           "DECIDE_LOCALLY_NEVER", "sometimes"}) {
    EXPECT_TRUE(
        absl::StrContains(ErrorOf(ParseEnum(text, type)),
                          "expected one of when_pdp_is_away, always, never"))
        << text;
  }
  EXPECT_TRUE(absl::StrContains(ErrorOf(ParseEnum("allways", type)),
                                "did you mean always?"));
}

TEST(YamlScalarTest, NumbersAreFinite) {
  EXPECT_EQ(*ParseNumber("0.5"), 0.5);
  for (const char* text : {"", "nan", "inf", "half", "1e999"}) {
    EXPECT_FALSE(ParseNumber(text).ok()) << text;
  }
}

}  // namespace
}  // namespace pullgate
