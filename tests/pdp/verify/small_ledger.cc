// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/pdp/verify/small_ledger.h"

#include <gtest/gtest.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/sqlite/statement.h"
#include "common/sqlite/transaction.h"
#include "pdp/ledger/event_run.h"
#include "pdp/proof/pruned_epochs.h"
#include "pdp/proof/tree_sealer.h"
#include "tests/support/audit_events.h"

namespace pullgate::pdp {

using pullgate::audit::v1::AuditEvent;

SmallLedger::SmallLedger()
    : clock_(absl::FromUnixSeconds(1'700'000'000)),
      key_(LedgerKey::FromPem(LedgerKey::NewPem()).value()) {
  const auto make_sealer =
      [this](
          Database* database) -> absl::StatusOr<std::unique_ptr<LedgerSealer>> {
    auto sealer =
        TreeSealer::Open(database, &key_, &clock_, {kLowestStoredLevel});
    if (!sealer.ok()) return sealer.status();
    database_ = database;
    sealer_ = sealer->get();
    return *std::move(sealer);
  };
  writer_ = LedgerWriter::Open(path(), make_sealer, &clock_).value();
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
    AuditEvent event = SampleEvent(1'700'000'000 + last_position_ + i);
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
  ASSERT_TRUE(writer_->Begin().ok());
  ASSERT_TRUE(writer_->CloseSegment().ok());
  const absl::Status committed = writer_->Commit();
  ASSERT_TRUE(committed.ok()) << committed;
}

void SmallLedger::Run(const std::string& sql) {
  const absl::Status status = database_->Execute(sql.c_str());
  ASSERT_TRUE(status.ok()) << status;
}

void SmallLedger::Forget(int64_t last) {
  AuditEvent event;
  event.set_kind(AuditEvent::KIND_RETENTION);
  event.set_epoch(kLedgerEpoch);
  event.set_event_id(EventIdOf("", kLedgerEpoch, 1));
  event.set_sequence(1);
  event.mutable_retention()->set_first_position(1);
  event.mutable_retention()->set_last_position(last);
  ASSERT_TRUE(writer_->Begin().ok());
  ASSERT_TRUE(sealer_->Forget(1, last).ok());
  // The hash of the last event of each epoch that goes.
  auto select = Statement::Prepare(
      *database_,
      "SELECT epoch_id, max(sequence), payload FROM event WHERE position <= ? "
      "GROUP BY epoch_id");
  select->BindInt64(1, last);
  std::string updates;
  while (*select->Step()) {
    absl::StrAppend(&updates,
                    "UPDATE epoch SET pruned_sequence = ", select->Int64(1),
                    ", pruned_hash = x'", ToHex(HashEvent(select->Blob(2))),
                    "' WHERE epoch_id = ", select->Int64(0), ";");
  }
  Run(updates);
  event.mutable_retention()->set_epochs_hash(*HashPrunedEpochs(*database_));
  ASSERT_TRUE(writer_
                  ->Append("", kLedgerEpoch,
                           {*ParseRecordedEvent(event.SerializeAsString())})
                  .ok());
  Run(absl::StrCat("DELETE FROM event WHERE position <= ", last));
  Run(absl::StrCat("DELETE FROM segment WHERE last_position <= ", last));
  Run(absl::StrCat("DELETE FROM segment_column WHERE column_id < (", last,
                   " + 1) * 64"));
  Run(absl::StrCat("UPDATE ledger SET forgotten_position = ", last));
  const absl::Status committed = writer_->Commit();
  ASSERT_TRUE(committed.ok()) << committed;
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
  Forget(20);
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
