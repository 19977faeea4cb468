// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/live_streams.h"

#include <vector>

#include "common/status/error_info.h"

namespace pullgate::pdp {
namespace {

absl::Status ShuttingDown() {
  return WithReason(
      absl::UnavailableError("the PDP is shutting down; connect again"),
      "SHUTTING_DOWN");
}

absl::Status TooOld() {
  return WithReason(
      absl::UnavailableError("the connection is to be renewed; connect again"),
      "CONNECTION_AGE");
}

}  // namespace

void LiveStreams::Add(const std::shared_ptr<LiveStream>& stream) {
  {
    MutexLock lock(&mu_);
    if (!closed_) {
      streams_[stream.get()] = {stream, clock_->Now()};
      return;
    }
  }
  stream->End(ShuttingDown());
}

void LiveStreams::Remove(const LiveStream* stream) {
  MutexLock lock(&mu_);
  streams_.erase(stream);
}

void LiveStreams::EndAll() {
  {
    MutexLock lock(&mu_);
    closed_ = true;
  }
  EndAddedBefore(absl::InfiniteFuture());
}

void LiveStreams::EndAddedBefore(absl::Time limit) {
  const absl::Status status =
      limit == absl::InfiniteFuture() ? ShuttingDown() : TooOld();
  // Ended without the lock: a stream that ends removes itself.
  std::vector<std::shared_ptr<LiveStream>> old;
  {
    MutexLock lock(&mu_);
    for (const auto& [key, entry] : streams_) {
      if (entry.added >= limit) continue;
      if (auto stream = entry.stream.lock()) old.push_back(std::move(stream));
    }
  }
  for (const auto& stream : old) stream->End(status);
}

}  // namespace pullgate::pdp
