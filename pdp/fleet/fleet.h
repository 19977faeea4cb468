// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_FLEET_FLEET_H_
#define PULLGATE_PDP_FLEET_FLEET_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/identity/vch_id.h"
#include "common/sync/mutex.h"

namespace pullgate::pdp {

// An agent, as its open Sync stream shows it.
struct FleetMember {
  explicit FleetMember(VchId vch) : vch(std::move(vch)) {}

  VchId vch;
  std::string instance;  // differs for each run of the agent
  std::string version;
  // What it says it decides by: 0 before its first policy.
  int64_t held_revision = 0;
  // The last policy sent to it on this stream; 0 if none was.
  int64_t sent_revision = 0;
  // Why it could not use `sent_revision`; empty unless it said so.
  std::string refusal;
  absl::Time joined;
  absl::Time last_seen;
  // Until when it may go on without this PDP, if it sent its heartbeat at the
  // moment it arrived here: the latest that it can be.
  absl::Time lease_end = absl::InfinitePast();
};

// Which agents are connected, what they hold and for how long. For metrics,
// logs and the limit on streams of one VCH; nothing is decided by it.
//
// Thread-safe. Bounded by the streams that are open.
class Fleet {
 public:
  using MemberId = uint64_t;

  explicit Fleet(int max_streams_per_vch);

  // Who comes and holds what. ResourceExhausted, reason TOO_MANY_STREAMS: that
  // VCH has as many streams as it may.
  absl::StatusOr<MemberId> Join(FleetMember member) ABSL_LOCKS_EXCLUDED(mu_);
  // Unknown ids are ignored, here and below.
  void Leave(MemberId id) ABSL_LOCKS_EXCLUDED(mu_);

  void Seen(MemberId id, absl::Time now) ABSL_LOCKS_EXCLUDED(mu_);
  void Sent(MemberId id, int64_t revision) ABSL_LOCKS_EXCLUDED(mu_);
  void Acked(MemberId id, int64_t revision) ABSL_LOCKS_EXCLUDED(mu_);
  void Refused(MemberId id, std::string why) ABSL_LOCKS_EXCLUDED(mu_);
  void Leased(MemberId id, absl::Time until) ABSL_LOCKS_EXCLUDED(mu_);

  // By VCH, then in the order of joining.
  std::vector<FleetMember> Members() const ABSL_LOCKS_EXCLUDED(mu_);
  int64_t size() const ABSL_LOCKS_EXCLUDED(mu_);
  // Members that do not hold what was last sent to them.
  int64_t behind() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  const int max_streams_per_vch_;

  mutable Mutex mu_;
  MemberId next_id_ ABSL_GUARDED_BY(mu_) = 1;
  absl::flat_hash_map<MemberId, FleetMember> members_ ABSL_GUARDED_BY(mu_);
  absl::flat_hash_map<VchId, int> streams_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_FLEET_FLEET_H_
