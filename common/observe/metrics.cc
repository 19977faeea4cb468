// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/observe/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/text/utf8.h"

namespace pullgate {
namespace {

constexpr char kOther[] = "other";

size_t LabelCount(const MetricInfo& info) {
  return static_cast<size_t>(
      std::count_if(info.labels.begin(), info.labels.end(),
                    [](const char* label) { return label != nullptr; }));
}

prometheus::Labels ToLabels(const MetricInfo& info,
                            const std::vector<std::string>& values) {
  prometheus::Labels labels;
  for (size_t i = 0; i < values.size(); ++i) {
    labels[info.labels[i]] = ToValidUtf8(values[i]);
  }
  return labels;
}

const prometheus::Histogram::BucketBoundaries& SecondsBuckets() {
  static const auto* const buckets =
      new prometheus::Histogram::BucketBoundaries{
          0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
          0.1,    0.25,    0.5,    1,     2.5,    5,     10,   30,    60};
  return *buckets;
}

}  // namespace

void Counter::Increment(double by) { inner_->Increment(by); }
void Gauge::Set(double value) { inner_->Set(value); }
void Gauge::Add(double by) { inner_->Increment(by); }
void Histogram::Observe(double value) { inner_->Observe(value); }

Metrics::Metrics() : registry_(std::make_shared<prometheus::Registry>()) {}
Metrics::~Metrics() = default;

template <typename Metric, typename Make>
Metric& Metrics::Of(Families<Metric>& families, const MetricInfo& info,
                    std::vector<std::string> labels, const Make& make) {
  Family<Metric>& family = families[info.name];
  // A caller that forgot a label must not bring the process down.
  labels.resize(LabelCount(info), kOther);
  const auto known = family.series.find(labels);
  if (known != family.series.end()) return *known->second;
  if (family.series.size() >= kMaxSeries) {
    labels.assign(labels.size(), kOther);
  }
  auto& series = family.series[labels];
  if (series == nullptr) {
    series = std::make_unique<Metric>(&make(ToLabels(info, labels)));
  }
  return *series;
}

Counter& Metrics::CounterOf(const MetricInfo& info,
                            std::vector<std::string> labels) {
  MutexLock lock(&mu_);
  return Of(counters_, info, std::move(labels),
            [&](const prometheus::Labels& values) -> prometheus::Counter& {
              return prometheus::BuildCounter()
                  .Name(info.name)
                  .Help(info.help)
                  .Register(*registry_)
                  .Add(values);
            });
}

Gauge& Metrics::GaugeOf(const MetricInfo& info,
                        std::vector<std::string> labels) {
  MutexLock lock(&mu_);
  return Of(gauges_, info, std::move(labels),
            [&](const prometheus::Labels& values) -> prometheus::Gauge& {
              return prometheus::BuildGauge()
                  .Name(info.name)
                  .Help(info.help)
                  .Register(*registry_)
                  .Add(values);
            });
}

Histogram& Metrics::SecondsOf(const MetricInfo& info,
                              std::vector<std::string> labels) {
  MutexLock lock(&mu_);
  return Of(histograms_, info, std::move(labels),
            [&](const prometheus::Labels& values) -> prometheus::Histogram& {
              return prometheus::BuildHistogram()
                  .Name(info.name)
                  .Help(info.help)
                  .Register(*registry_)
                  .Add(values, SecondsBuckets());
            });
}

std::string Metrics::Text() const {
  return prometheus::TextSerializer().Serialize(registry_->Collect());
}

}  // namespace pullgate
