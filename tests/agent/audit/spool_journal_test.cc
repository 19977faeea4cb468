// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/audit/spool_journal.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/faulty_disk.h"
#include "tests/support/temp_dir.h"

namespace pullgate::agent {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string kEpoch(32, 'e');
constexpr size_t kPlenty = 1024 * 1024;

class SpoolJournalTest : public testing::Test {
 protected:
  SpoolJournalTest() { WriteFile(dir_.File("spool.db"), ""); }

  std::unique_ptr<SpoolJournal> Open(absl::string_view epoch = kEpoch,
                                     size_t max_bytes = kPlenty) {
    return SpoolJournal::Open(path_, epoch, max_bytes).value();
  }

  // "1=first", "2=second", ...
  static std::vector<std::string> Records(const SpoolJournal& journal) {
    std::vector<std::string> all;
    absl::string_view records = journal.records();
    while (const auto record = SpoolJournal::TakeRecord(records)) {
      all.push_back(absl::StrCat(record->sequence, "=", record->payload));
    }
    return all;
  }

  // What somebody finds who opens a file with such contents.
  std::vector<std::string> RecordsIn(const std::string& contents) {
    WriteFile(path_, contents);
    return Records(*Open());
  }

  // The contents of a file with these records, numbered from `first`.
  std::string FileWith(int64_t first, const std::vector<std::string>& records) {
    const auto journal = Open();
    EXPECT_TRUE(journal->Clear().ok());
    for (const std::string& record : records) {
      EXPECT_TRUE(journal->Append(first++, record).ok());
    }
    return ReadFile(path_);
  }

  FaultyDisk disk_;
  const TempDir dir_;
  const std::string path_ = dir_.File("spool.db-events1");
};

TEST_F(SpoolJournalTest, KeepsRecordsForWhoeverOpensItNext) {
  const auto journal = Open();
  EXPECT_EQ(journal->first_sequence(), 0);
  ASSERT_TRUE(journal->Append(7, "seven").ok());
  ASSERT_TRUE(journal->Append(8, "").ok());
  EXPECT_THAT(Records(*journal), ElementsAre("7=seven", "8="));
  const auto next = Open();
  EXPECT_THAT(Records(*next), ElementsAre("7=seven", "8="));
  EXPECT_EQ(next->first_sequence(), 7);
  EXPECT_EQ(next->last_sequence(), 8);
}

TEST_F(SpoolJournalTest, IsEmptyAfterBeingCleared) {
  const auto journal = Open();
  ASSERT_TRUE(journal->Append(1, "one").ok());
  ASSERT_TRUE(journal->Clear().ok());
  EXPECT_EQ(journal->last_sequence(), 0);
  EXPECT_EQ(ReadFile(path_), "");
  ASSERT_TRUE(journal->Append(5, "five").ok());
  EXPECT_THAT(Records(*Open()), ElementsAre("5=five"));
}

TEST_F(SpoolJournalTest, ATornTailEndsItAtEveryByte) {
  const std::string one = FileWith(1, {"one"});
  const std::string whole = FileWith(1, {"one", "two", "three"});
  const size_t first = one.size();
  const size_t second = first + (first - FileWith(1, {""}).size()) + 24;
  for (size_t size = 0; size < whole.size(); ++size) {
    const size_t complete = (size >= first ? 1 : 0) + (size >= second ? 1 : 0);
    EXPECT_EQ(RecordsIn(whole.substr(0, size)).size(), complete) << size;
  }
  EXPECT_THAT(RecordsIn(whole), ElementsAre("1=one", "2=two", "3=three"));
}

TEST_F(SpoolJournalTest, AChangedByteEndsItThere) {
  const std::string whole = FileWith(1, {"one", "two", "three"});
  const std::vector<std::string> expected = RecordsIn(whole);
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0x10);
    const std::vector<std::string> found = RecordsIn(changed);
    ASSERT_LT(found.size(), expected.size()) << at;
    for (size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i], expected[i]);
  }
}

TEST_F(SpoolJournalTest, AppendsWhereATornTailWas) {
  const std::string whole = FileWith(1, {"one", "two"});
  WriteFile(path_, whole.substr(0, whole.size() - 1));
  const auto journal = Open();
  ASSERT_TRUE(journal->Append(2, "2").ok());
  EXPECT_THAT(Records(*Open()), ElementsAre("1=one", "2=2"));
}

TEST_F(SpoolJournalTest, RecordsOfAnEarlierFillingDoNotContinueIt) {
  const std::string old = FileWith(1, {"old 1", "old 2", "old 3"});
  const std::string current = FileWith(1, {"new 1"});
  ASSERT_EQ(RecordsIn(current + old.substr(current.size())),
            std::vector<std::string>{"1=new 1"});
}

TEST_F(SpoolJournalTest, ARecordOutOfSequenceEndsIt) {
  {
    const auto journal = Open();
    ASSERT_TRUE(journal->Append(1, "one").ok());
    ASSERT_TRUE(journal->Append(3, "three").ok());
  }
  EXPECT_THAT(Records(*Open()), ElementsAre("1=one"));
}

TEST_F(SpoolJournalTest, AFileThatIsNoJournalIsEmpty) {
  EXPECT_THAT(RecordsIn(std::string(10'000, 'x')), IsEmpty());
  EXPECT_THAT(RecordsIn(std::string(10'000, '\0')), IsEmpty());
}

TEST_F(SpoolJournalTest, AFileOfAnotherEpochIsSetAside) {
  const std::string contents = FileWith(1, {"one"});
  const std::string other(32, 'o');
  const auto journal = Open(other);
  EXPECT_THAT(Records(*journal), IsEmpty());
  ASSERT_TRUE(journal->Append(1, "another").ok());
  EXPECT_EQ(ReadFile(path_ + ".aside-" + kEpoch), contents);
  EXPECT_THAT(Records(*Open(other)), ElementsAre("1=another"));
}

TEST_F(SpoolJournalTest, HasRoomUpToItsBound) {
  const auto journal = Open(kEpoch, /*max_bytes=*/200);
  int64_t accepted = 0;
  while (journal->HasRoom(10)) {
    ASSERT_TRUE(journal->Append(++accepted, std::string(10, 'x')).ok());
  }
  EXPECT_EQ(accepted, 4);
  EXPECT_LE(ReadFile(path_).size(), 200u);
}

TEST_F(SpoolJournalTest, AFullDiskLeavesNothingOfTheRecord) {
  const auto journal = Open();
  ASSERT_TRUE(journal->Append(1, "one").ok());
  const std::string before = ReadFile(path_);
  for (int64_t free = 0; free < 24 + 3; ++free) {
    disk_.SetFree(free);
    const absl::Status status = journal->Append(2, "two");
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << free;
    EXPECT_EQ(ReadFile(path_), before);
  }
  disk_.SetPlentyFree();
  ASSERT_TRUE(journal->Append(2, "two").ok());
  EXPECT_THAT(Records(*Open()), ElementsAre("1=one", "2=two"));
}

TEST_F(SpoolJournalTest, AFullDiskMayCutTheHeaderToo) {
  const auto journal = Open();
  disk_.SetFree(30);
  EXPECT_FALSE(journal->Append(1, "one").ok());
  EXPECT_EQ(ReadFile(path_), "");
  disk_.SetPlentyFree();
  ASSERT_TRUE(journal->Append(1, "one").ok());
  EXPECT_THAT(Records(*Open()), ElementsAre("1=one"));
}

TEST_F(SpoolJournalTest, TakesNothingUntilAFailedWriteIsCutOff) {
  const auto journal = Open();
  ASSERT_TRUE(journal->Append(1, "one").ok());
  disk_.SetFree(10);
  disk_.FailTruncates(true);
  EXPECT_FALSE(journal->Append(2, "refused").ok());
  disk_.SetPlentyFree();
  EXPECT_EQ(journal->Append(2, "refused").code(),
            absl::StatusCode::kUnavailable);
  disk_.FailTruncates(false);
  EXPECT_TRUE(journal->Append(2, "two").ok());
  EXPECT_THAT(Records(*Open()), ElementsAre("1=one", "2=two"));
}

TEST_F(SpoolJournalTest, TakesNothingUntilItIsCleared) {
  const auto journal = Open();
  ASSERT_TRUE(journal->Append(1, "one").ok());
  disk_.FailTruncates(true);
  EXPECT_EQ(journal->Clear().code(), absl::StatusCode::kUnavailable);
  EXPECT_FALSE(journal->Append(2, "two").ok());
  disk_.FailTruncates(false);
  EXPECT_TRUE(journal->Clear().ok());
  EXPECT_EQ(ReadFile(path_), "");
  EXPECT_TRUE(journal->Append(2, "two").ok());
}

TEST_F(SpoolJournalTest, WhatWasFlushedSurvivesPowerLoss) {
  const auto journal = Open();
  ASSERT_TRUE(journal->Append(1, "one").ok());
  ASSERT_TRUE(journal->Flush().ok());
  ASSERT_TRUE(journal->Append(2, "two").ok());
  const TempDir left;
  disk_.LosePower(dir_.path(), left.path(), /*random=*/nullptr);
  WriteFile(left.File("spool.db"), "");
  const auto after =
      SpoolJournal::Open(left.File("spool.db-events1"), kEpoch, kPlenty);
  EXPECT_THAT(Records(**after), ElementsAre("1=one"));
  disk_.FailSyncs(true);
  EXPECT_EQ(journal->Flush().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace pullgate::agent
