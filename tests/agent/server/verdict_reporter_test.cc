// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/server/verdict_reporter.h"

#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_log_sink.h"

namespace pullgate::agent {
namespace {

namespace decision_pb = pullgate::decision::v1;

class VerdictReporterTest : public testing::Test {
 protected:
  static GivenVerdict Permit(const std::string& event_id) {
    auto verdict = std::make_shared<PreparedVerdict>();
    verdict->effect = decision_pb::EFFECT_PERMIT;
    verdict->reason = decision_pb::DENY_REASON_UNSPECIFIED;
    verdict->rule = "whitelist[3]";
    verdict->address = "192.0.2.1";
    verdict->policy_revision = 7;
    return {verdict, "a.example", DecidedBy::kCache, absl::Milliseconds(2),
            event_id};
  }
  static GivenVerdict Denial() {
    auto verdict = std::make_shared<PreparedVerdict>();
    verdict->effect = decision_pb::EFFECT_DENY;
    verdict->reason = decision_pb::DENY_REASON_CERTIFICATE_REJECTED;
    return {verdict, "b.example", DecidedBy::kPdp, absl::Seconds(1), "e/2"};
  }
  void Start() {
    reporter_ = std::make_unique<VerdictReporter>(&log_, &metrics_, &clock_);
  }
  // All lines, after the reporter has ended.
  std::vector<std::string> Lines() {
    reporter_.reset();
    return sink_.lines();
  }
  void ExpectCounted(const std::string& series) {
    EXPECT_TRUE(absl::StrContains(metrics_.Text(), series)) << metrics_.Text();
  }

  FakeClock clock_{absl::FromUnixSeconds(1'700'000'000)};
  FakeLogSink sink_;
  Logger log_{&sink_, &clock_};
  Metrics metrics_;
  std::unique_ptr<VerdictReporter> reporter_;
};

TEST_F(VerdictReporterTest, SaysInOneLineWhatAnOperatorLooksFor) {
  Start();
  reporter_->OnVerdict(Permit("vch-1/e/1"));
  const std::vector<std::string> lines = Lines();
  ASSERT_EQ(lines.size(), 1);
  for (const char* part :
       {"\"registry\":\"a.example\"", "\"effect\":\"permit\"",
        "\"reason\":\"NONE\"", "\"rule\":\"whitelist[3]\"", "\"revision\":7",
        "\"source\":\"cache\"", "\"address\":\"192.0.2.1\"",
        "\"event_id\":\"vch-1/e/1\""}) {
    EXPECT_TRUE(absl::StrContains(lines.front(), part)) << lines.front();
  }
}

TEST_F(VerdictReporterTest, WritesEveryLineInOrder) {
  Start();
  for (int i = 0; i < 1000; ++i) {
    reporter_->OnVerdict(Permit(absl::StrCat("e/", i)));
  }
  const std::vector<std::string> lines = Lines();
  ASSERT_EQ(lines.size(), 1000);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_TRUE(absl::StrContains(lines[i], absl::StrCat("\"e/", i, "\"")));
  }
}

TEST_F(VerdictReporterTest, CountsByReasonAndSource) {
  Start();
  reporter_->OnVerdict(Permit("e/1"));
  reporter_->OnVerdict(Permit("e/2"));
  reporter_->OnVerdict(Denial());
  ExpectCounted("pulls_total{effect=\"permit\",reason=\"NONE\"} 2");
  ExpectCounted(
      "pulls_total{effect=\"deny\",reason=\"CERTIFICATE_REJECTED\"} 1");
  ExpectCounted("decision_source_total{source=\"cache\"} 2");
  ExpectCounted("decision_source_total{source=\"pdp\"} 1");
  ExpectCounted("pull_seconds_count 3");
}

TEST_F(VerdictReporterTest, BelowInfoItOnlyCounts) {
  log_.set_level(LogLevel::kWarning);
  Start();
  reporter_->OnVerdict(Permit("e/1"));
  ExpectCounted("pulls_total{effect=\"permit\",reason=\"NONE\"} 1");
  EXPECT_TRUE(Lines().empty());
}

TEST_F(VerdictReporterTest, WhatCouldNotBeRecordedIsAnErrorAndADenial) {
  Start();
  reporter_->OnUnrecorded("a.example",
                          absl::ResourceExhaustedError("spool full"));
  ExpectCounted("pulls_total{effect=\"deny\",reason=\"AUDIT_UNAVAILABLE\"} 1");
  const std::vector<std::string> lines = Lines();
  ASSERT_EQ(lines.size(), 1);
  EXPECT_TRUE(absl::StrContains(lines[0], "spool full"));
  EXPECT_TRUE(absl::StrContains(lines[0], "\"level\":\"error\""));
}

TEST_F(VerdictReporterTest, MalformedQuestionsCannotFloodTheLog) {
  Start();
  for (int i = 0; i < 500; ++i) {
    reporter_->OnRefused(absl::InvalidArgumentError("malformed"));
  }
  ExpectCounted(
      "pulls_total{effect=\"error\",reason=\"INVALID_ARGUMENT\"} 500");
  EXPECT_LT(Lines().size(), 50);
}

}  // namespace
}  // namespace pullgate::agent
