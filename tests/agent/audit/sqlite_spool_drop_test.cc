// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// A full spool that drops its oldest events, and says so.

#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "agent/audit/sqlite_spool.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/audit/ledger_model.h"
#include "tests/agent/audit/spool_fixture.h"
#include "tests/support/faulty_disk.h"
#include "tests/support/threads.h"

namespace pullgate::agent {
namespace {

using pullgate::audit::v1::AuditEvent;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// How events get into the database.
struct Way {
  std::string name;
  Durability durability;
  absl::Duration linger;
};

class SqliteSpoolDropTest : public ::testing::TestWithParam<Way> {
 protected:
  // Room for some 25 sample events.
  static SqliteSpool::Options Small(int64_t max_bytes = 20'000) {
    SqliteSpool::Options options;
    options.max_bytes = max_bytes;
    options.on_full = SqliteSpool::OnFull::kDropOldest;
    options.durability = GetParam().durability;
    options.store.linger = GetParam().linger;
    return options;
  }

  // The gap of the last gap event that is held.
  static pullgate::audit::v1::Gap LastGapHeld(SqliteSpool& spool) {
    pullgate::audit::v1::Gap gap;
    for (const AuditEvent& event : Parsed(AllHeld(spool))) {
      if (event.kind() == AuditEvent::KIND_GAP) gap = event.gap();
    }
    return gap;
  }

  // Opens a copy of the spool's files, as another process would after kill -9.
  static OpenedSpool OpenCopy(const std::string& from, const TempDir& to) {
    std::filesystem::copy(from, to.path(),
                          std::filesystem::copy_options::recursive);
    return OpenSpool(to.path(), Small());
  }

  const TempDir dir_;
};

INSTANTIATE_TEST_SUITE_P(
    Ways, SqliteSpoolDropTest,
    ::testing::Values(
        Way{"InJournals", Durability::kProcessCrash, absl::Hours(24)},
        Way{"Moving", Durability::kProcessCrash, absl::ZeroDuration()},
        Way{"PowerLoss", Durability::kPowerLoss, absl::Seconds(1)}),
    [](const auto& info) { return info.param.name; });

TEST_P(SqliteSpoolDropTest, RefusesNothingAndSaysWhatIsGone) {
  const OpenedSpool spool = OpenSpool(dir_.path(), Small());
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(spool->Append(SampleEvent(1000 + i)).ok());
    ASSERT_LE(spool->status().bytes, 20'000);
  }
  const Spool::Status status = spool->status();
  const auto held = Parsed(AllHeld(*spool.spool));
  ASSERT_FALSE(held.empty());
  const auto& gap = status.gap;
  EXPECT_EQ(held.front().sequence(), gap.last_sequence() + 1);
  EXPECT_EQ(held.front().previous_hash(), gap.last_hash());
  EXPECT_EQ(gap.first_sequence(), 1);
  EXPECT_EQ(gap.dropped_total(), gap.last_sequence());
  EXPECT_GT(gap.last_event_time().seconds(), 1000);
  EXPECT_EQ(status.events, static_cast<int64_t>(held.size()));
  EXPECT_EQ(LastGapHeld(*spool.spool).SerializeAsString(),
            gap.SerializeAsString());
  EXPECT_EQ(status.last_error, "");

  LedgerModel ledger;
  Drain(*spool.spool, ledger);
  EXPECT_THAT(ledger.unexplained(), IsEmpty());
}

TEST_P(SqliteSpoolDropTest, AGapIsToldOfUntilItArrives) {
  const OpenedSpool spool = OpenSpool(dir_.path(), Small());
  AppendSamples(*spool.spool, 40);
  LedgerModel ledger;
  const auto first = spool->Read(0, 3, INT64_MAX);
  ASSERT_TRUE(first.ok());
  ledger.Take(*first);
  ASSERT_EQ(ledger.unexplained().size(), 1u);
  const int64_t seen = ledger.last();
  ASSERT_TRUE(spool->Ack(seen).ok());
  // The event that tells of the first hole is dropped before it arrives.
  AppendSamples(*spool.spool, 100);
  Drain(*spool.spool, ledger);
  EXPECT_THAT(ledger.unexplained(), IsEmpty());
  EXPECT_EQ(spool->status().gap.first_sequence(), 1);

  // Once it has arrived, the next begins anew.
  ASSERT_TRUE(spool->Ack(ledger.last()).ok());
  const int64_t total = spool->status().gap.dropped_total();
  const int64_t acked = ledger.last();
  AppendSamples(*spool.spool, 40);
  EXPECT_EQ(spool->status().gap.first_sequence(), acked + 1);
  EXPECT_GT(spool->status().gap.dropped_total(), total);
  Drain(*spool.spool, ledger);
  EXPECT_THAT(ledger.unexplained(), IsEmpty());
}

TEST_P(SqliteSpoolDropTest, AcksMayComeForWhatIsDropped) {
  std::string last_hash;
  int64_t dropped = 0;
  {
    const OpenedSpool spool = OpenSpool(dir_.path(), Small());
    AppendSamples(*spool.spool, 60);
    dropped = spool->status().gap.last_sequence();
    ASSERT_GT(dropped, 3);
    EXPECT_TRUE(spool->Ack(dropped - 2).ok());
    EXPECT_EQ(spool->status().acked_sequence, dropped - 2);
    EXPECT_EQ(spool->Read(dropped - 2, 1, 1)->first_sequence, dropped + 1);
    last_hash = ToBytes(spool->status().last_hash);
  }
  {
    const OpenedSpool spool = OpenSpool(dir_.path(), Small());
    EXPECT_EQ(spool->status().acked_sequence, dropped - 2);
    EXPECT_EQ(ToBytes(spool->status().last_hash), last_hash);
    EXPECT_EQ(HeldSequences(*spool.spool).front(), dropped + 1);
    EXPECT_TRUE(spool->Ack(dropped).ok());
    EXPECT_EQ(HeldSequences(*spool.spool).front(), dropped + 1);
  }
  const OpenedSpool spool = OpenSpool(dir_.path(), Small());
  EXPECT_TRUE(spool->Ack(dropped + 1).ok());
  EXPECT_EQ(HeldSequences(*spool.spool).front(), dropped + 2);
  EXPECT_EQ(ToBytes(spool->status().last_hash), last_hash);
}

TEST_P(SqliteSpoolDropTest, AKillAfterAnyAppendLosesNothingMore) {
  if (GetParam().linger == absl::ZeroDuration()) {
    GTEST_SKIP() << "files would change while they are copied";
  }
  const OpenedSpool spool = OpenSpool(dir_.path(), Small());
  std::mt19937 random(5);
  for (int i = 0; i < 60; ++i) {
    AppendSamples(*spool.spool, static_cast<int>(random() % 4));
    if (random() % 5 == 0) {
      const Spool::Status status = spool->status();
      const int64_t unacked = status.last_sequence - status.acked_sequence;
      const auto more = static_cast<int64_t>(random() % (unacked + 1));
      ASSERT_TRUE(spool->Ack(status.acked_sequence + more / 2).ok());
    }
    const TempDir left;
    const OpenedSpool after = OpenCopy(dir_.path(), left);
    EXPECT_EQ(HeldSequences(*after.spool), HeldSequences(*spool.spool));
    EXPECT_EQ(after->status().bytes, spool->status().bytes);
    EXPECT_EQ(after->status().gap.SerializeAsString(),
              spool->status().gap.SerializeAsString());
    EXPECT_EQ(ToBytes(after->status().last_hash),
              ToBytes(spool->status().last_hash));
  }
}

TEST_P(SqliteSpoolDropTest, LosingPowerLosesNoGapAndNoNumber) {
  FaultyDisk disk;
  std::mt19937 random(6);
  // The simulated disk copies a file at each flush.
  const int lives = GetParam().durability == Durability::kPowerLoss ? 1 : 6;
  for (int life = 0; life < lives; ++life) {
    LedgerModel ledger;
    const TempDir first;
    TempDir left[4];
    std::string path = first.path();
    for (TempDir& next : left) {
      const OpenedSpool spool = OpenSpool(path, Small());
      for (int i = 0; i < 12; ++i) {
        AppendSamples(*spool.spool, static_cast<int>(random() % 12));
        if (random() % 3 == 0) {
          const auto batch = spool->Read(ledger.last(), 5, INT64_MAX);
          ASSERT_TRUE(batch.ok()) << batch.status();
          ledger.Take(*batch);
        }
        if (random() % 3 == 0 && ledger.last() > 0) {
          const absl::Status ack = spool->Ack(ledger.last());
          ASSERT_TRUE(ack.ok()) << ack;
        }
      }
      disk.LosePower(path, next.path(), random() % 3 == 0 ? nullptr : &random);
      path = next.path();
    }
    const OpenedSpool spool = OpenSpool(path, Small());
    Drain(*spool.spool, ledger);
    ASSERT_FALSE(HasFatalFailure());
    EXPECT_THAT(ledger.unexplained(), IsEmpty());
  }
}

TEST_P(SqliteSpoolDropTest, AFullDiskRefusesAndDropsNothing) {
  FaultyDisk disk;
  {
    const OpenedSpool spool = OpenSpool(dir_.path(), Small());
    AppendSamples(*spool.spool, 10);
    disk.SetFree(0);
    disk.FailWrites(true);
    const Spool::Status before = spool->status();
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(spool->Append(SampleEvent()).status().code(),
                absl::StatusCode::kUnavailable);
    }
    EXPECT_EQ(spool->status().last_sequence, before.last_sequence);
    EXPECT_EQ(spool->status().gap.dropped_total(), 0);
    disk.FailWrites(false);
    disk.SetPlentyFree();
    AppendSamples(*spool.spool, 40);
    EXPECT_GT(spool->status().gap.dropped_total(), 0);
  }
  LedgerModel ledger;
  Drain(*OpenSpool(dir_.path(), Small()).spool, ledger);
  EXPECT_THAT(ledger.unexplained(), IsEmpty());
}

TEST_P(SqliteSpoolDropTest, AnEventLargerThanTheSpoolIsRefused) {
  const OpenedSpool spool = OpenSpool(dir_.path(), Small());
  AppendSamples(*spool.spool, 10);
  AuditEvent event = SampleEvent();
  event.set_message(std::string(30'000, 'x'));
  const absl::Status status = spool->Append(event).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(status.message()), HasSubstr("spool.max_bytes"));
  EXPECT_EQ(HeldSequences(*spool.spool), OneTo(11)) << "nothing was dropped";
}

TEST_P(SqliteSpoolDropTest, ALargeEventTakesTheRoomItNeeds) {
  const OpenedSpool spool = OpenSpool(dir_.path(), Small());
  AppendSamples(*spool.spool, 24);
  AuditEvent event = SampleEvent();
  event.set_message(std::string(15'000, 'x'));
  ASSERT_TRUE(spool->Append(event).ok());
  EXPECT_LE(spool->status().bytes, 20'000);
  LedgerModel ledger;
  Drain(*spool.spool, ledger);
  EXPECT_THAT(ledger.unexplained(), IsEmpty());
}

TEST_P(SqliteSpoolDropTest, ASmallerBoundThanBeforeDropsWhatIsTooMuch) {
  { AppendSamples(*OpenSpool(dir_.path(), Small()).spool, 22); }
  const OpenedSpool spool = OpenSpool(dir_.path(), Small(/*max_bytes=*/8000));
  EXPECT_EQ(HeldSequences(*spool.spool), OneTo(23)) << "only when it has to";
  AppendSamples(*spool.spool, 1);
  EXPECT_LE(spool->status().bytes, 8000);
  LedgerModel ledger;
  Drain(*spool.spool, ledger);
  EXPECT_THAT(ledger.unexplained(), IsEmpty());
}

// A journal all of whose events are dropped leaves only once the database
// knows of the gap: it leads from what the database has to the other journal.
TEST(SqliteSpoolMovingDropTest, AJournalOfDroppedEventsStaysUntilTheGapIsKept) {
  FaultyDisk disk;
  const TempDir dir;
  SqliteSpool::Options options;
  options.max_bytes = 20'000;
  options.on_full = SqliteSpool::OnFull::kDropOldest;
  options.store.linger = absl::ZeroDuration();
  std::vector<int64_t> held;
  {
    const OpenedSpool spool = OpenSpool(dir.path(), options);
    disk.FailWritesTo("spool.db-wal");
    AppendSamples(*spool.spool, 3);
    // One journal is on its way into the database, and stays there.
    while (spool->status().last_error.empty()) std::this_thread::yield();
    AppendSamples(*spool.spool, 100);
    held = HeldSequences(*spool.spool);
    ASSERT_GT(held.front(), 5);
  }
  disk.FailWrites(false);
  const auto spool = TryOpenSpool(dir.path(), options);
  ASSERT_TRUE(spool.ok()) << spool.status();
  EXPECT_EQ(HeldSequences(*spool->spool), held);
  LedgerModel ledger;
  Drain(*spool->spool, ledger);
  EXPECT_THAT(ledger.unexplained(), IsEmpty());
}

TEST(SqliteSpoolReadDropTest, ReadsNothingOfWhatIsDroppedMeanwhile) {
  FaultyDisk disk;
  const TempDir dir;
  SqliteSpool::Options options;
  options.max_bytes = 20'000;
  options.on_full = SqliteSpool::OnFull::kDropOldest;
  options.store.linger = absl::Hours(24);
  const OpenedSpool spool = OpenSpool(dir.path(), options);
  AppendSamples(*spool.spool, 30);
  disk.AtNextSync([&spool] { AppendSamples(*spool.spool, 12); });
  const auto batch = spool->Read(0, 1000, INT64_MAX);
  ASSERT_TRUE(batch.ok()) << batch.status();
  const int64_t dropped = spool->status().gap.last_sequence();
  ASSERT_GT(dropped, 0);
  ASSERT_LT(dropped, 30) << "some of what was there stays";
  EXPECT_THAT(batch->events, IsEmpty())
      << "what tells of the gap could still be lost";
  LedgerModel ledger;
  Drain(*spool.spool, ledger);
  EXPECT_THAT(ledger.unexplained(), IsEmpty());
}

TEST_P(SqliteSpoolDropTest, ReadersAndAcksRaceWithDrops) {
  const OpenedSpool spool = OpenSpool(dir_.path(), Small());
  constexpr int kEach = 300;
  Threads appenders;
  for (int t = 0; t < 3; ++t) {
    appenders.Start([&spool] { AppendSamples(*spool.spool, kEach); });
  }
  LedgerModel ledger;
  std::mt19937 random(7);
  while (ledger.verdicts() + spool->status().gap.dropped_total() < kEach) {
    const auto batch = spool->Read(ledger.last(), 9, INT64_MAX);
    ASSERT_TRUE(batch.ok()) << batch.status();
    ledger.Take(*batch);
    if (HasFatalFailure()) break;
    if (random() % 2 == 0 && ledger.last() > 0) {
      ASSERT_TRUE(spool->Ack(ledger.last()).ok());
    }
  }
  appenders.Join();
  Drain(*spool.spool, ledger);
  ASSERT_TRUE(spool->Ack(ledger.last()).ok());
  EXPECT_THAT(ledger.unexplained(), IsEmpty());
  const Spool::Status status = spool->status();
  EXPECT_EQ(status.bytes, 0);
  EXPECT_EQ(status.events, 0);
  EXPECT_GE(ledger.verdicts() + status.gap.dropped_total(), 3 * kEach);
}

}  // namespace
}  // namespace pullgate::agent
