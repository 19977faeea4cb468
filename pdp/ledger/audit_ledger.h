// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_LEDGER_AUDIT_LEDGER_H_
#define PULLGATE_PDP_LEDGER_AUDIT_LEDGER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/identity/vch_id.h"
#include "common/net/ip_prefix.h"
#include "pdp/ledger/recorded_event.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::pdp {

// A rule by its place ("whitelist[3]"), its text, or both; what is empty is
// any. Not both are.
struct RulePattern {
  std::string place;
  std::string text;  // canonical
};

// Which events; what is set must hold. Already validated.
struct LedgerFilter {
  std::optional<VchId> vch;
  std::string agent;  // "{vch}/{epoch}"
  // Canonical; empty: any.
  std::string registry;
  // A name in canonical form: registries of that name and below it.
  std::string registry_domain;
  // The registry is an address in it, or the permit was for one.
  std::optional<IpPrefix> registry_cidr;
  std::optional<pullgate::decision::v1::Effect> effect;
  std::optional<pullgate::decision::v1::DenyReason> reason;
  std::vector<RulePattern> rules;  // any of them
  std::optional<pullgate::decision::v1::Scheme> scheme;
  std::optional<pullgate::decision::v1::CertificateCheck> certificate_check;
  std::optional<int64_t> policy_revision;
  std::string certificate_sha256;  // lower-case hex
  // Any of them; empty: all. Unspecified counts as a verdict.
  std::vector<pullgate::audit::v1::AuditEvent::Kind> kinds;
  std::optional<absl::Time> start;  // at or after
  std::optional<absl::Time> end;    // before
};

// An event with its position: the order in which the ledger stored it, from 1.
struct LedgerEntry {
  int64_t position = 0;
  pullgate::audit::v1::AuditEvent event;
};

// A part of a list, newest first.
struct LedgerPage {
  std::vector<LedgerEntry> entries;
  // Where the next part begins: before this position. 0: there is no more.
  int64_t next_before = 0;
};

// What events are counted by.
enum class GroupField {
  kHour,
  kVch,
  kAgent,
  kRegistry,
  kEffect,
  kReason,
  kRule,
  kTransport,
  kPolicyRevision,
  kCertificate,
  kKind,
  kAddress,
};

// Events that agree in some fields.
struct EventCount {
  // In the order of the fields asked for, in the forms of event_fields.h; of
  // kVch the id alone.
  std::vector<std::string> values;
  int64_t count = 0;
  // Their earliest and latest event_time.
  int64_t first_ns = 0;
  int64_t last_ns = 0;
};

// What became of a batch.
struct AppendResult {
  // Of the epoch, and durable.
  int64_t last_sequence = 0;
  // Why the events after that were not stored; OK: all are. OutOfRange: a gap
  // in the sequence. InvalidArgument: an event of another VCH or epoch, or not
  // in order. Each names the sequence that it breaks at.
  absl::Status refused;
};

// The durable store of audit events; each event once, by (VCH, epoch,
// sequence). Thread-safe. Knows no gRPC.
class AuditLedger {
 public:
  virtual ~AuditLedger() = default;

  // The last sequence of that epoch that is durable here; 0 if none.
  virtual absl::StatusOr<int64_t> LastSequence(const VchId& vch,
                                               absl::string_view epoch) = 0;

  // Stores events of one epoch, in order, up to the first that is broken. Those
  // already here are skipped. What the agent says it dropped, up to
  // `dropped_through` (0: nothing), need not come. Durable when it returns.
  // Unavailable: the storage refused, and nothing was stored.
  virtual absl::StatusOr<AppendResult> Append(
      const VchId& vch, absl::string_view epoch,
      absl::Span<const RecordedEvent> events, int64_t dropped_through) = 0;

  // Matching events with positions before `before` (0: all), newest first by
  // position: at most `limit`, and perhaps fewer although there are more.
  virtual absl::StatusOr<LedgerPage> List(const LedgerFilter& filter,
                                          int64_t before, int limit) = 0;

  // Matching events by rising position, after `position`, at most `limit`.
  // `*scanned_to` is the position up to which everything was looked at.
  // OutOfRange: events after `position` were forgotten.
  virtual absl::StatusOr<std::vector<LedgerEntry>> ListFrom(
      const LedgerFilter& filter, int64_t position, int limit,
      int64_t* scanned_to) = 0;

  // Counts matching events by `group_by`; none at all: as one group. In no
  // order. ResourceExhausted: there are more than `max_groups`.
  virtual absl::StatusOr<std::vector<EventCount>> Summarize(
      const LedgerFilter& filter, const std::vector<GroupField>& group_by,
      size_t max_groups) = 0;

  // The position of the newest event; 0 if there is none.
  virtual absl::StatusOr<int64_t> LastPosition() = 0;

  // Waits until an event after `position` is stored, or `deadline`, or Close().
  // True if there is one.
  virtual bool WaitForEvent(int64_t position, absl::Time deadline) = 0;

  // Wakes all waiters.
  virtual void Close() = 0;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_LEDGER_AUDIT_LEDGER_H_
