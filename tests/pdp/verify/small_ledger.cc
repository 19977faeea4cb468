// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/pdp/verify/small_ledger.h"

#include <gtest/gtest.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/sqlite/transaction.h"
#include "pdp/ledger/event_run.h"
#include "pdp/ledger/ledger_retention.h"
#include "pdp/proof/tree_sealer.h"
#include "tests/support/audit_events.h"

namespace pullgate::pdp {

using pullgate::audit::v1::AuditEvent;

namespace {

// Longer than a segment stays open.
constexpr absl::Duration kStep = absl::Hours(25);

}  // namespace

SmallLedger::SmallLedger()
    : clock_(absl::FromUnixSeconds(1'700'000'000)),
      key_(LedgerKey::FromPem(LedgerKey::NewPem()).value()) {
  const auto make_sealer =
      [this](
          Database* database) -> absl::StatusOr<std::unique_ptr<LedgerSealer>> {
    auto sealer =
        TreeSealer::Open(database, &key_, &clock_, {kLowestStoredLevel});
    if (!sealer.ok()) return sealer.status();
    return *std::move(sealer);
  };
  writer_ = LedgerWriter::Open(path(), make_sealer, &clock_, &open_).value();
}

RecordedEvent SmallLedger::Record(absl::string_view vch, AuditEvent event) {
  Spool& spool = spools_[std::string(vch)];
  const int64_t sequence = spool.sequence + 1;
  event.set_vch(absl::StrCat("vchs/", vch));
  event.set_epoch("e");
  event.set_sequence(sequence);
  event.set_event_id(EventIdOf(vch, "e", sequence));
  if (sequence == 1) {
    event.set_kind(AuditEvent::KIND_EPOCH_STARTED);
    event.mutable_epoch_start();
  } else {
    event.set_previous_hash(ToBytes(spool.hash));
  }
  RecordedEvent recorded = *ParseRecordedEvent(event.SerializeAsString());
  spool.sequence = sequence;
  spool.hash = recorded.hash;
  return recorded;
}

void SmallLedger::Append(absl::string_view vch, int count) {
  std::vector<RecordedEvent> events;
  for (int i = 0; i < count; ++i) {
    AuditEvent event = SampleEvent(absl::ToUnixSeconds(clock_.Now()));
    event.set_registry(absl::StrCat("r", i % 3, ".example"));
    events.push_back(Record(vch, std::move(event)));
  }
  Store(vch, events);
}

void SmallLedger::Drop(absl::string_view vch, int count) {
  Spool& spool = spools_[std::string(vch)];
  spool.gap.set_first_sequence(spool.sequence + 1);
  for (int i = 0; i < count; ++i) Record(vch, SampleEvent());
  spool.gap.set_last_sequence(spool.sequence);
  spool.gap.set_last_hash(ToBytes(spool.hash));
}

void SmallLedger::TellGap(absl::string_view vch) {
  AuditEvent event = SampleEvent();
  event.set_kind(AuditEvent::KIND_GAP);
  *event.mutable_gap() = spools_[std::string(vch)].gap;
  Store(vch, {Record(vch, std::move(event))});
}

void SmallLedger::Store(absl::string_view vch,
                        const std::vector<RecordedEvent>& events) {
  clock_.Advance(absl::Milliseconds(10));
  ASSERT_TRUE(writer_->Begin().ok());
  const auto state = writer_->Epoch(vch, "e");
  ASSERT_TRUE(state.ok()) << state.status();
  const EventRun run =
      NewEvents(*VchId::Parse(vch), "e", *state,
                spools_[std::string(vch)].gap.last_sequence(), events);
  ASSERT_TRUE(run.refused.ok()) << run.refused;
  ASSERT_TRUE(writer_->Append(vch, "e", run.fresh, run.hole).ok());
  const absl::Status committed = writer_->Commit();
  ASSERT_TRUE(committed.ok()) << committed;
  last_position_ = writer_->last_position();
}

void SmallLedger::CloseSegment() {
  clock_.Advance(kStep);
  const auto more = writer_->Maintain({});
  ASSERT_TRUE(more.ok()) << more.status();
}

void SmallLedger::Forget(int segments) {
  RetentionLimits limits;
  limits.max_age = kStep * segments - kStep / 2;
  const auto more = writer_->Maintain(limits);
  ASSERT_TRUE(more.ok()) << more.status();
  last_position_ = writer_->last_position();
}

void SmallLedger::Fill() {
  Append("a", 7);
  Append("b", 4);
  CloseSegment();
  Append("c", 5);
  Append("a", 3);
  Append("b", 1);
  CloseSegment();
  Drop("b", 4);
  Append("b", 4);
  Append("d", 2);
  TellGap("b");
  Append("c", 3);
  CloseSegment();
  Append("a", 6);
  Append("d", 3);
  CloseSegment();
  Append("c", 2);
  Append("b", 6);
  CloseSegment();
  Append("a", 3);
  Forget(4);
  Append("d", 1);
  Append("c", 2);
}

std::vector<Finding> SmallLedger::Verify(const Database& database) const {
  std::vector<Finding> findings;
  VerifyOptions options;
  options.keys = &key_.keys();
  options.lowest_stored_level = kLowestStoredLevel;
  options.on_finding = [&findings](const Finding& finding) {
    findings.push_back(finding);
  };
  const auto verdict = VerifySnapshot(database, options);
  EXPECT_TRUE(verdict.ok()) << verdict.status();
  return findings;
}

std::vector<Finding> SmallLedger::Verify() const {
  auto database = OpenLedgerAsFound(path());
  EXPECT_TRUE(database.ok()) << database.status();
  const auto snapshot = Transaction::BeginRead(database->get());
  return Verify(**database);
}

}  // namespace pullgate::pdp
