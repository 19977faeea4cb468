// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// How epochs begin, and how their chains go on.

#include <cstdint>
#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "agent/audit/spool_remains.h"
#include "agent/audit/sqlite_spool.h"
#include "common/sqlite/database.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/audit/ledger_model.h"
#include "tests/agent/audit/spool_fixture.h"
#include "tests/fakes/fake_clock.h"

namespace pullgate::agent {
namespace {

using pullgate::audit::v1::AuditEvent;
using pullgate::audit::v1::EpochStart;
using ::testing::HasSubstr;

class SpoolEpochTest : public ::testing::TestWithParam<Durability> {
 protected:
  static SqliteSpool::Options Options() {
    SqliteSpool::Options options;
    options.durability = GetParam();
    return options;
  }

  void ChangeDatabase(const std::string& sql) const {
    const auto database = Database::Open(path_, {}).value();
    ASSERT_TRUE(database->Execute(sql.c_str()).ok());
  }

  const TempDir dir_;
  const std::string path_ = dir_.File(SqliteSpool::kFileName);
};

INSTANTIATE_TEST_SUITE_P(Durabilities, SpoolEpochTest,
                         ::testing::Values(Durability::kProcessCrash,
                                           Durability::kPowerLoss));

TEST_P(SpoolEpochTest, BeginsWithAnEventThatSaysWhy) {
  const FakeClock clock(absl::FromUnixSeconds(1'700'000'000));
  SqliteSpool::Options options = Options();
  options.wall = &clock;
  const OpenedSpool spool = OpenSpool(dir_.path(), options);
  const auto events = Parsed(AllHeld(*spool.spool));
  ASSERT_EQ(events.size(), 1u);
  const AuditEvent& first = events.front();
  EXPECT_EQ(first.kind(), AuditEvent::KIND_EPOCH_STARTED);
  EXPECT_EQ(first.sequence(), 1);
  EXPECT_EQ(first.previous_hash(), "");
  EXPECT_EQ(first.vch(), "vchs/vch-1");
  EXPECT_EQ(first.epoch(), spool->status().epoch);
  EXPECT_EQ(first.event_id(), absl::StrCat("vch-1/", first.epoch(), "/1"));
  EXPECT_EQ(first.event_time().seconds(), 1'700'000'000);
  EXPECT_EQ(first.epoch_start().cause(), EpochStart::CAUSE_FIRST_START);
}

TEST_P(SpoolEpochTest, BeginsOnce) {
  std::string bytes;
  for (int i = 0; i < 3; ++i) {
    const OpenedSpool spool = OpenSpool(dir_.path(), Options());
    const Spool::Batch all = AllHeld(*spool.spool);
    ASSERT_EQ(all.events.size(), 1u);
    if (i == 0) bytes = all.events.front();
    EXPECT_EQ(all.events.front(), bytes);
  }
}

TEST_P(SpoolEpochTest, TheChainGoesOnThoughAllIsAcknowledgedAndDeleted) {
  LedgerModel ledger;
  for (int life = 0; life < 5; ++life) {
    const OpenedSpool spool = OpenSpool(dir_.path(), Options());
    EXPECT_EQ(spool->status().events, life == 0 ? 1 : 0);
    AppendSamples(*spool.spool, life % 3);
    Drain(*spool.spool, ledger);
    ASSERT_TRUE(spool->Ack(ledger.last()).ok());
  }
  const OpenedSpool spool = OpenSpool(dir_.path(), Options());
  AppendSamples(*spool.spool, 2);
  Drain(*spool.spool, ledger);
  EXPECT_EQ(ledger.verdicts(), 6);
}

TEST_P(SpoolEpochTest, AnAckInTheMiddleKeepsTheHashOfItsEvent) {
  LedgerModel ledger;
  {
    const OpenedSpool spool = OpenSpool(dir_.path(), Options());
    AppendSamples(*spool.spool, 6);
    Drain(*spool.spool, ledger);
    ASSERT_TRUE(spool->Ack(4).ok());
  }
  const OpenedSpool spool = OpenSpool(dir_.path(), Options());
  ledger.Take(*spool->Read(4, 100, INT64_MAX));  // the same bytes
  AppendSamples(*spool.spool, 1);
  Drain(*spool.spool, ledger);
}

TEST_P(SpoolEpochTest, AChangedBitIsDamage) {
  { AppendSamples(*OpenSpool(dir_.path(), Options()).spool, 5); }
  ChangeDatabase(
      "UPDATE event SET payload = CAST(replace(payload, "
      "CAST('registry.corp' AS BLOB), CAST('registry.c0rp' AS BLOB)) AS BLOB) "
      "WHERE sequence = 3");
  const absl::Status status = TryOpenSpool(dir_.path(), Options()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("sequence 4 does not follow the one before it"));
}

TEST_P(SpoolEpochTest, AMissingEventIsDamage) {
  { AppendSamples(*OpenSpool(dir_.path(), Options()).spool, 5); }
  ChangeDatabase("DELETE FROM event WHERE sequence = 3");
  const absl::Status status = TryOpenSpool(dir_.path(), Options()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr("3 is missing"));
}

TEST_P(SpoolEpochTest, ADamagedSpoolStillTellsWhatItWas) {
  std::string epoch;
  {
    const OpenedSpool spool = OpenSpool(dir_.path(), Options());
    AppendSamples(*spool.spool, 5);
    epoch = spool->status().epoch;
  }
  ChangeDatabase("DELETE FROM event WHERE sequence = 3");
  const SpoolRemains remains = RemainsOfSpool(path_);
  EXPECT_EQ(remains.epoch, epoch);
  EXPECT_EQ(remains.last_sequence, 6);

  WriteFile(path_, std::string(10'000, 'x'));
  std::filesystem::remove(path_ + "-wal");
  EXPECT_EQ(RemainsOfSpool(path_).epoch, "");
}

TEST(SpoolRemainsTest, JournalsTellToo) {
  const TempDir dir;
  const TempDir left;
  SqliteSpool::Options options;
  options.store.linger = absl::Hours(24);
  const OpenedSpool spool = OpenSpool(dir.path(), options);
  AppendSamples(*spool.spool, 4);
  std::filesystem::copy(dir.path(), left.path(),
                        std::filesystem::copy_options::recursive);
  const std::string path = left.File(SqliteSpool::kFileName);
  EXPECT_EQ(RemainsOfSpool(path).last_sequence, 5);
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::filesystem::remove(path + suffix);
  }
  EXPECT_EQ(RemainsOfSpool(path).epoch, spool->status().epoch);
  EXPECT_EQ(RemainsOfSpool(path).last_sequence, 5);
  EXPECT_FALSE(std::filesystem::exists(path)) << "looking makes nothing";
}

TEST(SpoolRemainsTest, NothingTellsNothing) {
  const TempDir dir;
  EXPECT_EQ(RemainsOfSpool(dir.File("spool.db")).epoch, "");
}

}  // namespace
}  // namespace pullgate::agent
