// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_FAKES_AGENT_FAKE_AUDIT_SERVICE_H_
#define PULLGATE_TESTS_FAKES_AGENT_FAKE_AUDIT_SERVICE_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/sync_stream.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "common/sync/mutex.h"
#include "pullgate/audit/v1/audit_service.grpc.pb.h"

namespace pullgate::agent {

// A ledger in memory for one agent: takes events in sequence, each once.
// Thread-safe.
class FakeAuditService final
    : public pullgate::audit::v1::AuditService::Service {
 public:
  // From now on every stream ends so; OK ends it.
  void FailWith(grpc::Status status) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    failure_ = std::move(status);
  }
  // Takes this many events more, then ends the stream; each once.
  void EndAfter(size_t events) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    end_after_ = events_.size() + events;
  }
  // Forgets what it took, as a ledger restored from a backup would.
  void Forget() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    events_.clear();
  }
  // Claims to hold so many events.
  void Claim(int64_t sequence) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    claim_ = sequence;
  }

  // Waits until so many events are held, or streams began.
  void AwaitEvents(size_t count) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    while (events_.size() < count) changed_.Wait(&mu_);
  }
  void AwaitStreams(size_t count) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    while (hellos_.size() < count) changed_.Wait(&mu_);
  }
  std::vector<pullgate::audit::v1::AuditEvent> events() const
      ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    return events_;
  }
  // The bytes in which they came.
  std::vector<std::string> payloads() const ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    return payloads_;
  }
  std::vector<pullgate::audit::v1::ReportEventsRequest> hellos() const
      ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    return hellos_;
  }
  // Of the largest message.
  size_t largest_batch() const ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    return largest_batch_;
  }

  grpc::Status ReportEvents(
      grpc::ServerContext* /*context*/,
      grpc::ServerReaderWriter<pullgate::audit::v1::ReportEventsResponse,
                               pullgate::audit::v1::ReportEventsRequest>*
          stream) override ABSL_LOCKS_EXCLUDED(mu_) {
    pullgate::audit::v1::ReportEventsRequest request;
    if (!stream->Read(&request)) return grpc::Status::OK;
    {
      MutexLock lock(&mu_);
      hellos_.push_back(request);
      changed_.NotifyAll();
      if (!failure_.ok()) return failure_;
    }
    do {
      const grpc::Status status = Take(request);
      pullgate::audit::v1::ReportEventsResponse response;
      response.set_acked_sequence(Acked());
      stream->Write(response);
      if (!status.ok()) return status;
    } while (stream->Read(&request));
    return grpc::Status::OK;
  }

 private:
  grpc::Status Take(const pullgate::audit::v1::ReportEventsRequest& request)
      ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    largest_batch_ =
        std::max(largest_batch_, static_cast<size_t>(request.events_size()));
    for (const std::string& payload : request.events()) {
      pullgate::audit::v1::AuditEvent event;
      if (!event.ParseFromString(payload)) {
        return {grpc::StatusCode::INVALID_ARGUMENT, "no event"};
      }
      const int64_t last = events_.empty() ? 0 : events_.back().sequence();
      const int64_t expected = std::max(last, request.dropped_through()) + 1;
      if (event.sequence() < expected) continue;  // a repeat
      if (event.sequence() > expected) {
        return {grpc::StatusCode::OUT_OF_RANGE,
                absl::StrCat("gap before ", event.sequence())};
      }
      events_.push_back(event);
      payloads_.push_back(payload);
      changed_.NotifyAll();
      if (end_after_ == events_.size()) {
        end_after_ = 0;
        return {grpc::StatusCode::UNAVAILABLE, "told to end"};
      }
    }
    return grpc::Status::OK;
  }

  int64_t Acked() const ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    if (claim_ > 0) return claim_;
    return events_.empty() ? 0 : events_.back().sequence();
  }

  mutable Mutex mu_;
  CondVar changed_;
  grpc::Status failure_ ABSL_GUARDED_BY(mu_);
  size_t end_after_ ABSL_GUARDED_BY(mu_) = 0;
  int64_t claim_ ABSL_GUARDED_BY(mu_) = 0;
  size_t largest_batch_ ABSL_GUARDED_BY(mu_) = 0;
  std::vector<pullgate::audit::v1::AuditEvent> events_ ABSL_GUARDED_BY(mu_);
  std::vector<std::string> payloads_ ABSL_GUARDED_BY(mu_);
  std::vector<pullgate::audit::v1::ReportEventsRequest> hellos_
      ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate::agent

#endif  // PULLGATE_TESTS_FAKES_AGENT_FAKE_AUDIT_SERVICE_H_
