// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_SYNC_HUB_H_
#define PULLGATE_PDP_SERVICE_SYNC_HUB_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "common/identity/vch_id.h"
#include "common/sync/mutex.h"

namespace pullgate::pdp {

// Tells open Sync streams that their policy may have changed.
//
// One thread goes through the streams that have something to look at, each at
// most once however many changes there were meanwhile. Thread-safe.
class SyncHub {
 public:
  using StreamId = uint64_t;
  // Looks at what is in force and sends it. May wait for storage.
  using Refresh = std::function<void()>;

  SyncHub();
  // Ends the thread; streams may outlive it.
  ~SyncHub();
  SyncHub(const SyncHub&) = delete;
  SyncHub& operator=(const SyncHub&) = delete;

  StreamId Add(const VchId& vch, Refresh refresh) ABSL_LOCKS_EXCLUDED(mu_);
  // A refresh may still be running when it returns.
  void Remove(StreamId id) ABSL_LOCKS_EXCLUDED(mu_);

  // A PolicyBook::Listener. Never waits.
  void Changed(const std::optional<VchId>& vch) ABSL_LOCKS_EXCLUDED(mu_);

  // Stops refreshing. Idempotent.
  void Stop() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  struct Stream {
    VchId vch;
    std::shared_ptr<const Refresh> refresh;
  };

  void Run() ABSL_LOCKS_EXCLUDED(mu_);
  // Null: stopped.
  std::shared_ptr<const Refresh> NextToRefresh() ABSL_LOCKS_EXCLUDED(mu_);

  Mutex mu_;
  CondVar changed_;
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  StreamId next_id_ ABSL_GUARDED_BY(mu_) = 1;
  std::map<StreamId, Stream> streams_ ABSL_GUARDED_BY(mu_);
  std::set<StreamId> to_refresh_ ABSL_GUARDED_BY(mu_);
  std::thread thread_;  // last: runs with everything above in place
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_SYNC_HUB_H_
