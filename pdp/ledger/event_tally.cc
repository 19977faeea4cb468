// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/event_tally.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/error_info.h"

namespace pullgate::pdp {

absl::Status EventTally::Add(const std::vector<std::string>& values,
                             int64_t count, int64_t first_ns, int64_t last_ns) {
  auto known = groups_.find(values);
  if (known == groups_.end()) {
    if (groups_.size() >= max_groups_) {
      return WithReason(
          absl::ResourceExhaustedError(absl::StrCat(
              "more than ", max_groups_,
              " groups: narrow the filter, or group by fewer fields")),
          "TOO_MANY_GROUPS");
    }
    EventCount fresh;
    fresh.values = values;
    fresh.first_ns = first_ns;
    fresh.last_ns = last_ns;
    known = groups_.emplace(values, std::move(fresh)).first;
  }
  EventCount& group = known->second;
  group.count += count;
  group.first_ns = std::min(group.first_ns, first_ns);
  group.last_ns = std::max(group.last_ns, last_ns);
  return absl::OkStatus();
}

std::vector<EventCount> EventTally::Take() {
  std::vector<EventCount> counts;
  counts.reserve(groups_.size());
  for (auto& [values, count] : groups_) counts.push_back(std::move(count));
  groups_.clear();
  return counts;
}

}  // namespace pullgate::pdp
