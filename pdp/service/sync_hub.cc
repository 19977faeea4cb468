// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/sync_hub.h"

#include <utility>

namespace pullgate::pdp {

SyncHub::SyncHub() : thread_([this] { Run(); }) {}

SyncHub::~SyncHub() { Stop(); }

SyncHub::StreamId SyncHub::Add(const VchId& vch, Refresh refresh) {
  MutexLock lock(&mu_);
  const StreamId id = next_id_++;
  streams_.emplace(
      id, Stream{vch, std::make_shared<const Refresh>(std::move(refresh))});
  return id;
}

void SyncHub::Remove(StreamId id) {
  MutexLock lock(&mu_);
  streams_.erase(id);
  to_refresh_.erase(id);
}

void SyncHub::Changed(const std::optional<VchId>& vch) {
  MutexLock lock(&mu_);
  for (const auto& [id, stream] : streams_) {
    if (!vch || stream.vch == *vch) to_refresh_.insert(id);
  }
  changed_.NotifyAll();
}

void SyncHub::Stop() {
  {
    MutexLock lock(&mu_);
    stopped_ = true;
    changed_.NotifyAll();
  }
  if (thread_.joinable()) thread_.join();
}

void SyncHub::Run() {
  while (const auto refresh = NextToRefresh()) (*refresh)();
}

std::shared_ptr<const SyncHub::Refresh> SyncHub::NextToRefresh() {
  MutexLock lock(&mu_);
  while (to_refresh_.empty() && !stopped_) changed_.Wait(&mu_);
  if (stopped_) return nullptr;
  const auto first = to_refresh_.begin();
  const auto refresh = streams_.at(*first).refresh;
  to_refresh_.erase(first);
  return refresh;
}

}  // namespace pullgate::pdp
