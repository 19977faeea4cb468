// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/sync_service.h"

#include <memory>
#include <utility>

#include "pdp/service/bidi_stream.h"
#include "pdp/service/refused_stream.h"
#include "pdp/service/sync_session.h"

namespace pullgate::pdp {
namespace {

namespace sync_pb = pullgate::sync::v1;
using Stream = BidiStream<sync_pb::SyncRequest, sync_pb::SyncResponse>;

// A SyncSession that the hub knows of for as long as its stream lasts.
class FollowedSession final
    : public Conversation<sync_pb::SyncRequest, sync_pb::SyncResponse> {
 public:
  FollowedSession(std::shared_ptr<SyncSession> session, SyncHub* hub)
      : session_(std::move(session)), hub_(hub) {}

  void Follow(const VchId& vch, const std::shared_ptr<Stream>& stream) {
    const std::weak_ptr<Stream> weak = stream;
    id_ = hub_->Add(vch, [weak, session = session_] {
      const std::shared_ptr<Stream> stream = weak.lock();
      if (stream == nullptr) return;
      const absl::Status status = session->Refresh();
      if (status.ok()) {
        stream->Poke();
      } else {
        stream->End(status);
      }
    });
  }

  absl::Status OnMessage(const sync_pb::SyncRequest& request) override {
    return session_->OnMessage(request);
  }
  std::optional<sync_pb::SyncResponse> Next() override {
    return session_->Next();
  }
  void OnEnd() override {
    hub_->Remove(id_);
    session_->OnEnd();
  }

 private:
  const std::shared_ptr<SyncSession> session_;
  SyncHub* const hub_;
  SyncHub::StreamId id_ = 0;  // set before the stream can end
};

}  // namespace

grpc::ServerBidiReactor<sync_pb::SyncRequest, sync_pb::SyncResponse>*
SyncService::Sync(grpc::CallbackServerContext* context) {
  using Reactor =
      grpc::ServerBidiReactor<sync_pb::SyncRequest, sync_pb::SyncResponse>;
  absl::StatusOr<Caller> caller = parts_.callers->CallerOf(*context);
  if (!caller.ok()) return RefuseStream<Reactor>(caller.status());
  if (caller->vch() == nullptr) {
    return RefuseStream<Reactor>(
        absl::PermissionDeniedError("Sync is for the agent of a VCH"));
  }
  const VchId vch = *caller->vch();
  auto followed = std::make_shared<FollowedSession>(
      std::make_shared<SyncSession>(*std::move(caller), parts_.book,
                                    parts_.fleet, parts_.observer,
                                    parts_.clock),
      parts_.hub);
  const std::shared_ptr<Stream> stream =
      Stream::Start(followed, parts_.workers, parts_.live);
  followed->Follow(vch, stream);
  return stream.get();
}

}  // namespace pullgate::pdp
