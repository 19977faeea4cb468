// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUDIT_WAITING_SPOOL_H_
#define PULLGATE_AGENT_AUDIT_WAITING_SPOOL_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "agent/audit/spool.h"
#include "common/observe/log.h"
#include "common/sync/mutex.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::agent {

// A spool whose disk does not take anything now, because it is full say: it
// tries to open it again until it can, and is that spool from then on. Until
// then nothing is recorded, so an agent refuses every pull; it has no epoch and
// holds nothing that could be read. What is on the disk stays there.
//
// One thread of its own until it is open. Thread-safe.
class WaitingSpool final : public Spool {
 public:
  using Open = std::function<absl::StatusOr<std::unique_ptr<Spool>>()>;

  // `error`: why it could not be opened the first time. `open` is tried again
  // each `interval`, on this object's thread, while it says Unavailable; with
  // another error it is given up, and stays as it is. `log` outlives this.
  WaitingSpool(Open open, absl::Status error, absl::Duration interval,
               const Logger* log);
  // Stops trying.
  ~WaitingSpool() override;

  absl::StatusOr<pullgate::audit::v1::AuditEvent> Append(
      pullgate::audit::v1::AuditEvent event) override ABSL_LOCKS_EXCLUDED(mu_);
  void AppendAsync(std::string event, AppendDone done) override
      ABSL_LOCKS_EXCLUDED(mu_);
  absl::StatusOr<Batch> Read(int64_t after_sequence, int max_events,
                             int64_t max_bytes) override
      ABSL_LOCKS_EXCLUDED(mu_);
  bool WaitForEvent(int64_t after_sequence, absl::Time deadline) override
      ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status Ack(int64_t sequence) override ABSL_LOCKS_EXCLUDED(mu_);
  Status status() const override ABSL_LOCKS_EXCLUDED(mu_);
  void Close() override ABSL_LOCKS_EXCLUDED(mu_);

 private:
  // Null while it waits. Stays what it is once it is not.
  Spool* opened() const ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status Refusal() const ABSL_LOCKS_EXCLUDED(mu_);

  void KeepTrying() ABSL_LOCKS_EXCLUDED(mu_);
  // Waits for the next try. False: closed.
  bool Pause() ABSL_LOCKS_EXCLUDED(mu_);

  const Open open_;
  const absl::Duration interval_;
  const Logger* const log_;

  mutable Mutex mu_;
  CondVar changed_;
  bool closed_ ABSL_GUARDED_BY(mu_) = false;
  absl::Status error_ ABSL_GUARDED_BY(mu_);
  std::unique_ptr<Spool> spool_ ABSL_GUARDED_BY(mu_);

  std::thread thread_;  // last: it uses the rest
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUDIT_WAITING_SPOOL_H_
