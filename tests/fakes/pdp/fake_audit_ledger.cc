// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/fakes/pdp/fake_audit_ledger.h"

#include <algorithm>

#include "common/status/status_macros.h"
#include "gtest/gtest.h"

namespace pullgate::pdp {
namespace {

bool Matches(const LedgerFilter& filter, const LedgerEntry& entry) {
  return (!filter.vch || filter.vch->Name() == entry.event.vch()) &&
         (filter.registry.empty() || filter.registry == entry.event.registry());
}

}  // namespace

void FakeAuditLedger::FailWith(absl::Status status) {
  MutexLock lock(&mu_);
  failure_ = std::move(status);
}

int64_t FakeAuditLedger::size() const {
  MutexLock lock(&mu_);
  return static_cast<int64_t>(entries_.size());
}

absl::StatusOr<int64_t> FakeAuditLedger::LastSequence(const VchId& vch,
                                                      absl::string_view epoch) {
  MutexLock lock(&mu_);
  PULLGATE_RETURN_IF_ERROR(failure_);
  const auto known = epochs_.find({vch, std::string(epoch)});
  return known == epochs_.end() ? 0 : known->second.last_sequence;
}

absl::StatusOr<AppendResult> FakeAuditLedger::Append(
    const VchId& vch, absl::string_view epoch,
    absl::Span<const RecordedEvent> events, int64_t dropped_through) {
  MutexLock lock(&mu_);
  PULLGATE_RETURN_IF_ERROR(failure_);
  EpochState& state = epochs_[{vch, std::string(epoch)}];
  const EventRun run = NewEvents(vch, epoch, state, dropped_through, events);
  for (const RecordedEvent& recorded : run.fresh) {
    state.last_sequence = recorded.sequence;
    state.last_hash = recorded.hash;
    LedgerEntry entry;
    entry.position = static_cast<int64_t>(entries_.size()) + 1;
    EXPECT_TRUE(entry.event.ParseFromString(recorded.payload));
    entries_.push_back(std::move(entry));
  }
  grown_.NotifyAll();
  return AppendResult{state.last_sequence, run.refused};
}

absl::StatusOr<LedgerPage> FakeAuditLedger::List(const LedgerFilter& filter,
                                                 int64_t before, int limit) {
  MutexLock lock(&mu_);
  PULLGATE_RETURN_IF_ERROR(failure_);
  LedgerPage page;
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
    if (before > 0 && entry->position >= before) continue;
    if (!Matches(filter, *entry)) continue;
    if (static_cast<int>(page.entries.size()) == limit) {
      page.next_before = page.entries.back().position;
      break;
    }
    page.entries.push_back(*entry);
  }
  return page;
}

absl::StatusOr<std::vector<LedgerEntry>> FakeAuditLedger::ListFrom(
    const LedgerFilter& filter, int64_t position, int limit,
    int64_t* scanned_to) {
  MutexLock lock(&mu_);
  PULLGATE_RETURN_IF_ERROR(failure_);
  std::vector<LedgerEntry> page;
  *scanned_to = std::max<int64_t>(position, 0);
  for (const LedgerEntry& entry : entries_) {
    if (entry.position <= position) continue;
    if (page.size() == static_cast<size_t>(limit)) break;
    *scanned_to = entry.position;
    if (Matches(filter, entry)) page.push_back(entry);
  }
  return page;
}

absl::StatusOr<std::vector<EventCount>> FakeAuditLedger::Summarize(
    const LedgerFilter& filter, const std::vector<GroupField>& /*group_by*/,
    size_t /*max_groups*/) {
  MutexLock lock(&mu_);
  PULLGATE_RETURN_IF_ERROR(failure_);
  std::map<std::string, EventCount> counts;
  for (const LedgerEntry& entry : entries_) {
    if (!Matches(filter, entry)) continue;
    EventCount& count = counts[entry.event.vch().substr(5)];
    const int64_t time_ns = entry.event.event_time().seconds() * 1'000'000'000;
    if (count.count++ == 0) count.first_ns = time_ns;
    count.last_ns = time_ns;
  }
  std::vector<EventCount> result;
  result.reserve(counts.size());
  for (auto& [vch, count] : counts) {
    count.values = {vch};
    result.push_back(count);
  }
  return result;
}

absl::StatusOr<int64_t> FakeAuditLedger::LastPosition() {
  MutexLock lock(&mu_);
  PULLGATE_RETURN_IF_ERROR(failure_);
  return static_cast<int64_t>(entries_.size());
}

bool FakeAuditLedger::WaitForEvent(int64_t position, absl::Time deadline) {
  MutexLock lock(&mu_);
  while (!closed_ && static_cast<int64_t>(entries_.size()) <= position) {
    if (!grown_.WaitUntil(&mu_, deadline)) break;
  }
  return static_cast<int64_t>(entries_.size()) > position;
}

void FakeAuditLedger::Close() {
  MutexLock lock(&mu_);
  closed_ = true;
  grown_.NotifyAll();
}

}  // namespace pullgate::pdp
