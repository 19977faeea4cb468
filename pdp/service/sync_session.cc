// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/sync_session.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/config/proto_duration.h"
#include "common/status/error_info.h"
#include "common/status/status_macros.h"

namespace pullgate::pdp {
namespace {

namespace sync_pb = pullgate::sync::v1;

constexpr size_t kMaxLabelBytes = 128;
constexpr size_t kMaxRefusalBytes = 1024;

absl::Status CheckLabel(absl::string_view field, const std::string& label) {
  if (label.size() <= kMaxLabelBytes) return absl::OkStatus();
  return InField(field, absl::InvalidArgumentError(
                            absl::StrCat("at most ", kMaxLabelBytes,
                                         " bytes; this has ", label.size())));
}

absl::Status OutOfOrder(absl::string_view what) {
  return WithReason(absl::InvalidArgumentError(what), "OUT_OF_ORDER");
}

}  // namespace

SyncSession::SyncSession(Caller caller, PolicyBook* book, Fleet* fleet,
                         SyncObserver* observer, const Clock* clock)
    : caller_(std::move(caller)),
      book_(book),
      fleet_(fleet),
      observer_(observer),
      clock_(clock) {}

absl::Status SyncSession::OnMessage(const sync_pb::SyncRequest& request) {
  absl::Status status = Handle(request);
  if (!status.ok()) observer_->StreamFailed(caller_, status);
  return status;
}

absl::Status SyncSession::Handle(const sync_pb::SyncRequest& request) {
  const bool subscribed = SubscribedVch().has_value();
  if (request.has_subscribe() == subscribed) {
    return OutOfOrder(subscribed ? "this stream has subscribed already"
                                 : "the first message must be `subscribe`");
  }
  switch (request.message_case()) {
    case sync_pb::SyncRequest::kSubscribe:
      return OnSubscribe(request.subscribe());
    case sync_pb::SyncRequest::kAck:
      return OnAck(request.ack().revision());
    case sync_pb::SyncRequest::kNack:
      return OnNack(request.nack());
    case sync_pb::SyncRequest::kHeartbeat:
      return OnHeartbeat(request.heartbeat().heartbeat_id());
    case sync_pb::SyncRequest::MESSAGE_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError(
      "a message without content; expected `ack`, `nack` or `heartbeat`");
}

absl::Status SyncSession::OnSubscribe(const sync_pb::Subscribe& subscribe) {
  absl::StatusOr<VchId> vch = VchId::ParseName(subscribe.vch());
  if (!vch.ok()) return InField("subscribe.vch", vch.status());
  PULLGATE_RETURN_IF_ERROR(MayActFor(caller_, *vch));
  PULLGATE_RETURN_IF_ERROR(
      CheckLabel("subscribe.agent_version", subscribe.agent_version()));
  PULLGATE_RETURN_IF_ERROR(
      CheckLabel("subscribe.agent_instance", subscribe.agent_instance()));
  if (subscribe.held_revision() < 0) {
    return InField("subscribe.held_revision",
                   absl::InvalidArgumentError("expected 0 (none) or more"));
  }
  FleetMember member(*vch);
  member.instance = subscribe.agent_instance();
  member.version = subscribe.agent_version();
  member.held_revision = subscribe.held_revision();
  member.joined = member.last_seen = clock_->Now();
  PULLGATE_ASSIGN_OR_RETURN(const Fleet::MemberId id, fleet_->Join(member));
  auto policy = book_->InForce(*vch);
  if (!policy.ok()) {
    fleet_->Leave(id);
    return policy.status();
  }
  observer_->AgentJoined(member, (*policy)->revision());
  Subscription subscription{*vch, id, subscribe.held_revision(),
                            *std::move(policy), std::nullopt};
  // A policy is its own answer; the lease follows with the next heartbeat.
  if (subscription.known_revision == subscription.policy->revision()) {
    subscription.heartbeat = subscribe.heartbeat_id();
  }
  MutexLock lock(&mu_);
  if (ended_) {
    Leave(subscription);
  } else {
    subscription_ = std::move(subscription);
  }
  return absl::OkStatus();
}

absl::Status SyncSession::OnAck(int64_t revision) {
  MutexLock lock(&mu_);
  if (revision <= 0 || revision > subscription_->known_revision) {
    return InField("ack.revision",
                   absl::InvalidArgumentError(absl::StrCat(
                       "revision ", revision,
                       " was not sent on this stream; the last one is ",
                       subscription_->known_revision)));
  }
  fleet_->Seen(subscription_->member, clock_->Now());
  fleet_->Acked(subscription_->member, revision);
  observer_->PolicyAcked(subscription_->vch, revision);
  return absl::OkStatus();
}

absl::Status SyncSession::OnNack(const sync_pb::Nack& nack) {
  const std::string why = nack.error().substr(0, kMaxRefusalBytes);
  MutexLock lock(&mu_);
  fleet_->Seen(subscription_->member, clock_->Now());
  fleet_->Refused(subscription_->member, why);
  observer_->PolicyRefused(subscription_->vch, nack.revision(), why);
  return absl::OkStatus();
}

absl::Status SyncSession::OnHeartbeat(int64_t heartbeat_id) {
  // A lease must not prolong what a change has just ended.
  PULLGATE_RETURN_IF_ERROR(Refresh());
  MutexLock lock(&mu_);
  subscription_->heartbeat = heartbeat_id;
  return absl::OkStatus();
}

absl::Status SyncSession::Refresh() {
  const std::optional<VchId> vch = SubscribedVch();
  if (!vch) return absl::OkStatus();
  PULLGATE_ASSIGN_OR_RETURN(auto policy, book_->InForce(*vch));
  MutexLock lock(&mu_);
  // Another thread may have found a later one meanwhile.
  if (policy->revision() > subscription_->policy->revision()) {
    subscription_->policy = std::move(policy);
  }
  return absl::OkStatus();
}

std::optional<sync_pb::SyncResponse> SyncSession::Next() {
  MutexLock lock(&mu_);
  if (!subscription_) return std::nullopt;
  Subscription& s = *subscription_;
  sync_pb::SyncResponse response;
  if (s.known_revision != s.policy->revision()) {
    *response.mutable_policy() = s.policy->proto;
    s.known_revision = s.policy->revision();
    fleet_->Sent(s.member, s.known_revision);
    return response;
  }
  if (!s.heartbeat) return std::nullopt;
  sync_pb::Lease& lease = *response.mutable_lease();
  lease.set_heartbeat_id(*s.heartbeat);
  lease.set_revision(s.known_revision);
  *lease.mutable_duration() = ToProtoDuration(s.policy->lease);
  s.heartbeat.reset();
  const absl::Time now = clock_->Now();
  fleet_->Seen(s.member, now);
  fleet_->Leased(s.member, now + s.policy->lease);
  return response;
}

void SyncSession::OnEnd() {
  MutexLock lock(&mu_);
  ended_ = true;
  if (subscription_) Leave(*subscription_);
}

void SyncSession::Leave(const Subscription& subscription) {
  fleet_->Leave(subscription.member);
  observer_->AgentLeft(subscription.vch);
}

std::optional<VchId> SyncSession::SubscribedVch() const {
  MutexLock lock(&mu_);
  if (!subscription_) return std::nullopt;
  return subscription_->vch;
}

}  // namespace pullgate::pdp
