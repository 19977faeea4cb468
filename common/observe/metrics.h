// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_OBSERVE_METRICS_H_
#define PULLGATE_COMMON_OBSERVE_METRICS_H_

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "common/observe/metric_info.h"
#include "common/sync/mutex.h"

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
class Registry;
}  // namespace prometheus

namespace pullgate {

// A number that only grows. Thread-safe, as are the other two.
class Counter {
 public:
  explicit Counter(prometheus::Counter* inner) : inner_(inner) {}
  void Increment(double by = 1);  // `by` is not negative

 private:
  prometheus::Counter* const inner_;
};

// A number that goes up and down.
class Gauge {
 public:
  explicit Gauge(prometheus::Gauge* inner) : inner_(inner) {}
  void Set(double value);
  void Add(double by);

 private:
  prometheus::Gauge* const inner_;
};

// How often a measurement fell into which range.
class Histogram {
 public:
  explicit Histogram(prometheus::Histogram* inner) : inner_(inner) {}
  void Observe(double value);

 private:
  prometheus::Histogram* const inner_;
};

// The metrics of a process, by the names of names.h. Thread-safe. What it
// returns is made on first use, lives as long as it does, and may be kept:
//
//   Counter& denied = metrics.CounterOf(names::kPulls, {"deny", "NO_POLICY"});
//
// As many label values as the metric has labels. A metric keeps at most
// kMaxSeries combinations: what comes later counts as one whose labels are all
// "other", so that no stranger can fill the memory with names.
class Metrics {
 public:
  static constexpr size_t kMaxSeries = 1000;

  Metrics();
  ~Metrics();

  Counter& CounterOf(const MetricInfo& info,
                     std::vector<std::string> labels = {})
      ABSL_LOCKS_EXCLUDED(mu_);
  Gauge& GaugeOf(const MetricInfo& info, std::vector<std::string> labels = {})
      ABSL_LOCKS_EXCLUDED(mu_);
  // Ranges for durations from a tenth of a millisecond to a minute.
  Histogram& SecondsOf(const MetricInfo& info,
                       std::vector<std::string> labels = {})
      ABSL_LOCKS_EXCLUDED(mu_);

  // In Prometheus' text format.
  std::string Text() const;

  // For MetricsServer.
  std::shared_ptr<prometheus::Registry> registry() const { return registry_; }

 private:
  template <typename Metric>
  struct Family {
    std::map<std::vector<std::string>, std::unique_ptr<Metric>> series;
  };
  template <typename Metric>
  using Families = std::map<std::string, Family<Metric>>;

  template <typename Metric, typename Make>
  Metric& Of(Families<Metric>& families, const MetricInfo& info,
             std::vector<std::string> labels, const Make& make)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const std::shared_ptr<prometheus::Registry> registry_;
  Mutex mu_;
  Families<Counter> counters_ ABSL_GUARDED_BY(mu_);
  Families<Gauge> gauges_ ABSL_GUARDED_BY(mu_);
  Families<Histogram> histograms_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_OBSERVE_METRICS_H_
