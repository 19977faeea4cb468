// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/observe/log.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <cmath>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_log_sink.h"

namespace pullgate {
namespace {

using google::protobuf::Struct;

// A line as a JSON parser reads it; the test fails if it is not one object.
Struct ParseLine(const std::string& line) {
  Struct object;
  const auto status =
      google::protobuf::util::JsonStringToMessage(line, &object);
  EXPECT_TRUE(status.ok()) << status.ToString() << "\n" << line;
  EXPECT_EQ(line.find('\n'), std::string::npos);
  return object;
}

class LoggerTest : public testing::Test {
 protected:
  Struct Last() {
    const std::vector<std::string> lines = sink_.lines();
    EXPECT_FALSE(lines.empty());
    return lines.empty() ? Struct() : ParseLine(lines.back());
  }
  std::string Text(const char* key) {
    return Last().fields().at(key).string_value();
  }

  FakeLogSink sink_;
  FakeClock clock_{absl::FromUnixMicros(1'700'000'000'123'456)};
  Logger log_{&sink_, &clock_};
};

TEST_F(LoggerTest, WritesOneObjectPerLine) {
  log_.Info("policy stored", {{"vch", "build-7"}, {"revision", 12}});
  EXPECT_EQ(sink_.lines().front(),
            "{\"time\":\"2023-11-14T22:13:20.123456Z\",\"level\":\"info\","
            "\"message\":\"policy stored\",\"vch\":\"build-7\","
            "\"revision\":12}");
}

TEST_F(LoggerTest, FieldsKeepTheirTypes) {
  log_.Info("m", {{"bool", true},
                  {"int", int64_t{-5}},
                  {"big", std::numeric_limits<uint64_t>::max()},
                  {"number", 0.25},
                  {"duration", absl::Milliseconds(1500)},
                  {"expires", absl::UnixEpoch()},
                  {"status", absl::NotFoundError("no such VCH")},
                  {"ok", absl::OkStatus()}});
  const std::string line = sink_.lines().front();
  const Struct object = ParseLine(line);
  EXPECT_TRUE(object.fields().at("bool").bool_value());
  EXPECT_EQ(object.fields().at("int").number_value(), -5);
  EXPECT_TRUE(absl::StrContains(line, "\"big\":18446744073709551615"));
  EXPECT_EQ(object.fields().at("number").number_value(), 0.25);
  EXPECT_EQ(object.fields().at("duration").number_value(), 1.5);
  EXPECT_EQ(object.fields().at("status").string_value(),
            "NOT_FOUND: no such VCH");
  EXPECT_EQ(object.fields().at("ok").string_value(), "OK");
}

TEST_F(LoggerTest, NumbersThatJsonLacksAreNull) {
  log_.Info("m", {{"inf", std::numeric_limits<double>::infinity()},
                  {"nan", std::nan("")},
                  {"forever", absl::InfiniteDuration()},
                  {"never", absl::InfiniteFuture()}});
  const Struct object = Last();
  EXPECT_EQ(object.fields().at("inf").kind_case(),
            google::protobuf::Value::kNullValue);
  EXPECT_EQ(object.fields().at("forever").kind_case(),
            google::protobuf::Value::kNullValue);
}

TEST_F(LoggerTest, EscapesWhateverAStrangerSent) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text = {'a', static_cast<char>(byte), '"', '\\', '\n'};
    log_.Info(text, {{"field", text}});
    const std::string line = sink_.lines().back();
    ParseLine(line);
    for (const char c : line) {
      EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) << byte;
    }
  }
}

TEST_F(LoggerTest, WhatIsEscapedReadsBack) {
  const std::string text = "tab\t quote\" back\\ line\n häßlich";
  log_.Info("m", {{"field", text}});
  EXPECT_EQ(Text("field"), text);
}

TEST_F(LoggerTest, ForgedLinesStayInTheirString) {
  log_.Info("m", {{"field", "x\"}\n{\"level\":\"error\""}});
  ASSERT_EQ(sink_.lines().size(), 1u);
  EXPECT_EQ(Text("level"), "info");
}

TEST_F(LoggerTest, BoundsStringsAndLines) {
  const std::string huge(1 << 20, '\x01');  // escaped, six times as long
  log_.Info(huge, {{"a", huge}, {"b", huge}, {"c", huge}, {"d", 1}});
  const std::string line = sink_.lines().back();
  EXPECT_LE(line.size(), kMaxLogLine);
  EXPECT_TRUE(ParseLine(line).fields().at("truncated").bool_value());
}

TEST_F(LoggerTest, CutsLongStrings) {
  log_.Info("m", {{"a", std::string(10'000, 'x')}});
  EXPECT_EQ(Text("a").size(), kMaxLogString);
  EXPECT_TRUE(absl::EndsWith(Text("a"), "..."));
}

TEST_F(LoggerTest, LeavesOutWhatIsBelowTheLevel) {
  log_.Debug("quiet");
  EXPECT_TRUE(sink_.lines().empty());
  EXPECT_FALSE(log_.enabled(LogLevel::kDebug));
  log_.set_level(LogLevel::kError);
  log_.Warning("quiet");
  EXPECT_TRUE(sink_.lines().empty());
  log_.Error("loud");
  EXPECT_EQ(Text("level"), "error");
  log_.set_level(LogLevel::kDebug);
  log_.Debug("loud");
  EXPECT_EQ(Text("level"), "debug");
}

TEST_F(LoggerTest, ManyThreadsWriteWholeLines) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this, i] {
      for (int j = 0; j < 100; ++j) log_.Info("m", {{"thread", i}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(sink_.lines().size(), 400u);
  for (const std::string& line : sink_.lines()) ParseLine(line);
}

}  // namespace
}  // namespace pullgate
