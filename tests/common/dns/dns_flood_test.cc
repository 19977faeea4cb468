// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// 10,000 names at once, answered and unanswered: what is kept stays bounded,
// and nobody else is kept from his answer for longer than the flood lasts.

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/dns/caching_host_resolver.h"
#include "common/time/clock.h"
#include "gtest/gtest.h"
#include "tests/common/dns/resolver_fixture.h"
#include "tests/support/heap_count.h"

namespace pullgate {
namespace {

constexpr int kNames = 10'000;
constexpr int kThreads = 8;
constexpr size_t kMaxEntries = 500;
constexpr int64_t kMaxBytes = 2 << 20;

class DnsFloodTest : public ResolverFixture {
 protected:
  // Each name once, by several threads. Counts what is OK.
  int Flood(HostResolver& dns, absl::Time deadline) {
    std::vector<std::thread> threads;
    std::vector<int> ok(kThreads);
    threads.reserve(kThreads);
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = t; i < kNames; i += kThreads) {
          const std::string name = absl::StrCat("n", i, ".example");
          ok[t] += dns.Addresses(DnsName::Parse(name).value(), deadline).ok();
        }
      });
    }
    int sum = 0;
    for (int t = 0; t < kThreads; ++t) {
      threads[t].join();
      sum += ok[t];
    }
    return sum;
  }

  std::unique_ptr<CachingHostResolver> Cached() {
    LookupCacheOptions bounds;
    bounds.max_entries = kMaxEntries;
    return std::make_unique<CachingHostResolver>(
        AresHostResolver::Create(options_).value(), &clock_, bounds);
  }

  SystemClock clock_;
};

TEST_F(DnsFloodTest, OfTenThousandAnswersTheLastAreKept) {
  server_.SetNegativeTtl(3600);
  const auto dns = Cached();
  EXPECT_EQ(Flood(*dns, absl::InfiniteFuture()), kNames);
  EXPECT_EQ(dns->size(), kMaxEntries);
  // A second flood finds everything at its bound.
  const int64_t before = testing::CountHeap().bytes;
  EXPECT_EQ(Flood(*dns, absl::InfiniteFuture()), kNames);
  EXPECT_EQ(dns->size(), kMaxEntries);
  EXPECT_LT(testing::CountHeap().bytes - before, kMaxBytes);
}

TEST_F(DnsFloodTest, OfTenThousandSilencesNothingIsKept) {
  options_.max_pending = 100;
  options_.attempt_timeout = absl::Hours(1);
  server_.Play("", DnsTrick::kSilent);
  const auto dns = Cached();
  const int64_t before = testing::CountHeap().bytes;
  // The deadline has come when the look-up begins to wait.
  EXPECT_EQ(Flood(*dns, clock_.Now() + absl::Milliseconds(1)), 0);
  EXPECT_EQ(dns->size(), 0u);
  EXPECT_LT(testing::CountHeap().bytes - before, kMaxBytes);
}

TEST_F(DnsFloodTest, AFloodThatFailsLeavesTheResolverAsItWas) {
  options_.max_pending = 100;
  options_.attempt_timeout = absl::Milliseconds(10);
  server_.Play("", DnsTrick::kServfail);
  server_.Add(AddressRecord("registry.example", "192.0.2.7"));
  server_.Play("registry.example", DnsTrick::kNone);
  const auto dns = Cached();
  EXPECT_EQ(Flood(*dns, absl::InfiniteFuture()), 0);
  EXPECT_EQ(dns->size(), 0u);
  const auto found = dns->Addresses(DnsName::Parse("registry.example").value(),
                                    absl::InfiniteFuture());
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->addresses.size(), 1u);
}

}  // namespace
}  // namespace pullgate
