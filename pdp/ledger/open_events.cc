// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/open_events.h"

#include <algorithm>
#include <utility>

namespace pullgate::pdp {

void OpenEvents::Publish(int64_t first_position,
                         std::vector<EventFields> events, int64_t keep_from) {
  MutexLock lock(&mu_);
  if (first_position !=
      first_position_ + static_cast<int64_t>(events_.size())) {
    events_.clear();
    first_position_ = first_position;
  }
  for (EventFields& event : events) events_.push_back(std::move(event));
  while (!events_.empty() && first_position_ < keep_from) {
    events_.pop_front();
    ++first_position_;
  }
}

OpenEvents::Found OpenEvents::Find(const CompiledFilter& filter, int64_t first,
                                   int64_t last) const {
  Found found;
  MutexLock lock(&mu_);
  const int64_t end = first_position_ + static_cast<int64_t>(events_.size());
  found.first_known = std::max(first, first_position_);
  found.last_known = std::min(last, end - 1);
  for (int64_t position = found.first_known; position <= found.last_known;
       ++position) {
    if (filter.Matches(events_[position - first_position_])) {
      found.positions.push_back(position);
    }
  }
  return found;
}

}  // namespace pullgate::pdp
