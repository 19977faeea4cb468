// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/sync/watermark.h"

namespace pullgate {

int64_t Watermark::level() const {
  MutexLock lock(&mu_);
  return level_;
}

void Watermark::RaiseTo(int64_t level) {
  MutexLock lock(&mu_);
  if (level <= level_) return;
  level_ = level;
  changed_.NotifyAll();
}

bool Watermark::WaitAbove(int64_t level, absl::Time deadline) {
  MutexLock lock(&mu_);
  while (level_ <= level && !closed_) {
    if (!changed_.WaitUntil(&mu_, deadline)) break;
  }
  return level_ > level;
}

void Watermark::Close() {
  MutexLock lock(&mu_);
  closed_ = true;
  changed_.NotifyAll();
}

}  // namespace pullgate
