// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/stubs/logging.h"
#include "tests/pdp/verify/ledger_forger.h"
#include "tests/pdp/verify/ledger_mutator.h"
#include "tests/pdp/verify/small_ledger.h"

namespace pullgate::pdp {
namespace {

// At least so many; PULLGATE_MUTATIONS asks for another number.
constexpr int kMutations = 10'800;

int MutationCount() {
  int count = kMutations;
  const char* const asked = std::getenv("PULLGATE_MUTATIONS");
  if (asked != nullptr) EXPECT_TRUE(absl::SimpleAtoi(asked, &count));
  return count;
}

bool Names(const Finding& finding, const Mutation& mutation) {
  if (!mutation.id_prefix.empty() &&
      absl::StartsWith(finding.event_id, mutation.id_prefix)) {
    return true;
  }
  return mutation.last_position > 0 && finding.last_position > 0 &&
         finding.first_position <= mutation.last_position &&
         finding.last_position >= mutation.first_position;
}

std::string TextOf(const std::vector<Finding>& findings) {
  return absl::StrJoin(findings, "\n  ",
                       [](std::string* out, const Finding& finding) {
                         absl::StrAppend(out, ToString(finding));
                       });
}

// Random changes of everything that is stored: each is found, and named.
TEST(LedgerMutationTest, EveryMutationIsFoundAndNamed) {
  SmallLedger ledger;
  ledger.Fill();
  ledger.Close();
  ASSERT_THAT(TextOf(ledger.Verify()), ::testing::IsEmpty());
  const auto database = Database::Open(ledger.path(), {}).value();
  LedgerMutator mutator(database.get(), /*seed=*/20261123);
  google::protobuf::SetLogHandler(nullptr);  // of each string that is no UTF-8

  const int count = MutationCount();
  int missed = 0;
  std::map<std::string, int> by_kind;
  ASSERT_TRUE(database->Execute("BEGIN").ok());
  for (int i = 0; i < count; ++i) {
    ASSERT_TRUE(database->Execute("SAVEPOINT mutation").ok());
    const Mutation mutation = mutator.Mutate(i % LedgerMutator::kKinds);
    const std::vector<Finding> findings = ledger.Verify(*database);
    ++by_kind[mutation.what];
    const bool named = std::any_of(
        findings.begin(), findings.end(),
        [&](const Finding& finding) { return Names(finding, mutation); });
    if (!named && ++missed <= 20) {
      ADD_FAILURE() << "mutation " << i << ", " << mutation.what << " ("
                    << mutation.first_position << " to "
                    << mutation.last_position << " " << mutation.id_prefix
                    << "), is not named by:\n  " << TextOf(findings);
    }
    ASSERT_TRUE(
        database->Execute("ROLLBACK TO mutation; RELEASE mutation").ok());
  }
  ASSERT_TRUE(database->Execute("ROLLBACK").ok());
  EXPECT_THAT(TextOf(ledger.Verify()), ::testing::IsEmpty());
  for (const auto& [what, times] : by_kind) {
    std::cout << times << " times " << what << "\n";
  }
  std::cout << "result mutations " << count << " count\n"
            << "result mutations_missed " << missed << " count\n";
}

// What a forger does to the entries; returns the positions that are not as they
// were, and the smallest of them in `*first`.
std::string Forge(int kind, LedgerMutator& random,
                  std::vector<LedgerForger::Entry>& entries, int64_t* first) {
  const auto count = static_cast<int64_t>(entries.size());
  const int64_t one = random.Below(count);
  *first = entries[static_cast<size_t>(one)].position;
  switch (kind % 4) {
    case 0:
      entries[static_cast<size_t>(one)].event.set_registry("innocent.example");
      return "another registry in an event";
    case 1:
      entries.erase(entries.begin() + one);
      return "an event taken out";
    case 2:
      entries.insert(entries.begin() + one,
                     entries[static_cast<size_t>(random.Below(count))]);
      return "an event put in";
    default: {
      const int64_t other = (one + 1 + random.Below(count - 1)) % count;
      *first = entries.front().position + std::min(one, other);
      std::swap(entries[static_cast<size_t>(one)],
                entries[static_cast<size_t>(other)]);
      return "two events swapped";
    }
  }
}

// Without the key, roots do not fit their signatures: with the old root the
// events differ, with a new one the signature. Named are the events between two
// checkpoints, as exact as anybody can tell.
TEST(LedgerMutationTest, AForgerWithoutTheKeyIsFound) {
  SmallLedger ledger;
  ledger.Fill();
  ledger.Close();
  const auto database = Database::Open(ledger.path(), {}).value();
  LedgerMutator random(database.get(), /*seed=*/4711);
  const int count = std::max(MutationCount() / 40, 8);
  int missed = 0;
  ASSERT_TRUE(database->Execute("BEGIN").ok());
  for (int i = 0; i < count; ++i) {
    ASSERT_TRUE(database->Execute("SAVEPOINT forged").ok());
    const bool keep_roots = i % 8 < 4;
    if (keep_roots) {
      ASSERT_TRUE(database
                      ->Execute("CREATE TEMP TABLE IF NOT EXISTS kept AS "
                                "SELECT * FROM checkpoint")
                      .ok());
    }
    LedgerForger forger(database.get());
    int64_t first = 0;
    const std::string what = Forge(i, random, forger.entries(), &first);
    forger.WriteAll();
    if (keep_roots) {
      ASSERT_TRUE(database
                      ->Execute("INSERT OR REPLACE INTO checkpoint "
                                "SELECT * FROM kept")
                      .ok());
    }
    const std::vector<Finding> findings = ledger.Verify(*database);
    const bool named = std::any_of(
        findings.begin(), findings.end(), [&](const Finding& finding) {
          return Names(finding, {what, first, ledger.last_position(), ""});
        });
    if (!named && ++missed <= 20) {
      ADD_FAILURE() << what << " at " << first << " is not named by:\n  "
                    << TextOf(findings);
    }
    ASSERT_TRUE(database->Execute("ROLLBACK TO forged; RELEASE forged").ok());
  }
  std::cout << "result forgeries " << count << " count\n"
            << "result forgeries_missed " << missed << " count\n";
}

}  // namespace
}  // namespace pullgate::pdp
