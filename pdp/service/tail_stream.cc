// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/tail_stream.h"

#include <utility>

#include "common/rpc/grpc_status.h"

namespace pullgate::pdp {

std::shared_ptr<TailStream> TailStream::Start(
    std::unique_ptr<TailSession> session, AuditLedger* ledger, TailHub* hub,
    LiveStreams* live) {
  std::shared_ptr<TailStream> stream(
      new TailStream(std::move(session), hub, live));
  stream->self_ = stream;
  live->Add(stream);
  const std::weak_ptr<TailStream> weak = stream;
  auto id = hub->Add([weak, ledger]() -> absl::StatusOr<TailHub::Progress> {
    const std::shared_ptr<TailStream> stream = weak.lock();
    if (stream == nullptr) return absl::CancelledError("the follower left");
    return stream->Feed(*ledger);
  });
  if (id.ok()) {
    MutexLock lock(&stream->mu_);
    stream->id_ = *id;
  } else {
    stream->End(id.status());
  }
  return stream;
}

TailStream::TailStream(std::unique_ptr<TailSession> session, TailHub* hub,
                       LiveStreams* live)
    : session_(std::move(session)), hub_(hub), live_(live) {}

void TailStream::End(const absl::Status& status) {
  MutexLock lock(&mu_);
  if (!end_) end_ = status;
  Advance();
}

absl::StatusOr<TailHub::Progress> TailStream::Feed(AuditLedger& ledger) {
  const absl::StatusOr<int64_t> position = session_->Fill(ledger);
  MutexLock lock(&mu_);
  if (!position.ok()) {
    if (!end_) end_ = position.status();
    Advance();
    return position.status();
  }
  if (!started_ && !finished_) {
    started_ = true;
    StartSendInitialMetadata();
  }
  return TailHub::Progress{*position, Advance()};
}

bool TailStream::Advance() {
  if (finished_ || writing_) return writing_;
  if (end_) {
    finished_ = true;
    Finish(ToGrpcStatus(*end_));
    return false;
  }
  auto next = session_->Next();
  if (!next) return false;
  response_ = *std::move(next);
  writing_ = true;
  StartWrite(&response_);
  return true;
}

void TailStream::OnWriteDone(bool ok) {
  std::optional<TailHub::FollowerId> hungry;
  {
    MutexLock lock(&mu_);
    writing_ = false;
    if (!ok && !end_) end_ = absl::CancelledError("the caller went away");
    if (!Advance() && !finished_) hungry = id_;
  }
  if (hungry) hub_->Hungry(*hungry);
}

void TailStream::OnCancel() { End(absl::CancelledError("the caller left")); }

void TailStream::OnDone() {
  live_->Remove(this);
  std::optional<TailHub::FollowerId> id;
  {
    MutexLock lock(&mu_);
    id = id_;
  }
  if (id) hub_->Remove(*id);
  const std::shared_ptr<TailStream> last = std::move(self_);
}

}  // namespace pullgate::pdp
