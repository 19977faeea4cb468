// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Remembers what a PDP's services told their observers.

#ifndef PULLGATE_TESTS_FAKES_PDP_RECORDING_OBSERVER_H_
#define PULLGATE_TESTS_FAKES_PDP_RECORDING_OBSERVER_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "common/sync/mutex.h"
#include "pdp/service/audit_observer.h"
#include "pdp/service/decision_observer.h"
#include "pdp/service/policy_observer.h"
#include "pdp/service/sync_observer.h"

namespace pullgate::pdp {

// Each event is a line: "decided vch/a 1", "left a". Thread-safe.
class RecordingObserver final : public DecisionObserver,
                                public PolicyObserver,
                                public SyncObserver,
                                public AuditObserver {
 public:
  std::vector<std::string> lines() const ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    return lines_;
  }
  // Waits until `line` was told.
  void Await(const std::string& line) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    while (!Has(line)) changed_.Wait(&mu_);
  }

  void Decided(const Caller& caller, DecisionRecord record) override {
    Note(absl::StrCat("decided ", caller.ToString(), " ", record.vch, " ",
                      record.effect));
  }
  void CallEnded(absl::StatusCode code, absl::Duration /*elapsed*/) override {
    Note(absl::StrCat("ended ", absl::StatusCodeToString(code)));
  }
  void Failed(const Caller& caller, const absl::Status& status) override {
    Note(absl::StrCat("failed ", caller.ToString(), " ",
                      absl::StatusCodeToString(status.code())));
  }
  void PolicyChanged(const VchId& vch, absl::string_view what, int64_t revision,
                     const std::string& actor,
                     const std::string& note) override {
    Note(absl::StrCat(what, " ", vch.text(), " ", revision, " by ", actor, " ",
                      note));
  }
  void AgentJoined(const FleetMember& member, int64_t current) override {
    Note(absl::StrCat("joined ", member.vch.text(), " ", member.held_revision,
                      " of ", current));
  }
  void PolicyAcked(const VchId& vch, int64_t revision) override {
    Note(absl::StrCat("acked ", vch.text(), " ", revision));
  }
  void PolicyRefused(const VchId& vch, int64_t revision,
                     absl::string_view why) override {
    Note(absl::StrCat("refused ", vch.text(), " ", revision, " ", why));
  }
  void AgentLeft(const VchId& vch) override {
    Note(absl::StrCat("left ", vch.text()));
  }
  void StreamFailed(const Caller& caller, const absl::Status& status) override {
    Note(absl::StrCat("stream ", caller.ToString(), " ",
                      absl::StatusCodeToString(status.code())));
  }
  void EventsStored(const VchId& vch, int count, int64_t sequence) override {
    Note(absl::StrCat("stored ", vch.text(), " ", count, " to ", sequence));
  }
  void ReportFailed(const Caller& caller, const absl::Status& status) override {
    Note(absl::StrCat("report ", caller.ToString(), " ",
                      absl::StatusCodeToString(status.code())));
  }

 private:
  bool Has(const std::string& line) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    for (const std::string& known : lines_) {
      if (known == line) return true;
    }
    return false;
  }
  void Note(std::string line) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    lines_.push_back(std::move(line));
    changed_.NotifyAll();
  }

  mutable Mutex mu_;
  CondVar changed_;
  std::vector<std::string> lines_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_TESTS_FAKES_PDP_RECORDING_OBSERVER_H_
