// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// A spool in memory, which can fail on purpose.

#ifndef PULLGATE_TESTS_FAKES_AGENT_FAKE_SPOOL_H_
#define PULLGATE_TESTS_FAKES_AGENT_FAKE_SPOOL_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "agent/audit/spool.h"
#include "common/sync/mutex.h"
#include "gtest/gtest.h"

namespace pullgate::agent {

// Keeps all events, acknowledged ones too, for the test to look at.
// Thread-safe.
class FakeSpool final : public Spool {
 public:
  static constexpr char kEpoch[] = "epoch-1";

  // From now on nothing can be recorded; OK ends it.
  void FailWith(absl::Status status) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    failure_ = std::move(status);
  }

  std::vector<pullgate::audit::v1::AuditEvent> events() const
      ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    return events_;
  }

  // Holds an event of which Read() gives these bytes.
  void Record(const std::string& bytes) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    ASSERT_TRUE(events_.emplace_back().ParseFromString(bytes));
    bytes_[events_.back().sequence()] = bytes;
    changed_.NotifyAll();
  }

  // Holds nothing up to `sequence` any more.
  void Drop(int64_t sequence) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    dropped_ = sequence;
  }

  // Waits until everything up to `sequence` is acknowledged.
  void AwaitAck(int64_t sequence) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    while (acked_ < sequence) changed_.Wait(&mu_);
  }

  absl::StatusOr<pullgate::audit::v1::AuditEvent> Append(
      pullgate::audit::v1::AuditEvent event) override ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    if (!failure_.ok()) return failure_;
    event.set_epoch(kEpoch);
    event.set_sequence(static_cast<int64_t>(events_.size()) + 1);
    event.set_event_id(absl::StrCat("vch-1/", kEpoch, "/", event.sequence()));
    events_.push_back(event);
    changed_.NotifyAll();
    return event;
  }

  void AppendAsync(std::string event, AppendDone done) override {
    pullgate::audit::v1::AuditEvent parsed;
    EXPECT_TRUE(parsed.ParseFromString(event));
    const absl::StatusOr<pullgate::audit::v1::AuditEvent> appended =
        Append(std::move(parsed));
    if (!appended.ok()) return done(appended.status());
    done(appended->event_id());
  }

  absl::StatusOr<Batch> Read(int64_t after_sequence, int max_events,
                             int64_t /*max_bytes*/) override
      ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    const int64_t after = std::max({after_sequence, acked_, dropped_});
    Batch batch = {after + 1, {}};
    for (const pullgate::audit::v1::AuditEvent& event : events_) {
      if (event.sequence() <= after) continue;
      if (static_cast<int>(batch.events.size()) == max_events) break;
      const auto bytes = bytes_.find(event.sequence());
      batch.events.push_back(bytes == bytes_.end() ? event.SerializeAsString()
                                                   : bytes->second);
    }
    return batch;
  }

  bool WaitForEvent(int64_t after_sequence, absl::Time deadline) override
      ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    while (static_cast<int64_t>(events_.size()) <= after_sequence && !closed_) {
      if (!changed_.WaitUntil(&mu_, deadline)) break;
    }
    return static_cast<int64_t>(events_.size()) > after_sequence;
  }

  absl::Status Ack(int64_t sequence) override ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    if (sequence > static_cast<int64_t>(events_.size())) {
      return absl::OutOfRangeError("never given out");
    }
    acked_ = std::max(acked_, sequence);
    changed_.NotifyAll();
    return absl::OkStatus();
  }

  Status status() const override ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    Status status;
    status.epoch = kEpoch;
    status.last_sequence = static_cast<int64_t>(events_.size());
    status.acked_sequence = acked_;
    status.last_error = std::string(failure_.message());
    return status;
  }

  void Close() override ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    closed_ = true;
    failure_ = absl::UnavailableError("closed");
    changed_.NotifyAll();
  }

 private:
  mutable Mutex mu_;
  CondVar changed_;
  bool closed_ ABSL_GUARDED_BY(mu_) = false;
  absl::Status failure_ ABSL_GUARDED_BY(mu_);
  int64_t acked_ ABSL_GUARDED_BY(mu_) = 0;
  int64_t dropped_ ABSL_GUARDED_BY(mu_) = 0;
  std::vector<pullgate::audit::v1::AuditEvent> events_ ABSL_GUARDED_BY(mu_);
  std::map<int64_t, std::string> bytes_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate::agent

#endif  // PULLGATE_TESTS_FAKES_AGENT_FAKE_SPOOL_H_
