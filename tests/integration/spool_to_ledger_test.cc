// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// A real spool reports to a real PDP: what is dropped on the way, and how fast
// it goes.

#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "agent/audit/event_uploader.h"
#include "agent/audit/sqlite_spool.h"
#include "common/files/data_directory.h"
#include "common/sqlite/database.h"
#include "common/sqlite/statement.h"
#include "common/time/clock.h"
#include "gtest/gtest.h"
#include "pullgate/audit/v1/audit_service.grpc.pb.h"
#include "tests/fakes/fake_log_sink.h"
#include "tests/support/audit_events.h"
#include "tests/support/pdp/running_pdp.h"
#include "tests/support/temp_dir.h"
#include "tests/support/threads.h"

namespace pullgate::agent {
namespace {

namespace pb = pullgate::audit::v1;

class SpoolToLedgerTest : public ::testing::Test {
 protected:
  void OpenSpool(const SqliteSpool::Options& options) {
    spool_.reset();
    directory_.reset();
    directory_ = DataDirectory::Open(dir_.path()).value();
    spool_ = SqliteSpool::Open(*directory_, Vch("a"), options).value();
  }

  void Append(int count) {
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(spool_->Append(SampleEvent()).ok());
    }
  }

  // As much as the agent does.
  void Connect(EventUploaderOptions options = {}) {
    options.linger = absl::Milliseconds(1);
    uploader_ = std::make_unique<EventUploader>(
        pdp_.AsAgent("a"), spool_.get(), Vch("a"),
        Backoff(absl::Milliseconds(1), absl::Milliseconds(20),
                MakeUnitRandom()),
        &log_, &clock_, options);
  }

  void AwaitAll() {
    while (spool_->status().acked_sequence < spool_->status().last_sequence) {
      std::this_thread::yield();
    }
  }

  // The ledger's events, oldest first.
  std::vector<pb::AuditEvent> Listed() {
    std::vector<pb::AuditEvent> events;
    const auto stub = pb::AuditService::NewStub(pdp_.AsOperator("victor"));
    pb::ListEventsRequest request;
    request.set_page_size(1000);
    pb::ListEventsResponse response;
    do {
      EXPECT_TRUE(
          stub->ListEvents(pdp::Context().get(), request, &response).ok());
      events.insert(events.end(), response.events().begin(),
                    response.events().end());
      request.set_page_token(response.next_page_token());
    } while (!response.next_page_token().empty());
    return {events.rbegin(), events.rend()};
  }

  int64_t UnexplainedHoles() {
    Database::Options options;
    options.read_only = true;
    const auto database =
        Database::Open(pdp_.options().data_directory + "/ledger.db", options);
    EXPECT_TRUE(database.ok()) << database.status();
    auto count =
        Statement::Prepare(**database, "SELECT count(*) FROM hole").value();
    EXPECT_TRUE(count.Step().value());
    return count.Int64(0);
  }

  static SqliteSpool::Options Dropping() {
    SqliteSpool::Options options;
    options.max_bytes = 100'000;
    options.on_full = SqliteSpool::OnFull::kDropOldest;
    return options;
  }

  SystemClock clock_;
  FakeLogSink sink_;
  const Logger log_{&sink_, &clock_};
  pdp::RunningPdp pdp_;
  const TempDir dir_;
  std::unique_ptr<DataDirectory> directory_;
  std::unique_ptr<SqliteSpool> spool_;
  std::unique_ptr<EventUploader> uploader_;  // last: it uses the rest
};

TEST_F(SpoolToLedgerTest, WhatIsRecordedArrivesOnceAndInOrder) {
  OpenSpool({});
  Append(300);
  Connect();
  AwaitAll();
  uploader_.reset();
  pdp_.Restart();
  OpenSpool({});
  Append(300);
  Connect();
  AwaitAll();
  const auto events = Listed();
  ASSERT_EQ(events.size(), 601u);
  for (size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].sequence(), static_cast<int64_t>(i) + 1);
  }
  EXPECT_EQ(events.front().kind(), pb::AuditEvent::KIND_EPOCH_STARTED);
}

TEST_F(SpoolToLedgerTest, AnOutageThatOverflowsTheSpoolIsExplained) {
  OpenSpool(Dropping());
  Append(1000);
  const pb::Gap gap = spool_->status().gap;
  ASSERT_GT(gap.dropped_total(), 500);
  Connect();
  AwaitAll();
  EXPECT_EQ(UnexplainedHoles(), 0);
  const auto events = Listed();
  EXPECT_EQ(events.front().sequence(), gap.last_sequence() + 1);
  EXPECT_EQ(events.front().previous_hash(), gap.last_hash());
  EXPECT_EQ(gap.first_sequence(), 1);
}

TEST_F(SpoolToLedgerTest, DropsWhileReportingAreExplained) {
  OpenSpool(Dropping());
  EventUploaderOptions slow;  // so that appends are always ahead
  slow.batch_events = 20;
  slow.max_in_flight = 40;
  Connect(slow);
  Threads appenders;
  for (int i = 0; i < 2; ++i) appenders.Start([this] { Append(1500); });
  appenders.Join();
  AwaitAll();
  EXPECT_EQ(UnexplainedHoles(), 0);
  EXPECT_GT(spool_->status().gap.dropped_total(), 0);
  EXPECT_EQ(uploader_->status().last_error, "");
  EXPECT_EQ(Listed().back().sequence(), spool_->status().last_sequence);
}

// An outage's events drain while others come: how fast, is for the reader.
TEST_F(SpoolToLedgerTest, CatchesUpWhileEventsGoOnComing) {
  constexpr int kBehind = 20'000;
  OpenSpool({});
  Append(kBehind);
  const absl::Time began = clock_.Now();
  Connect();
  while (spool_->status().acked_sequence < kBehind) {
    Append(1);
    std::this_thread::yield();
  }
  const absl::Duration took = clock_.Now() - began;
  AwaitAll();
  std::cout << "drained " << kBehind << " events in " << took << ", "
            << static_cast<int64_t>(kBehind / absl::ToDoubleSeconds(took))
            << " events/s, with " << spool_->status().last_sequence - kBehind
            << " new ones meanwhile\n";
  EXPECT_EQ(spool_->status().events, 0);
}

}  // namespace
}  // namespace pullgate::agent
