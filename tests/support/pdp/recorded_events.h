// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_SUPPORT_PDP_RECORDED_EVENTS_H_
#define PULLGATE_TESTS_SUPPORT_PDP_RECORDED_EVENTS_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/audit/event_hash.h"
#include "common/identity/vch_id.h"
#include "common/sync/mutex.h"
#include "pdp/ledger/audit_ledger.h"
#include "pdp/ledger/recorded_event.h"
#include "pullgate/audit/v1/audit_event.pb.h"
#include "tests/support/audit_events.h"

namespace pullgate::pdp {

// `events` as an agent would send them: those that follow on each other are
// chained anew.
inline std::vector<RecordedEvent> Recorded(
    std::vector<pullgate::audit::v1::AuditEvent> events) {
  Chain(events);
  std::vector<RecordedEvent> recorded;
  recorded.reserve(events.size());
  for (const auto& event : events) {
    recorded.push_back(*ParseRecordedEvent(event.SerializeAsString()));
  }
  return recorded;
}

// The last event of an epoch that Store() stored, for the next one.
class LastStored {
 public:
  static LastStored& Of(const AuditLedger& ledger, const VchId& vch,
                        absl::string_view epoch) {
    static Mutex mu;
    static auto& all = *new std::map<std::string, LastStored>();
    MutexLock lock(&mu);
    return all[absl::StrCat(absl::Hex(reinterpret_cast<uintptr_t>(&ledger)),
                            "/", vch.text(), "/", epoch)];
  }

  void LetFollow(pullgate::audit::v1::AuditEvent& event) const {
    if (event.sequence() == sequence_ + 1 && sequence_ > 0) {
      event.set_previous_hash(ToBytes(hash_));
    }
  }

  void Note(const RecordedEvent& last) {
    sequence_ = last.sequence;
    hash_ = last.hash;
  }

 private:
  int64_t sequence_ = 0;
  EventHash hash_ = {};
};

// Appends `events`, chained to those that this appended before. The last
// durable sequence, or why not all were stored. One thread at a time for each
// epoch.
inline absl::StatusOr<int64_t> Store(
    AuditLedger& ledger, const VchId& vch, absl::string_view epoch,
    std::vector<pullgate::audit::v1::AuditEvent> events) {
  LastStored& last = LastStored::Of(ledger, vch, epoch);
  if (!events.empty()) last.LetFollow(events.front());
  const std::vector<RecordedEvent> recorded = Recorded(std::move(events));
  const auto result =
      ledger.Append(vch, epoch, recorded, /*dropped_through=*/0);
  if (!result.ok()) return result.status();
  if (!result->refused.ok()) return result->refused;
  if (!recorded.empty()) last.Note(recorded.back());
  return result->last_sequence;
}

}  // namespace pullgate::pdp

#endif  // PULLGATE_TESTS_SUPPORT_PDP_RECORDED_EVENTS_H_
