// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Events in memory, in a ledger that can fail on purpose.

#ifndef PULLGATE_TESTS_FAKES_PDP_FAKE_AUDIT_LEDGER_H_
#define PULLGATE_TESTS_FAKES_PDP_FAKE_AUDIT_LEDGER_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/sync/mutex.h"
#include "pdp/ledger/audit_ledger.h"
#include "pdp/ledger/event_run.h"
#include "pdp/ledger/recorded_event.h"

namespace pullgate::pdp {

// Filters by VCH and registry only. Thread-safe.
class FakeAuditLedger final : public AuditLedger {
 public:
  // From now on every call fails so, and changes nothing; OK ends it.
  void FailWith(absl::Status status) ABSL_LOCKS_EXCLUDED(mu_);
  int64_t size() const ABSL_LOCKS_EXCLUDED(mu_);

  absl::StatusOr<int64_t> LastSequence(const VchId& vch,
                                       absl::string_view epoch) override;
  absl::StatusOr<AppendResult> Append(const VchId& vch, absl::string_view epoch,
                                      absl::Span<const RecordedEvent> events,
                                      int64_t dropped_through) override;
  absl::StatusOr<LedgerPage> List(const LedgerFilter& filter, int64_t before,
                                  int limit) override;
  absl::StatusOr<std::vector<LedgerEntry>> ListFrom(
      const LedgerFilter& filter, int64_t position, int limit,
      int64_t* scanned_to) override;
  // By VCH alone, whatever `group_by` says.
  absl::StatusOr<std::vector<EventCount>> Summarize(
      const LedgerFilter& filter, const std::vector<GroupField>& group_by,
      size_t max_groups) override;
  absl::StatusOr<int64_t> LastPosition() override;
  bool WaitForEvent(int64_t position, absl::Time deadline) override;
  void Close() override;

 private:
  mutable Mutex mu_;
  CondVar grown_;
  bool closed_ ABSL_GUARDED_BY(mu_) = false;
  absl::Status failure_ ABSL_GUARDED_BY(mu_);
  std::vector<LedgerEntry> entries_ ABSL_GUARDED_BY(mu_);
  std::map<std::pair<VchId, std::string>, EpochState> epochs_
      ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_TESTS_FAKES_PDP_FAKE_AUDIT_LEDGER_H_
