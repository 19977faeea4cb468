// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/fakes/agent/fake_sync_service.h"

#include <thread>
#include <utility>

#include "common/wire/time_proto.h"

namespace pullgate::agent {

namespace pb = pullgate::sync::v1;

void FakeSyncService::SetPolicy(pb::EffectivePolicy policy) {
  MutexLock lock(&mu_);
  policy_ = std::move(policy);
  if (open_) QueuePolicy();
}

void FakeSyncService::SetLease(absl::Duration lease) {
  MutexLock lock(&mu_);
  lease_ = lease;
}

void FakeSyncService::BeSilent() {
  MutexLock lock(&mu_);
  silent_ = true;
}

void FakeSyncService::EndStream(grpc::Status status) {
  MutexLock lock(&mu_);
  if (open_) end_ = std::move(status);
  silent_ = false;
  changed_.NotifyAll();
}

void FakeSyncService::RefuseWith(grpc::Status status) {
  MutexLock lock(&mu_);
  refusal_ = std::move(status);
}

void FakeSyncService::AwaitAck(int64_t revision) {
  AwaitReceived(1, [revision](const pb::SyncRequest& request) {
    return request.has_ack() && request.ack().revision() == revision;
  });
}

void FakeSyncService::AwaitNack(int64_t revision) {
  AwaitReceived(1, [revision](const pb::SyncRequest& request) {
    return request.has_nack() && request.nack().revision() == revision;
  });
}

void FakeSyncService::AwaitSubscribes(size_t count) {
  AwaitReceived(count, [](const pb::SyncRequest& request) {
    return request.has_subscribe();
  });
}

void FakeSyncService::AwaitHeartbeats(size_t count) {
  AwaitReceived(count, [](const pb::SyncRequest& request) {
    return request.has_heartbeat();
  });
}

std::vector<pb::SyncRequest> FakeSyncService::received() const {
  MutexLock lock(&mu_);
  return received_;
}

grpc::Status FakeSyncService::Sync(grpc::ServerContext* context,
                                   Stream* stream) {
  {
    MutexLock lock(&mu_);
    if (!refusal_.ok()) return refusal_;
    open_ = true;
    to_send_.clear();
    end_.reset();
  }
  std::thread reader([this, stream] {
    pb::SyncRequest request;
    while (stream->Read(&request)) Take(request);
    MutexLock lock(&mu_);
    if (!end_) end_ = grpc::Status(grpc::StatusCode::CANCELLED, "left");
    changed_.NotifyAll();
  });
  grpc::Status end;
  while (true) {
    std::vector<pb::SyncResponse> responses;
    {
      MutexLock lock(&mu_);
      while (!end_ && to_send_.empty()) changed_.Wait(&mu_);
      if (end_) {
        end = *end_;
        open_ = false;
        break;
      }
      responses.swap(to_send_);
    }
    for (const pb::SyncResponse& response : responses) stream->Write(response);
  }
  context->TryCancel();  // ends the reader; the status below gets lost with it
  reader.join();
  return end;
}

void FakeSyncService::AwaitReceived(size_t count, const Matches& matches) {
  MutexLock lock(&mu_);
  while (true) {
    size_t found = 0;
    for (const pb::SyncRequest& request : received_) {
      if (matches(request)) ++found;
    }
    if (found >= count) return;
    changed_.Wait(&mu_);
  }
}

void FakeSyncService::Take(const pb::SyncRequest& request) {
  MutexLock lock(&mu_);
  received_.push_back(request);
  if (request.has_subscribe()) {
    if (policy_ && policy_->revision() != request.subscribe().held_revision()) {
      QueuePolicy();
    } else {
      QueueLease(request.subscribe().heartbeat_id());
    }
  }
  if (request.has_heartbeat()) QueueLease(request.heartbeat().heartbeat_id());
  changed_.NotifyAll();
}

void FakeSyncService::QueueLease(int64_t heartbeat_id) {
  if (silent_) return;
  pb::SyncResponse response;
  pb::Lease& lease = *response.mutable_lease();
  lease.set_heartbeat_id(heartbeat_id);
  lease.set_revision(policy_ ? policy_->revision() : 0);
  wire::ToProto(lease_, lease.mutable_duration());
  to_send_.push_back(std::move(response));
  changed_.NotifyAll();
}

void FakeSyncService::QueuePolicy() {
  if (silent_) return;
  *to_send_.emplace_back().mutable_policy() = *policy_;
  changed_.NotifyAll();
}

}  // namespace pullgate::agent
