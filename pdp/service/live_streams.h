// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_LIVE_STREAMS_H_
#define PULLGATE_PDP_SERVICE_LIVE_STREAMS_H_

#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/sync/mutex.h"
#include "common/time/clock.h"

namespace pullgate::pdp {

// A stream that would go on for as long as its caller likes.
class LiveStream {
 public:
  virtual ~LiveStream() = default;

  // Ends it with this status as soon as what is being written is written.
  // Thread-safe; may be called again, and after its end.
  virtual void End(const absl::Status& status) = 0;
};

// The open streams, so that this process can end them: all of them when it
// shuts down, old ones so that their connections can be renewed. Thread-safe.
class LiveStreams {
 public:
  explicit LiveStreams(const Clock* clock) : clock_(clock) {}

  // Ends `stream` at once if EndAll() came before.
  void Add(const std::shared_ptr<LiveStream>& stream) ABSL_LOCKS_EXCLUDED(mu_);
  void Remove(const LiveStream* stream) ABSL_LOCKS_EXCLUDED(mu_);

  // Unavailable, reason SHUTTING_DOWN: these and all that come later.
  void EndAll() ABSL_LOCKS_EXCLUDED(mu_);

  // Unavailable, reason CONNECTION_AGE: those that were added before `limit`.
  void EndAddedBefore(absl::Time limit) ABSL_LOCKS_EXCLUDED(mu_);

 private:
  struct Entry {
    std::weak_ptr<LiveStream> stream;
    absl::Time added;
  };

  const Clock* const clock_;
  Mutex mu_;
  bool closed_ ABSL_GUARDED_BY(mu_) = false;
  absl::flat_hash_map<const LiveStream*, Entry> streams_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_LIVE_STREAMS_H_
