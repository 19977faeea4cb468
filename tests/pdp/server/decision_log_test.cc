// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/server/decision_log.h"

#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_log_sink.h"
#include "tests/support/audit_events.h"
#include "tests/support/threads.h"

namespace pullgate::pdp {
namespace {

namespace pb = pullgate::decision::v1;

DecisionRecord Denial(const std::string& id) {
  DecisionRecord record;
  record.vch = "a";
  record.registry = "registry.example:5000";
  record.effect = pb::EFFECT_DENY;
  record.reason = pb::DENY_REASON_NOT_WHITELISTED;
  record.policy_revision = 7;
  record.decision_id = id;
  record.evidence_source = pb::EVIDENCE_SOURCE_CALLER;
  record.elapsed = absl::Milliseconds(250);
  return record;
}

class DecisionLogTest : public ::testing::Test {
 protected:
  FakeClock clock_{absl::FromUnixSeconds(1'000'000)};
  FakeLogSink lines_;
  Logger log_{&lines_, &clock_};
  Metrics metrics_;
  const Caller agent_ = Caller::Agent(Vch("a"));
};

TEST_F(DecisionLogTest, WritesOneLineThatSaysEverything) {
  { DecisionLog(&log_, &metrics_).Add(agent_, Denial("id-1")); }
  ASSERT_EQ(lines_.lines().size(), 1u);
  for (const std::string field :
       {"\"level\":\"info\"", "\"message\":\"pull decided\"", "\"vch\":\"a\"",
        "\"registry\":\"registry.example:5000\"", "\"effect\":\"deny\"",
        "\"reason\":\"NOT_WHITELISTED\"", "\"rule\":\"\"", "\"revision\":7",
        "\"decision_id\":\"id-1\"", "\"source\":\"caller\"",
        "\"caller\":\"vch/a\"", "\"duration_seconds\":0.25"}) {
    EXPECT_TRUE(lines_.Has(field)) << field << " in " << lines_.lines()[0];
  }
}

TEST_F(DecisionLogTest, LosesNoneOfManyThreads) {
  constexpr int kThreads = 4;
  constexpr int kEach = 1000;
  {
    DecisionLog log(&log_, &metrics_);
    Threads threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.Start([this, &log] {
        for (int i = 0; i < kEach; ++i) log.Add(agent_, Denial("id"));
      });
    }
  }
  EXPECT_EQ(lines_.lines().size(), size_t{kThreads * kEach});
}

TEST_F(DecisionLogTest, CountsPermitsAndDenialsWhateverIsLogged) {
  log_.set_level(LogLevel::kError);
  {
    DecisionLog log(&log_, &metrics_);
    log.Add(agent_, Denial("1"));
    log.Add(agent_, Denial("2"));
    DecisionRecord permit = Denial("3");
    permit.effect = pb::EFFECT_PERMIT;
    permit.reason = pb::DENY_REASON_UNSPECIFIED;
    log.Add(agent_, permit);
  }
  EXPECT_TRUE(lines_.lines().empty());
  const std::string text = metrics_.Text();
  EXPECT_TRUE(absl::StrContains(
      text,
      "pullgate_decisions_total{effect=\"deny\",reason=\"NOT_WHITELISTED\"} "
      "2"));
  EXPECT_TRUE(absl::StrContains(
      text, "pullgate_decisions_total{effect=\"permit\",reason=\"NONE\"} 1"));
}

// Does not take a line before the test lets it.
class SlowSink final : public LogSink {
 public:
  void Write(std::string line) noexcept override {
    MutexLock lock(&mu_);
    last_ = std::move(line);
    while (!open_) opened_.Wait(&mu_);
  }
  void Open() {
    MutexLock lock(&mu_);
    open_ = true;
    opened_.NotifyAll();
  }
  std::string last() {
    MutexLock lock(&mu_);
    return last_;
  }

 private:
  Mutex mu_;
  CondVar opened_;
  bool open_ ABSL_GUARDED_BY(mu_) = false;
  std::string last_ ABSL_GUARDED_BY(mu_);
};

TEST_F(DecisionLogTest, SaysHowManyLinesAreMissing) {
  SlowSink sink;
  Logger logger(&sink, &clock_);
  auto log = std::make_unique<DecisionLog>(&logger, &metrics_);
  // What is taken is at most one full queue; the next one overflows.
  const size_t enough = 2 * DecisionLog::kMaxWaiting + 10;
  for (size_t i = 0; i < enough; ++i) log->Add(agent_, Denial("id"));
  sink.Open();
  log.reset();
  EXPECT_TRUE(absl::StrContains(
      metrics_.Text(), absl::StrCat("reason=\"NOT_WHITELISTED\"} ", enough)));
}

}  // namespace
}  // namespace pullgate::pdp
