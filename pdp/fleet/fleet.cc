// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/fleet/fleet.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/status/error_info.h"

namespace pullgate::pdp {

Fleet::Fleet(int max_streams_per_vch)
    : max_streams_per_vch_(std::max(max_streams_per_vch, 1)) {}

absl::StatusOr<Fleet::MemberId> Fleet::Join(FleetMember member) {
  MutexLock lock(&mu_);
  int& streams = streams_[member.vch];
  if (streams >= max_streams_per_vch_) {
    return WithReason(
        absl::ResourceExhaustedError(absl::StrCat(
            member.vch.Name(), " has ", streams,
            " Sync streams already, and no more are allowed: is another agent "
            "using its certificate?")),
        "TOO_MANY_STREAMS");
  }
  ++streams;
  const MemberId id = next_id_++;
  members_.emplace(id, std::move(member));
  return id;
}

void Fleet::Leave(MemberId id) {
  MutexLock lock(&mu_);
  const auto member = members_.find(id);
  if (member == members_.end()) return;
  const auto streams = streams_.find(member->second.vch);
  if (--streams->second == 0) streams_.erase(streams);
  members_.erase(member);
}

void Fleet::Seen(MemberId id, absl::Time now) {
  MutexLock lock(&mu_);
  const auto member = members_.find(id);
  if (member != members_.end()) member->second.last_seen = now;
}

void Fleet::Sent(MemberId id, int64_t revision) {
  MutexLock lock(&mu_);
  const auto member = members_.find(id);
  if (member == members_.end()) return;
  member->second.sent_revision = revision;
  member->second.refusal.clear();
}

void Fleet::Acked(MemberId id, int64_t revision) {
  MutexLock lock(&mu_);
  const auto member = members_.find(id);
  if (member != members_.end()) member->second.held_revision = revision;
}

void Fleet::Refused(MemberId id, std::string why) {
  MutexLock lock(&mu_);
  const auto member = members_.find(id);
  if (member != members_.end()) member->second.refusal = std::move(why);
}

void Fleet::Leased(MemberId id, absl::Time until) {
  MutexLock lock(&mu_);
  const auto member = members_.find(id);
  if (member != members_.end()) member->second.lease_end = until;
}

std::vector<FleetMember> Fleet::Members() const {
  std::vector<std::pair<MemberId, FleetMember>> sorted;
  {
    MutexLock lock(&mu_);
    sorted.assign(members_.begin(), members_.end());
  }
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    if (a.second.vch != b.second.vch) return a.second.vch < b.second.vch;
    return a.first < b.first;
  });
  std::vector<FleetMember> members;
  members.reserve(sorted.size());
  for (auto& [id, member] : sorted) members.push_back(std::move(member));
  return members;
}

int64_t Fleet::size() const {
  MutexLock lock(&mu_);
  return static_cast<int64_t>(members_.size());
}

int64_t Fleet::behind() const {
  MutexLock lock(&mu_);
  return std::count_if(members_.begin(), members_.end(), [](const auto& entry) {
    const FleetMember& member = entry.second;
    return member.sent_revision != 0 &&
           member.held_revision != member.sent_revision;
  });
}

}  // namespace pullgate::pdp
