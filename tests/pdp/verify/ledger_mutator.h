// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_PDP_VERIFY_LEDGER_MUTATOR_H_
#define PULLGATE_TESTS_PDP_VERIFY_LEDGER_MUTATOR_H_

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/sqlite/database.h"
#include "common/sqlite/statement.h"

namespace pullgate::pdp {

// What was done to a ledger, and what a finding must name to be about that: one
// of these positions, or an event whose id begins so.
struct Mutation {
  std::string what;
  int64_t first_position = 0;
  int64_t last_position = 0;
  std::string id_prefix;
};

// Changes what is stored in a ledger's file at random, in a transaction that is
// rolled back later.
class LedgerMutator {
 public:
  static constexpr int kKinds = 18;

  // `database`, not owned, outlives it.
  LedgerMutator(Database* database, uint32_t seed)
      : database_(database), random_(seed) {}

  // One change of kind 0 to kKinds - 1.
  Mutation Mutate(int kind);

  int64_t Below(int64_t limit) {
    return static_cast<int64_t>(random_() % static_cast<uint64_t>(limit));
  }

 private:
  struct Row {
    int64_t rowid = 0;
    std::string value;
  };

  void Run(const std::string& sql);
  std::vector<std::vector<int64_t>> Numbers(const std::string& sql);
  std::string Blob(const std::string& sql);
  void SetBlob(const std::string& sql, absl::string_view blob);
  // Flips a bit of the blob in `column` of the row of `table` where `where`.
  void Flip(const std::string& table, const std::string& column,
            const std::string& where);
  // The position of some event.
  int64_t Position();
  std::pair<int64_t, int64_t> TwoPositions();
  // "vch/epoch/" of an epoch.
  std::string PrefixOf(int64_t epoch_id);
  int64_t Last();
  // Of the ledger's own event.
  int64_t OwnPosition();

  Mutation FlipPayload();
  Mutation ChangeColumn();
  Mutation Remove();
  Mutation Repeat();
  Mutation SwapPayloads();
  Mutation SwapRows();
  Mutation Rotate();
  Mutation Renumber();
  Mutation Truncate();
  Mutation ChangeNode();
  Mutation ChangeCheckpoint();
  Mutation DropRow();
  Mutation ChangeEpoch();
  Mutation ChangeLedger();
  Mutation ChangeSegment();
  Mutation ChangeSegmentColumn();
  Mutation AddHole();
  Mutation ReplacePayload();

  Database* const database_;
  std::mt19937 random_;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_TESTS_PDP_VERIFY_LEDGER_MUTATOR_H_
