// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/fakes/pdp/fake_audit_ledger.h"

#include <algorithm>

#include "common/status/status_macros.h"

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
  const auto last = last_.find({vch, std::string(epoch)});
  return last == last_.end() ? 0 : last->second;
}

absl::StatusOr<int64_t> FakeAuditLedger::Append(
    const VchId& vch, absl::string_view epoch,
    const std::vector<pullgate::audit::v1::AuditEvent>& events) {
  MutexLock lock(&mu_);
  PULLGATE_RETURN_IF_ERROR(failure_);
  int64_t& last = last_[{vch, std::string(epoch)}];
  for (const auto& event : events) {
    if (event.sequence() <= last) continue;
    if (event.sequence() != last + 1) return absl::OutOfRangeError("gap");
    last = event.sequence();
    LedgerEntry entry;
    entry.position = static_cast<int64_t>(entries_.size()) + 1;
    entry.time_ns = event.event_time().seconds() * 1'000'000'000;
    entry.event = event;
    entries_.push_back(std::move(entry));
  }
  grown_.NotifyAll();
  return last;
}

absl::StatusOr<std::vector<LedgerEntry>> FakeAuditLedger::List(
    const LedgerFilter& filter, std::optional<ListPosition> after, int limit) {
  MutexLock lock(&mu_);
  PULLGATE_RETURN_IF_ERROR(failure_);
  const auto newer = [](const LedgerEntry& a, const LedgerEntry& b) {
    return std::make_pair(a.time_ns, a.position) >
           std::make_pair(b.time_ns, b.position);
  };
  std::vector<LedgerEntry> page;
  for (const LedgerEntry& entry : entries_) {
    const bool later =
        !after || std::make_pair(entry.time_ns, entry.position) <
                      std::make_pair(after->time_ns, after->position);
    if (later && Matches(filter, entry)) page.push_back(entry);
  }
  std::sort(page.begin(), page.end(), newer);
  if (page.size() > static_cast<size_t>(limit)) {
    page.resize(static_cast<size_t>(limit));
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
