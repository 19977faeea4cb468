// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/audit/event_batch.h"

#include "absl/strings/str_cat.h"

namespace pullgate::agent {

absl::Status EventBatch::Add(absl::string_view file, int64_t sequence,
                             absl::string_view payload) {
  bytes_left_ -= static_cast<int64_t>(payload.size());
  full_ = full() || (bytes_left_ < 0 && !events_.empty());
  if (full_) return absl::OkStatus();
  if (!events_.emplace_back().ParseFromArray(
          payload.data(), static_cast<int>(payload.size()))) {
    return absl::DataLossError(
        absl::StrCat(file, " is damaged: the event with sequence ", sequence,
                     " does not parse"));
  }
  return absl::OkStatus();
}

}  // namespace pullgate::agent
