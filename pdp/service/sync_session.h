// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_SYNC_SESSION_H_
#define PULLGATE_PDP_SERVICE_SYNC_SESSION_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "common/identity/vch_id.h"
#include "common/rpc/caller.h"
#include "common/sync/mutex.h"
#include "common/time/clock.h"
#include "pdp/fleet/fleet.h"
#include "pdp/policy/policy_book.h"
#include "pdp/service/conversation.h"
#include "pdp/service/sync_observer.h"
#include "pullgate/sync/v1/sync_service.pb.h"

namespace pullgate::pdp {

// One agent's Sync conversation: pullgate.sync.v1.SyncService says how it goes.
//
// What is still to be sent is at most the policy now in force, however often it
// changed meanwhile, and one lease. A lease is only ever for a revision that
// the agent said it holds, or was sent before the lease on this stream.
class SyncSession final
    : public Conversation<pullgate::sync::v1::SyncRequest,
                          pullgate::sync::v1::SyncResponse> {
 public:
  // Not owned; outlive this.
  SyncSession(Caller caller, PolicyBook* book, Fleet* fleet,
              SyncObserver* observer, const Clock* clock);

  absl::Status OnMessage(const pullgate::sync::v1::SyncRequest& request)
      override ABSL_LOCKS_EXCLUDED(mu_);
  std::optional<pullgate::sync::v1::SyncResponse> Next() override
      ABSL_LOCKS_EXCLUDED(mu_);
  void OnEnd() override ABSL_LOCKS_EXCLUDED(mu_);

  // Finds out what is in force now. May wait for storage. Nothing to do before
  // the agent has subscribed.
  absl::Status Refresh() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  struct Subscription {
    VchId vch;
    Fleet::MemberId member;
    // Of the policy that the agent holds or has been sent.
    int64_t known_revision;
    // Never null; its revision never falls.
    std::shared_ptr<const PolicyInForce> policy;
    // The heartbeat to answer.
    std::optional<int64_t> heartbeat;
  };

  absl::Status Handle(const pullgate::sync::v1::SyncRequest& request)
      ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status OnSubscribe(const pullgate::sync::v1::Subscribe& subscribe)
      ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status OnAck(int64_t revision) ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status OnNack(const pullgate::sync::v1::Nack& nack)
      ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status OnHeartbeat(int64_t heartbeat_id) ABSL_LOCKS_EXCLUDED(mu_);
  void Leave(const Subscription& subscription);
  std::optional<VchId> SubscribedVch() const ABSL_LOCKS_EXCLUDED(mu_);

  const Caller caller_;
  PolicyBook* const book_;
  Fleet* const fleet_;
  SyncObserver* const observer_;
  const Clock* const clock_;

  mutable Mutex mu_;
  // The stream may end while its first message is still being handled.
  bool ended_ ABSL_GUARDED_BY(mu_) = false;
  std::optional<Subscription> subscription_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_SYNC_SESSION_H_
