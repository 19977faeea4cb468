// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUTHORIZE_VERDICT_OBSERVER_H_
#define PULLGATE_AGENT_AUTHORIZE_VERDICT_OBSERVER_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "agent/authorize/prepared_verdict.h"
#include "agent/decide/issued_decision.h"

namespace pullgate::agent {

// A verdict that was recorded and given. A value.
struct GivenVerdict {
  std::shared_ptr<const PreparedVerdict> verdict;  // never null
  std::string asked;                               // redacted
  DecidedBy decided_by = DecidedBy::kNobody;
  absl::Duration elapsed;
  std::string event_id;  // empty: it could not be recorded, and is a refusal
  // What was said instead of the verdict's own message; mostly empty.
  std::string own_message = {};

  const std::string& message() const {
    return own_message.empty() ? verdict->message : own_message;
  }
};

// Sees what the authorizer does: for the log and the metrics. It cannot change
// anything, waits for nothing, and is thread-safe.
class VerdictObserver {
 public:
  virtual ~VerdictObserver() = default;

  virtual void OnVerdict(GivenVerdict given) = 0;

  // A verdict on `asked`, redacted, could not be recorded, and the caller was
  // refused; `status` says why.
  virtual void OnUnrecorded(const std::string& asked,
                            const absl::Status& status) = 0;

  // A question that was no question, or one too many. The message of `status`
  // quotes what was asked redacted.
  virtual void OnRefused(const absl::Status& status) = 0;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUTHORIZE_VERDICT_OBSERVER_H_
