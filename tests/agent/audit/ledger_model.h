// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_AGENT_AUDIT_LEDGER_MODEL_H_
#define PULLGATE_TESTS_AGENT_AUDIT_LEDGER_MODEL_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "agent/audit/spool.h"
#include "agent/audit/sqlite_spool.h"
#include "common/audit/event_hash.h"
#include "gtest/gtest.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::agent {

// What a PDP holds a spool to: the chain, one event for each number, and an
// event for every hole that says so. Fails the test where one is broken.
class LedgerModel {
 public:
  struct Hole {
    int64_t first;
    int64_t last;
    std::string hash;  // that the event after it carries
  };

  // Takes what Read() gave, repeats too.
  void Take(const Spool::Batch& batch) {
    int64_t sequence = batch.first_sequence;
    for (const std::string& recorded : batch.events) {
      pullgate::audit::v1::AuditEvent event;
      ASSERT_TRUE(event.ParseFromString(recorded));
      ASSERT_EQ(event.sequence(), sequence++);
      TakeEvent(event, ToBytes(HashEvent(recorded)));
    }
  }

  // The last sequence that is here.
  int64_t last() const { return last_; }
  // Of events other than the spool's own.
  int64_t verdicts() const { return verdicts_; }
  int64_t gaps() const { return gaps_; }
  const std::vector<Hole>& unexplained() const { return holes_; }

 private:
  void TakeEvent(const pullgate::audit::v1::AuditEvent& event,
                 const std::string& hash) {
    const auto known = hashes_.find(event.sequence());
    if (known != hashes_.end()) {
      ASSERT_EQ(known->second, hash)
          << "two events left with sequence " << event.sequence();
      return;
    }
    ASSERT_GT(event.sequence(), last_) << "a hole was filled later";
    if (event.sequence() == last_ + 1) {
      ASSERT_EQ(event.previous_hash(), last_hash_) << event.sequence();
    } else {
      holes_.push_back(
          {last_ + 1, event.sequence() - 1, event.previous_hash()});
    }
    ASSERT_EQ(event.kind() == event.KIND_EPOCH_STARTED, event.sequence() == 1);
    if (event.kind() == event.KIND_GAP) {
      ++gaps_;
      Explain(event.gap());
    } else if (event.sequence() > 1) {
      ++verdicts_;
    }
    hashes_[event.sequence()] = hash;
    last_ = event.sequence();
    last_hash_ = hash;
  }

  void Explain(const pullgate::audit::v1::Gap& gap) {
    std::vector<Hole> left;
    for (const Hole& hole : holes_) {
      const bool covered = gap.first_sequence() <= hole.first &&
                           hole.last <= gap.last_sequence();
      const bool ends_there = hole.last == gap.last_sequence();
      if (covered && ends_there) EXPECT_EQ(hole.hash, gap.last_hash());
      if (!covered) left.push_back(hole);
    }
    holes_ = left;
  }

  int64_t last_ = 0;
  std::string last_hash_;
  int64_t verdicts_ = 0;
  int64_t gaps_ = 0;
  std::vector<Hole> holes_;
  std::map<int64_t, std::string> hashes_;
};

// Reads all that the spool holds after what the ledger has, in steps.
inline void Drain(SqliteSpool& spool, LedgerModel& ledger, int step = 7) {
  while (ledger.last() < spool.status().last_sequence) {
    const auto batch = spool.Read(ledger.last(), step, INT64_MAX);
    ASSERT_TRUE(batch.ok()) << batch.status();
    ledger.Take(*batch);
    if (::testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace pullgate::agent

#endif  // PULLGATE_TESTS_AGENT_AUDIT_LEDGER_MODEL_H_
