// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/observe/metrics.h"

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/observe/names.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

constexpr MetricInfo kPlain = {"test_plain_total", "Plain.", {}};
constexpr MetricInfo kLabelled = {
    "test_labelled_total", "Labelled.", {"effect", "reason"}};

size_t SeriesOf(const Metrics& metrics, const std::string& name) {
  size_t count = 0;
  for (const absl::string_view line : absl::StrSplit(metrics.Text(), '\n')) {
    if (absl::StartsWith(line, name)) ++count;
  }
  return count;
}

TEST(MetricsTest, CountsByLabels) {
  Metrics metrics;
  metrics.CounterOf(kLabelled, {"deny", "NO_POLICY"}).Increment();
  metrics.CounterOf(kLabelled, {"deny", "NO_POLICY"}).Increment(2);
  metrics.CounterOf(kLabelled, {"permit", "NONE"}).Increment();
  const std::string text = metrics.Text();
  EXPECT_TRUE(absl::StrContains(
      text, "test_labelled_total{effect=\"deny\",reason=\"NO_POLICY\"} 3"))
      << text;
  EXPECT_TRUE(absl::StrContains(text, "# HELP test_labelled_total Labelled."));
  EXPECT_TRUE(absl::StrContains(text, "# TYPE test_labelled_total counter"));
}

TEST(MetricsTest, SameLabelsAreTheSameSeries) {
  Metrics metrics;
  EXPECT_EQ(&metrics.CounterOf(kLabelled, {"a", "b"}),
            &metrics.CounterOf(kLabelled, {"a", "b"}));
  EXPECT_NE(&metrics.CounterOf(kLabelled, {"a", "b"}),
            &metrics.CounterOf(kLabelled, {"b", "a"}));
}

TEST(MetricsTest, GaugesGoUpAndDown) {
  Metrics metrics;
  Gauge& gauge = metrics.GaugeOf({"test_gauge", "G.", {}});
  gauge.Set(5);
  gauge.Add(-2);
  EXPECT_TRUE(absl::StrContains(metrics.Text(), "test_gauge 3"));
}

TEST(MetricsTest, HistogramsSortIntoRanges) {
  Metrics metrics;
  metrics.SecondsOf({"test_seconds", "S.", {}}).Observe(0.003);
  const std::string text = metrics.Text();
  EXPECT_TRUE(absl::StrContains(text, "test_seconds_bucket{le=\"0.0025\"} 0"))
      << text;
  EXPECT_TRUE(absl::StrContains(text, "test_seconds_bucket{le=\"0.005\"} 1"));
}

TEST(MetricsTest, StrangersCannotFillTheMemoryWithLabels) {
  Metrics metrics;
  for (size_t i = 0; i < Metrics::kMaxSeries + 500; ++i) {
    metrics.CounterOf(kLabelled, {absl::StrCat(i), "x"}).Increment();
  }
  EXPECT_LE(SeriesOf(metrics, "test_labelled_total{"), Metrics::kMaxSeries + 1);
  EXPECT_TRUE(absl::StrContains(
      metrics.Text(),
      "test_labelled_total{effect=\"other\",reason=\"other\"} 500"));
}

TEST(MetricsTest, WrongNumberOfLabelsDoesNotBringTheProcessDown) {
  Metrics metrics;
  metrics.CounterOf(kLabelled, {"a"}).Increment();
  metrics.CounterOf(kPlain, {"a", "b", "c", "d"}).Increment();
  EXPECT_TRUE(absl::StrContains(metrics.Text(), "test_plain_total 1"));
}

TEST(MetricsTest, LabelValuesMayBeAnyBytes) {
  Metrics metrics;
  metrics.CounterOf(kLabelled, {"a\"\n\\", "\xff"}).Increment();
  EXPECT_EQ(SeriesOf(metrics, "test_labelled_total{"), 1u);
}

TEST(MetricsTest, ManyThreadsCountTogether) {
  Metrics metrics;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 1000; ++j) metrics.CounterOf(kPlain).Increment();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(absl::StrContains(metrics.Text(), "test_plain_total 4000"));
}

}  // namespace
}  // namespace pullgate
