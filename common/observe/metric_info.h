// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_OBSERVE_METRIC_INFO_H_
#define PULLGATE_COMMON_OBSERVE_METRIC_INFO_H_

#include <array>

namespace pullgate {

inline constexpr int kMaxMetricLabels = 3;

// What a metric is called, what it says, and the names of its labels.
struct MetricInfo {
  const char* name;
  const char* help;
  // Unused places are null.
  std::array<const char*, kMaxMetricLabels> labels = {};
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_OBSERVE_METRIC_INFO_H_
