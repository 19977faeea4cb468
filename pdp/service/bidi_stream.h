// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_BIDI_STREAM_H_
#define PULLGATE_PDP_SERVICE_BIDI_STREAM_H_

#include <grpcpp/support/server_callback.h>

#include <memory>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "common/rpc/grpc_status.h"
#include "common/rpc/worker_pool.h"
#include "common/sync/mutex.h"
#include "pdp/service/conversation.h"
#include "pdp/service/live_streams.h"

namespace pullgate::pdp {

// A Conversation on a gRPC stream. Holds no thread while nothing happens:
// messages are handled on `workers`, reactions only pass things on.
//
// At most one message is read, handled or written at any time, so that a stream
// costs a bounded amount of memory whatever its caller does.
template <typename Request, typename Response>
class BidiStream final : public grpc::ServerBidiReactor<Request, Response>,
                         public LiveStream {
 public:
  using Talk = Conversation<Request, Response>;

  // `workers` and `live` are not owned and outlive the stream. The stream owns
  // itself until gRPC is done with it. Returned for the service to hand on.
  static std::shared_ptr<BidiStream> Start(std::shared_ptr<Talk> talk,
                                           WorkerPool* workers,
                                           LiveStreams* live) {
    std::shared_ptr<BidiStream> stream(
        new BidiStream(std::move(talk), workers, live));
    stream->self_ = stream;
    live->Add(stream);
    stream->Poke();
    return stream;
  }

  // Looks for something to write. Thread-safe.
  void Poke() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    Advance();
  }

  void End(const absl::Status& status) override ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    if (!end_) end_ = status;
    Advance();
  }

  void OnReadDone(bool ok) override ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    reading_ = false;
    if (!ok) {
      // The caller has said all it wanted to.
      if (!end_) end_ = absl::OkStatus();
    } else if (!end_) {
      Handle();
    }
    Advance();
  }

  void OnWriteDone(bool ok) override ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    writing_ = false;
    if (!ok) Abandon();
    Advance();
  }

  void OnCancel() override ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    Abandon();
    Advance();
  }

  void OnDone() override {
    live_->Remove(this);
    talk_->OnEnd();
    const std::shared_ptr<BidiStream> last = std::move(self_);
  }

 private:
  BidiStream(std::shared_ptr<Talk> talk, WorkerPool* workers, LiveStreams* live)
      : talk_(std::move(talk)), workers_(workers), live_(live) {}

  void Abandon() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    abandoned_ = true;
    if (!end_) end_ = absl::CancelledError("the caller went away");
  }

  void Handle() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    handling_ = true;
    const absl::Status posted = workers_->Post([stream = self_] {
      // Nobody else touches request_ while handling_ is set.
      const absl::Status status = stream->talk_->OnMessage(stream->request_);
      MutexLock lock(&stream->mu_);
      stream->handling_ = false;
      if (!status.ok() && !stream->end_) stream->end_ = status;
      stream->Advance();
    });
    if (posted.ok()) return;
    handling_ = false;
    end_ = posted;
  }

  // Starts whatever may start now: first what is to be written, then the end,
  // then the next message.
  void Advance() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    if (finished_ || writing_) return;
    if (!abandoned_) {
      if (std::optional<Response> next = talk_->Next()) {
        response_ = *std::move(next);
        writing_ = true;
        this->StartWrite(&response_);
        return;
      }
    }
    if (end_) {
      if (handling_ && !abandoned_) return;  // it may still have an answer
      finished_ = true;
      this->Finish(ToGrpcStatus(*end_));
    } else if (!reading_ && !handling_) {
      reading_ = true;
      this->StartRead(&request_);
    }
  }

  const std::shared_ptr<Talk> talk_;
  WorkerPool* const workers_;
  LiveStreams* const live_;
  std::shared_ptr<BidiStream> self_;  // until OnDone

  Request request_;    // of the read, or being handled
  Response response_;  // being written

  Mutex mu_;
  bool reading_ ABSL_GUARDED_BY(mu_) = false;
  bool handling_ ABSL_GUARDED_BY(mu_) = false;
  bool writing_ ABSL_GUARDED_BY(mu_) = false;
  bool abandoned_ ABSL_GUARDED_BY(mu_) = false;  // nobody listens any more
  bool finished_ ABSL_GUARDED_BY(mu_) = false;
  std::optional<absl::Status> end_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_BIDI_STREAM_H_
