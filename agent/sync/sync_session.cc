// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/sync/sync_session.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/text/utf8.h"
#include "common/wire/time_proto.h"

namespace pullgate::agent {
namespace {

namespace pb = pullgate::sync::v1;

// The PDP takes no longer ones.
constexpr size_t kMaxNackError = 1024;

pb::SyncRequest Ack(int64_t revision) {
  pb::SyncRequest request;
  request.mutable_ack()->set_revision(revision);
  return request;
}

pb::SyncRequest Nack(int64_t revision, absl::string_view error) {
  pb::SyncRequest request;
  request.mutable_nack()->set_revision(revision);
  request.mutable_nack()->set_error(CutUtf8(ToValidUtf8(error), kMaxNackError));
  return request;
}

}  // namespace

SyncSession::SyncSession(SyncIdentity identity, PolicyHolder* holder,
                         PolicyUpdater* updater, const Clock* wall,
                         const Clock* boot)
    : identity_(std::move(identity)),
      holder_(holder),
      updater_(updater),
      wall_(wall),
      boot_(boot) {}

pb::SyncRequest SyncSession::Subscribe() {
  const std::shared_ptr<const ActivePolicy> policy = holder_->Current();
  MutexLock lock(&mu_);
  unanswered_.clear();  // of an earlier stream: nobody will answer them
  pb::SyncRequest request;
  pb::Subscribe& subscribe = *request.mutable_subscribe();
  subscribe.set_vch(identity_.vch.Name());
  subscribe.set_held_revision(policy == nullptr ? 0 : policy->revision);
  subscribe.set_agent_version(identity_.agent_version);
  subscribe.set_agent_instance(identity_.agent_instance);
  subscribe.set_heartbeat_id(NoteSent());
  return request;
}

std::optional<pb::SyncRequest> SyncSession::Heartbeat() {
  MutexLock lock(&mu_);
  if (unanswered_.size() >= kMaxUnanswered) return std::nullopt;
  pb::SyncRequest request;
  request.mutable_heartbeat()->set_heartbeat_id(NoteSent());
  return request;
}

SyncSession::Reaction SyncSession::Receive(const pb::SyncResponse& response) {
  switch (response.message_case()) {
    case pb::SyncResponse::kPolicy:
      return ReceivePolicy(response.policy());
    case pb::SyncResponse::kLease:
      return ReceiveLease(response.lease());
    case pb::SyncResponse::MESSAGE_NOT_SET:
      break;  // from a newer PDP: says nothing to this agent
  }
  return {};
}

SyncSession::Reaction SyncSession::ReceivePolicy(
    const pb::EffectivePolicy& policy) {
  Reaction reaction;
  reaction.problem = updater_->Apply(policy);
  if (!reaction.problem.ok()) {
    reaction.replies.push_back(
        Nack(policy.revision(), reaction.problem.message()));
    reaction.restart = absl::IsUnavailable(reaction.problem);
    return reaction;
  }
  reaction.replies.push_back(Ack(policy.revision()));
  // At once, so that the new revision has a lease of its own without waiting
  // for the next turn.
  if (std::optional<pb::SyncRequest> heartbeat = Heartbeat()) {
    reaction.replies.push_back(*std::move(heartbeat));
  }
  return reaction;
}

SyncSession::Reaction SyncSession::ReceiveLease(const pb::Lease& lease) {
  Sent sent;
  {
    MutexLock lock(&mu_);
    const auto found = unanswered_.find(lease.heartbeat_id());
    if (found == unanswered_.end()) {
      // Without the time it was sent at, it counts from nowhere.
      return {{},
              absl::InvalidArgumentError(absl::StrCat(
                  "a lease answers heartbeat ", lease.heartbeat_id(),
                  ", which nobody waits "
                  "for"))};
    }
    sent = found->second;
    unanswered_.erase(unanswered_.begin(), std::next(found));
  }
  const absl::Status granted =
      updater_->GrantLease({lease.revision(), sent.wall, sent.boot,
                            wire::DurationFromProto(lease.duration())});
  // A lease on a revision that is on its way, or was refused, is no news.
  if (absl::IsFailedPrecondition(granted)) return {};
  return {{}, granted};
}

int64_t SyncSession::NoteSent() {
  unanswered_[++last_heartbeat_id_] = {wall_->Now(), boot_->Now()};
  return last_heartbeat_id_;
}

}  // namespace pullgate::agent
