// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_SYNC_WATERMARK_H_
#define PULLGATE_COMMON_SYNC_WATERMARK_H_

#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "common/sync/mutex.h"

namespace pullgate {

// A number that only rises, and threads that wait until it is above another:
// readers of something that grows at its end. Thread-safe.
class Watermark {
 public:
  explicit Watermark(int64_t level) : level_(level) {}

  int64_t level() const ABSL_LOCKS_EXCLUDED(mu_);

  // Raises it to `level`; no-op if it is there already.
  void RaiseTo(int64_t level) ABSL_LOCKS_EXCLUDED(mu_);

  // Waits until it is above `level`, or `deadline`, or Close(). True if it is.
  bool WaitAbove(int64_t level, absl::Time deadline) ABSL_LOCKS_EXCLUDED(mu_);

  // Wakes all who wait, and keeps nobody waiting from now on.
  void Close() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  mutable Mutex mu_;
  CondVar changed_;
  int64_t level_ ABSL_GUARDED_BY(mu_);
  bool closed_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_SYNC_WATERMARK_H_
