// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_TAIL_HUB_H_
#define PULLGATE_PDP_SERVICE_TAIL_HUB_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "common/sync/mutex.h"
#include "pdp/ledger/audit_ledger.h"

namespace pullgate::pdp {

// Feeds the followers of the ledger. Two threads whatever their number: one
// waits for the ledger to grow, one reads for those who have taken everything
// they were given. Thread-safe.
class TailHub {
 public:
  using FollowerId = uint64_t;

  // Reads on for one follower and returns up to where the ledger has been
  // looked at for it, and whether it has something to send first. An error ends
  // the follower; it is not called again.
  struct Progress {
    int64_t position = 0;
    bool busy = false;
  };
  using Feed = std::function<absl::StatusOr<Progress>()>;

  // `ledger`, not owned, outlives this.
  TailHub(AuditLedger* ledger, int max_followers);
  ~TailHub();
  TailHub(const TailHub&) = delete;
  TailHub& operator=(const TailHub&) = delete;

  // ResourceExhausted, reason TOO_MANY_STREAMS.
  absl::StatusOr<FollowerId> Add(Feed feed) ABSL_LOCKS_EXCLUDED(mu_);
  // A feed may still be running when it returns.
  void Remove(FollowerId id) ABSL_LOCKS_EXCLUDED(mu_);

  // The follower has sent everything it had.
  void Hungry(FollowerId id) ABSL_LOCKS_EXCLUDED(mu_);

  // Stops feeding, and closes the ledger's waiting line. Idempotent.
  void Stop() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  struct Follower {
    std::shared_ptr<const Feed> feed;
    int64_t position = 0;
  };
  struct Task {
    FollowerId id;
    std::shared_ptr<const Feed> feed;
  };

  void WatchLedger() ABSL_LOCKS_EXCLUDED(mu_);
  void FeedFollowers() ABSL_LOCKS_EXCLUDED(mu_);
  // Null feed: stopped.
  Task NextTask() ABSL_LOCKS_EXCLUDED(mu_);
  void Fed(FollowerId id, const absl::StatusOr<Progress>& progress)
      ABSL_LOCKS_EXCLUDED(mu_);
  // False: stopped.
  bool LedgerGrewTo(int64_t position) ABSL_LOCKS_EXCLUDED(mu_);

  AuditLedger* const ledger_;
  const size_t max_followers_;

  Mutex mu_;
  CondVar changed_;
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  FollowerId next_id_ ABSL_GUARDED_BY(mu_) = 1;
  int64_t end_ ABSL_GUARDED_BY(mu_) = 0;  // the ledger's, as far as known
  std::map<FollowerId, Follower> followers_ ABSL_GUARDED_BY(mu_);
  std::set<FollowerId> to_feed_ ABSL_GUARDED_BY(mu_);
  std::set<FollowerId> at_end_ ABSL_GUARDED_BY(mu_);
  std::thread watcher_;  // last: run with everything above in place
  std::thread feeder_;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_TAIL_HUB_H_
