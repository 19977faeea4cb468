// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/treatment_table.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "treatment: cell xcount" for each group.
std::vector<std::string> At(const TreatmentTable& table, AskedPort port) {
  std::vector<std::string> groups;
  for (const TreatmentTable::Group& group : table.At(port)) {
    groups.push_back(
        absl::StrCat(group.treatment, ": ", group.cell, " x", group.count));
  }
  return groups;
}

TEST(TreatmentTableTest, HoldsNothingToBeginWith) {
  TreatmentTable table;
  table.Finish();
  EXPECT_THAT(table.At(kOtherPort), IsEmpty());
  EXPECT_THAT(table.Ports(), IsEmpty());
}

TEST(TreatmentTableTest, GroupsCellsAndNamesOneThatIsTreatedSo) {
  TreatmentTable table;
  table.AddCell(3, 70);
  table.AddPort(5000, 80);
  table.AddCell(4, 70);
  table.AddPort(5000, 90);
  table.AddPort(99, 90);
  table.AddCell(7, 70);
  table.AddCell(9, 80);
  table.Finish();
  EXPECT_THAT(table.Ports(), ElementsAre(99, 5000));
  EXPECT_THAT(At(table, kOtherPort), ElementsAre("70: 3 x3", "80: 9 x1"));
  EXPECT_THAT(At(table, 5000), ElementsAre("70: 7 x1", "80: 3 x2", "90: 4 x1"));
  EXPECT_THAT(At(table, 99), ElementsAre("70: 3 x2", "80: 9 x1", "90: 4 x1"));
}

TEST(TreatmentTableTest, ATreatmentThatAllCellsLeaveIsGone) {
  TreatmentTable table;
  table.AddCell(0, 1);
  table.AddPort(443, 2);
  table.Finish();
  EXPECT_THAT(At(table, 443), ElementsAre("2: 0 x1"));
}

TEST(TreatmentTableTest, APortThatChangesNothingIsNone) {
  TreatmentTable table;
  table.AddCell(0, 1);
  table.AddPort(443, 1);
  table.Finish();
  EXPECT_THAT(table.Ports(), IsEmpty());
}

}  // namespace
}  // namespace pullgate
