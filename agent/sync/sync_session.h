// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_SYNC_SYNC_SESSION_H_
#define PULLGATE_AGENT_SYNC_SYNC_SESSION_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "agent/decide/policy_holder.h"
#include "agent/sync/policy_updater.h"
#include "common/identity/vch_id.h"
#include "common/sync/mutex.h"
#include "common/time/clock.h"
#include "pullgate/sync/v1/sync_service.pb.h"

namespace pullgate::agent {

struct SyncIdentity {
  VchId vch;
  std::string agent_version;
  std::string agent_instance;  // a new random text for each run
};

// The agent's half of one Sync conversation, without the network: what to say
// first, what to answer, when the other side is silent. The rules are those of
// sync_service.proto.
//
// Thread-safe. Pointers are not owned and outlive this.
class SyncSession {
 public:
  // Heartbeats without an answer before the PDP counts as silent.
  static constexpr size_t kMaxUnanswered = 3;

  SyncSession(SyncIdentity identity, PolicyHolder* holder,
              PolicyUpdater* updater, const Clock* wall, const Clock* boot);

  // The first message. Its sending counts from this call.
  pullgate::sync::v1::SyncRequest Subscribe() ABSL_LOCKS_EXCLUDED(mu_);

  // The next heartbeat, to be sent at once. nullopt: too many have no answer;
  // end the stream and start anew.
  std::optional<pullgate::sync::v1::SyncRequest> Heartbeat()
      ABSL_LOCKS_EXCLUDED(mu_);

  struct Reaction {
    // To be sent, in this order.
    std::vector<pullgate::sync::v1::SyncRequest> replies;
    // What an operator should know: why a policy was not taken, or a lease
    // could not be kept. OK when all went well.
    absl::Status problem;
    // Whether to end the stream and subscribe again after a pause: a policy
    // could not be stored, and should be sent once more.
    bool restart = false;
  };
  Reaction Receive(const pullgate::sync::v1::SyncResponse& response)
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  struct Sent {
    absl::Time wall;
    absl::Time boot;
  };

  Reaction ReceivePolicy(const pullgate::sync::v1::EffectivePolicy& policy);
  Reaction ReceiveLease(const pullgate::sync::v1::Lease& lease);
  // Remembers when the heartbeat of the id that it returns was sent.
  int64_t NoteSent() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const SyncIdentity identity_;
  PolicyHolder* const holder_;
  PolicyUpdater* const updater_;
  const Clock* const wall_;
  const Clock* const boot_;

  Mutex mu_;
  int64_t last_heartbeat_id_ ABSL_GUARDED_BY(mu_) = 0;
  std::map<int64_t, Sent> unanswered_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_SYNC_SYNC_SESSION_H_
