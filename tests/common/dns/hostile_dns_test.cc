// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// AresHostResolver against servers that lie, break off or say nothing.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/dns/ares_channel.h"
#include "common/dns/ares_host_resolver.h"
#include "gtest/gtest.h"
#include "tests/common/dns/resolver_fixture.h"

namespace pullgate {
namespace {

constexpr char kName[] = "registry.example";

class HostileDnsTest : public ResolverFixture {
 protected:
  HostileDnsTest() {
    server_.Add(AddressRecord(kName, "192.0.2.7"));
    server_.Add(PtrRecord("192.0.2.7", kName));
  }
};

TEST_F(HostileDnsTest, AForgedReplyBeforeTheTrueOneChangesNothing) {
  for (const DnsTrick trick :
       {DnsTrick::kForgedIdFirst, DnsTrick::kForgedSourceFirst,
        DnsTrick::kForgedQuestionFirst, DnsTrick::kEmptyDatagramFirst}) {
    server_.Play(kName, trick);
    EXPECT_EQ(Find(kName), "192.0.2.7") << static_cast<int>(trick);
  }
}

TEST_F(HostileDnsTest, AForgerWhoGuessedTheIdGotTheCaseWrong) {
  server_.Play("", DnsTrick::kForgedCaseFirst);
  EXPECT_EQ(Find(kName), "192.0.2.7");
  EXPECT_EQ(server_.tcp_queries(kName), 2) << "where no one can forge unseen";
  EXPECT_EQ(Names("192.0.2.7")->names.size(), 1u);
}

TEST_F(HostileDnsTest, AServerThatDoesNotKeepTheCaseIsAskedOverTcp) {
  const std::string name = absl::StrCat(std::string(60, 'n'), ".example");
  server_.Add(AddressRecord(name, "192.0.2.8"));
  server_.Play("", DnsTrick::kCaseNotKept);
  EXPECT_EQ(Find(name), "192.0.2.8");
  EXPECT_EQ(server_.tcp_queries(name), 2);
}

TEST_F(HostileDnsTest, IdsPortsAndCaseCannotBeForeseen) {
  constexpr int kLookups = 256;
  for (int i = 0; i < kLookups; ++i) {
    (void)Addresses(absl::StrCat("name", i, ".registry.example"));
  }
  std::set<uint16_t> ids;
  std::set<int> steps;
  std::set<uint16_t> ports;
  std::set<std::string> cases;
  const std::vector<SeenDnsQuery> seen = server_.seen();
  ASSERT_EQ(seen.size(), 2u * kLookups);
  for (size_t i = 0; i < seen.size(); ++i) {
    ids.insert(seen[i].id);
    ports.insert(seen[i].source_port);
    cases.insert(seen[i].spelling.substr(0, 4) +
                 seen[i].spelling.substr(seen[i].spelling.size() - 16));
    if (i > 0) steps.insert(seen[i].id - seen[i - 1].id);
  }
  // 512 out of 65,536 at random: two are expected to meet, twenty never do.
  EXPECT_GT(ids.size(), 490u);
  EXPECT_GT(steps.size(), 490u) << "no counter either";
  EXPECT_GE(ports.size(), 2u * kLookups / AresChannel::kQueriesPerPort);
  EXPECT_GT(cases.size(), 490u);
}

TEST_F(HostileDnsTest, ThePortChangesUnderLoadToo) {
  // Something is always under way, so that c-ares never closes its socket.
  server_.Play("held.example", DnsTrick::kHeld);
  std::thread waiting([&resolver = resolver()] {
    EXPECT_TRUE(resolver
                    .Addresses(DnsName::Parse("held.example").value(),
                               absl::InfiniteFuture())
                    .ok());
  });
  server_.AwaitQueries("held.example", 2);
  for (int i = 0; i < 200; ++i) EXPECT_EQ(Find(kName), "192.0.2.7");
  server_.Release();
  waiting.join();
  std::map<uint16_t, int> queries_from;
  for (const SeenDnsQuery& query : server_.seen()) {
    ++queries_from[query.source_port];
  }
  for (const auto& [port, count] : queries_from) {
    EXPECT_LE(count, AresChannel::kQueriesPerPort) << port;
  }
}

TEST_F(HostileDnsTest, ABadReplyIsNoAnswer) {
  server_.Add(AddressRecord(kName, "2001:db8::7"));
  for (const DnsTrick trick :
       {DnsTrick::kServfail, DnsTrick::kRefused, DnsTrick::kTruncatedAlways,
        DnsTrick::kHangUp, DnsTrick::kCompressionLoop, DnsTrick::kAliasLoop,
        DnsTrick::kCutShort, DnsTrick::kGarbage}) {
    server_.Play("", trick);
    const absl::StatusOr<HostAddresses> addresses = Addresses(kName);
    EXPECT_TRUE(absl::IsUnavailable(addresses.status()))
        << static_cast<int>(trick) << ": " << addresses.status();
    const absl::StatusOr<PointerNames> names = Names("192.0.2.7");
    EXPECT_TRUE(absl::IsUnavailable(names.status()))
        << static_cast<int>(trick) << ": " << names.status();
  }
}

TEST_F(HostileDnsTest, RecordsOfOtherNamesAreNoAnswer) {
  server_.Play("", DnsTrick::kOtherOwner);
  EXPECT_TRUE(absl::StrContains(Find(kName), "other names only"))
      << Find(kName);
  EXPECT_TRUE(absl::IsUnavailable(Names("192.0.2.7").status()));
}

TEST_F(HostileDnsTest, FetchesTruncatedRepliesOverTcp) {
  server_.Play(kName, DnsTrick::kTruncated);
  EXPECT_EQ(Find(kName), "192.0.2.7");
  EXPECT_EQ(server_.tcp_queries(kName), 2);
}

TEST_F(HostileDnsTest, FetchesOversizedRepliesOverTcp) {
  server_.Play(kName, DnsTrick::kOversized);
  EXPECT_EQ(Find(kName), "192.0.2.7");
  EXPECT_EQ(server_.tcp_queries(kName), 2);
}

TEST_F(HostileDnsTest, HalfAnAnswerIsNone) {
  // A answers, AAAA is silent: no one may decide on A alone.
  options_.attempt_timeout = absl::Milliseconds(20);
  server_.Add(AddressRecord("six.example", "2001:db8::7"));
  server_.Play(kName, DnsTrick::kNone);
  EXPECT_EQ(Find(kName), "192.0.2.7");
  server_.PlayFor(kName, kDnsAaaa, DnsTrick::kSilent);
  EXPECT_TRUE(absl::IsUnavailable(Addresses(kName).status()));
  server_.PlayFor(kName, kDnsAaaa, DnsTrick::kServfail);
  EXPECT_TRUE(absl::IsUnavailable(Addresses(kName).status()));
  server_.PlayFor("six.example", kDnsA, DnsTrick::kServfail);
  EXPECT_TRUE(absl::IsUnavailable(Addresses("six.example").status()));
}

TEST_F(HostileDnsTest, SilenceIsNoAnswer) {
  options_.attempt_timeout = absl::Milliseconds(10);
  options_.attempts = 2;
  server_.Play("", DnsTrick::kSilent);
  EXPECT_TRUE(absl::IsUnavailable(Addresses(kName).status()));
  EXPECT_TRUE(absl::IsUnavailable(Names("192.0.2.7").status()));
  server_.AwaitQueries(kName, 4);  // it counts after it answers
  EXPECT_EQ(server_.udp_queries(kName), 4);
}

TEST_F(HostileDnsTest, KeepsTheDeadlineWhenTheServerIsSilent) {
  // c-ares alone would wait for an hour.
  options_.attempt_timeout = absl::Hours(1);
  server_.Play("", DnsTrick::kSilent);
  const absl::Time soon = absl::Now() + absl::Milliseconds(30);
  EXPECT_TRUE(absl::IsDeadlineExceeded(Addresses(kName, soon).status()));
  EXPECT_TRUE(absl::IsDeadlineExceeded(Names("192.0.2.7", soon).status()));
  EXPECT_TRUE(absl::IsDeadlineExceeded(
      Addresses(kName, absl::InfinitePast()).status()));
}

TEST_F(HostileDnsTest, AnAbandonedLookupDoesNotDisturbTheNext) {
  server_.Play(kName, DnsTrick::kHeld);
  EXPECT_TRUE(absl::IsDeadlineExceeded(
      Addresses(kName, absl::Now() + absl::Milliseconds(30)).status()));
  server_.Add(AddressRecord("other.example", "192.0.2.8"));
  EXPECT_EQ(Find("other.example"), "192.0.2.8");
  server_.AwaitQueries(kName, 2);
  server_.Release();
  EXPECT_EQ(Find(kName), "192.0.2.7");
}

TEST_F(HostileDnsTest, WaitsForADelayedReply) {
  server_.Play(kName, DnsTrick::kHeld);
  std::thread releaser([this] {
    server_.AwaitQueries(kName, 2);
    server_.Release();
  });
  EXPECT_EQ(Find(kName), "192.0.2.7");
  releaser.join();
}

TEST_F(HostileDnsTest, RefusesLookupsBeyondItsBoundAndRecovers) {
  options_.max_pending = 4;
  server_.Play("", DnsTrick::kHeld);
  resolver();
  std::vector<std::thread> callers;
  callers.reserve(2);
  for (int i = 0; i < 2; ++i) {
    callers.emplace_back([this, i] {
      EXPECT_TRUE(Addresses(absl::StrCat("n", i, ".example")).ok());
    });
    server_.AwaitQueries(absl::StrCat("n", i, ".example"), 2);
  }
  EXPECT_TRUE(absl::IsResourceExhausted(Addresses(kName).status()));
  EXPECT_TRUE(absl::IsResourceExhausted(Names("192.0.2.7").status()));
  server_.Release();
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(Find(kName), "192.0.2.7");
}

TEST_F(HostileDnsTest, AFloodOfNamesStaysWithinTheBound) {
  options_.max_pending = 50;
  options_.attempt_timeout = absl::Hours(1);
  server_.Play("", DnsTrick::kSilent);
  int pending = 0;
  for (int i = 0; i < 10'000; ++i) {
    const absl::Status status =
        Addresses(absl::StrCat("n", i, ".example"), absl::InfinitePast())
            .status();
    if (absl::IsDeadlineExceeded(status)) {
      ++pending;
    } else {
      EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
    }
  }
  EXPECT_EQ(pending, 25);
}

TEST_F(HostileDnsTest, NamesAskedTogetherFailApart) {
  server_.Add(AddressRecord("other.example", "192.0.2.8"));
  server_.Play("broken.example", DnsTrick::kServfail);
  std::vector<DnsName> names;
  for (const char* name : {"broken.example", kName, "nowhere.example",
                           "localhost", "other.example"}) {
    names.push_back(DnsName::Parse(name).value());
  }
  const auto found = AddressesOfAll(resolver(), names);
  ASSERT_EQ(found.size(), names.size());
  EXPECT_TRUE(absl::IsUnavailable(found[0].status())) << found[0].status();
  EXPECT_EQ(found[1]->addresses.front().ToString(), "192.0.2.7");
  EXPECT_TRUE(found[2]->addresses.empty());
  EXPECT_EQ(found[3]->addresses.front().ToString(), "127.0.0.1");
  EXPECT_EQ(found[4]->addresses.front().ToString(), "192.0.2.8");
}

TEST_F(HostileDnsTest, OfNamesAskedTogetherASlowOneKeepsBackNoOther) {
  server_.Play("slow.example", DnsTrick::kHeld);
  const std::vector<DnsName> names = {DnsName::Parse("slow.example").value(),
                                      DnsName::Parse(kName).value()};
  std::vector<size_t> order;
  resolver().AddressesOfAll(
      names, absl::InfiniteFuture(),
      [&](size_t i, const absl::StatusOr<HostAddresses>& found) {
        EXPECT_TRUE(found.ok()) << found.status();
        order.push_back(i);
        if (i == 0) return;
        // Only now, with the other in hand, does the slow one answer.
        server_.AwaitQueries("slow.example", 2);
        server_.Release();
      });
  EXPECT_EQ(order, (std::vector<size_t>{1, 0}));
}

TEST_F(HostileDnsTest, NamesAskedTogetherKeepTheDeadline) {
  options_.attempt_timeout = absl::Hours(1);
  server_.Play("slow.example", DnsTrick::kSilent);
  const std::vector<DnsName> names = {DnsName::Parse("slow.example").value(),
                                      DnsName::Parse(kName).value(),
                                      DnsName::Parse("localhost").value()};
  const auto found =
      AddressesOfAll(resolver(), names, absl::Now() + absl::Milliseconds(300));
  EXPECT_TRUE(absl::IsDeadlineExceeded(found[0].status()));
  EXPECT_TRUE(found[1].ok()) << found[1].status();
  EXPECT_TRUE(found[2].ok()) << found[2].status();
}

TEST_F(HostileDnsTest, NamesAskedTogetherFindRoomInTurn) {
  options_.max_pending = 4;
  std::vector<DnsName> names;
  for (int i = 0; i < 16; ++i) {
    names.push_back(DnsName::Parse(absl::StrCat("n", i, ".example")).value());
  }
  for (const auto& found : AddressesOfAll(resolver(), names)) {
    EXPECT_TRUE(found.ok()) << found.status();
  }
}

TEST_F(HostileDnsTest, NamesAskedTogetherWaitTogether) {
  // Each answers only when all have been asked: in turn, none would come.
  std::vector<DnsName> names;
  for (int i = 0; i < 16; ++i) {
    names.push_back(DnsName::Parse(absl::StrCat("n", i, ".example")).value());
  }
  server_.Play("", DnsTrick::kHeld);
  std::thread releaser([&] {
    for (const DnsName& name : names) server_.AwaitQueries(name.text(), 2);
    server_.Release();
  });
  for (const auto& found : AddressesOfAll(resolver(), names)) {
    EXPECT_TRUE(found.ok()) << found.status();
  }
  releaser.join();
}

TEST_F(HostileDnsTest, ManyCallersAtOnceGetTheirOwnAnswers) {
  constexpr int kCallers = 16;
  for (int i = 0; i < kCallers; ++i) {
    server_.Add(AddressRecord(absl::StrCat("n", i, ".example"),
                              absl::StrCat("192.0.2.", i)));
  }
  resolver();
  std::vector<std::thread> callers;
  callers.reserve(kCallers);
  for (int i = 0; i < kCallers; ++i) {
    callers.emplace_back([this, i] {
      for (int k = 0; k < 20; ++k) {
        const int n = (i + k) % kCallers;
        EXPECT_EQ(Find(absl::StrCat("n", n, ".example")),
                  absl::StrCat("192.0.2.", n));
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
}

TEST_F(HostileDnsTest, DestructionEndsLookupsInFlight) {
  options_.attempt_timeout = absl::Hours(1);
  server_.Play("", DnsTrick::kSilent);
  auto resolver = AresHostResolver::Create(options_).value();
  std::vector<std::thread> callers;
  callers.reserve(4);
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([i, resolver = resolver.get()] {
      const DnsName name =
          DnsName::Parse(absl::StrCat("n", i, ".example")).value();
      EXPECT_TRUE(absl::IsUnavailable(
          resolver->Addresses(name, absl::InfiniteFuture()).status()));
    });
  }
  for (int i = 0; i < 4; ++i) {
    server_.AwaitQueries(absl::StrCat("n", i, ".example"), 2);
  }
  resolver.reset();
  for (std::thread& caller : callers) caller.join();
}

TEST_F(HostileDnsTest, DestructionWithAbandonedLookupsIsClean) {
  options_.attempt_timeout = absl::Hours(1);
  server_.Play("", DnsTrick::kSilent);
  (void)Addresses(kName, absl::InfinitePast());
  (void)Names("192.0.2.7", absl::InfinitePast());
  resolver_.reset();
}

}  // namespace
}  // namespace pullgate
