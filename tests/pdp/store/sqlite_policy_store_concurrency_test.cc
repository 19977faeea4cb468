// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Many threads on one store.

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "pdp/store/sqlite_policy_store.h"
#include "tests/pdp/store/store_fixture.h"
#include "tests/support/audit_events.h"
#include "tests/support/threads.h"

namespace pullgate::pdp {
namespace {

TEST(SqlitePolicyStoreConcurrencyTest, OfTwoWithTheSameEtagOneWins) {
  constexpr int kThreads = 6;
  constexpr int kWins = 5;
  const TempDir dir;
  const OpenedStore store = OpenStore(dir.path());
  ASSERT_TRUE(
      store->Put(Vch("a"), WhitelistPolicy("0.example"), "", ByAnn()).ok());
  Threads threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.Start([&store] {
      for (int wins = 0; wins < kWins;) {
        const auto read = store->Get(Vch("a"));
        ASSERT_TRUE(read.ok()) << read.status();
        auto next = read->policy;
        next.add_whitelist("one-more.example");
        const auto written =
            store->Put(Vch("a"), next, read->policy.etag(), ByAnn());
        if (written.ok()) {
          ++wins;
        } else {
          ASSERT_EQ(written.status().code(), absl::StatusCode::kAborted);
        }
      }
    });
  }
  threads.Join();
  const auto last = store->Get(Vch("a"));
  EXPECT_EQ(last->policy.whitelist_size(), 1 + kThreads * kWins)
      << "no change was lost";
  EXPECT_EQ(last->policy.revision(), 1 + kThreads * kWins);
}

TEST(SqlitePolicyStoreConcurrencyTest, ReadersSeeRevisionsRise) {
  const TempDir dir;
  const OpenedStore store = OpenStore(dir.path());
  std::atomic<bool> done{false};
  Threads readers;
  for (int t = 0; t < 3; ++t) {
    readers.Start([&store, &done] {
      int64_t last = 0;
      while (!done) {
        const int64_t revision = store->LastRevision(Vch("a")).value();
        EXPECT_GE(revision, last);
        last = revision;
        EXPECT_TRUE(store->List("", 10).ok());
      }
    });
  }
  for (int i = 0; i < 30; ++i) {
    ASSERT_TRUE(
        store->Put(Vch("a"), WhitelistPolicy("x.example"), "", ByAnn()).ok());
    if (i % 5 == 4) {
      ASSERT_TRUE(store->Delete(Vch("a"), "", ByAnn()).ok());
    }
  }
  done = true;
  readers.Join();
}

}  // namespace
}  // namespace pullgate::pdp
