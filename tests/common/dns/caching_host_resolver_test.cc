// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/dns/caching_host_resolver.h"

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_host_resolver.h"

namespace pullgate {
namespace {

constexpr absl::Time kNever = absl::InfiniteFuture();

class CachingHostResolverTest : public testing::Test {
 protected:
  CachingHostResolverTest() {
    auto dns = std::make_unique<FakeHostResolver>();
    dns_ = dns.get();
    dns_->AddForward("registry.example", "192.0.2.7");
    dns_->AddReverse("192.0.2.7", "registry.example");
    resolver_ = std::make_unique<CachingHostResolver>(std::move(dns), &clock_,
                                                      LookupCacheOptions());
  }

  absl::StatusOr<HostAddresses> Addresses(absl::string_view name) {
    return resolver_->Addresses(DnsName::Parse(name).value(), kNever);
  }
  absl::StatusOr<PointerNames> Names(absl::string_view address) {
    return resolver_->Names(IpAddress::Parse(address).value(), kNever);
  }

  FakeClock clock_{absl::UnixEpoch()};
  FakeHostResolver* dns_;
  std::unique_ptr<CachingHostResolver> resolver_;
};

TEST_F(CachingHostResolverTest, AsksOnceForEachNameAndAddress) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Addresses("registry.example")->addresses.size(), 1u);
    EXPECT_EQ(Names("192.0.2.7")->names.size(), 1u);
  }
  EXPECT_EQ(dns_->asked(),
            (std::vector<std::string>{"registry.example", "192.0.2.7"}));
  EXPECT_EQ(resolver_->size(), 2u);
  EXPECT_EQ(resolver_->stats().hits, 4u);
  EXPECT_EQ(resolver_->stats().misses, 2u);
}

TEST_F(CachingHostResolverTest, RemembersThatThereIsNoSuchName) {
  EXPECT_TRUE(Addresses("nowhere.example")->addresses.empty());
  dns_->AddForward("nowhere.example", "192.0.2.9");
  EXPECT_TRUE(Addresses("nowhere.example")->addresses.empty());
  clock_.Advance(absl::Minutes(1));
  EXPECT_EQ(Addresses("nowhere.example")->addresses.size(), 1u);
}

TEST_F(CachingHostResolverTest, AnswersTheSameBetweenTwoRebindings) {
  dns_->SetTtl(absl::ZeroDuration());
  const std::vector<IpAddress> first = Addresses("registry.example")->addresses;
  dns_->RemoveForward("registry.example");
  dns_->AddForward("registry.example", "127.0.0.1");
  EXPECT_EQ(Addresses("registry.example")->addresses, first);
  clock_.Advance(absl::Seconds(1));
  EXPECT_NE(Addresses("registry.example")->addresses, first);
}

TEST_F(CachingHostResolverTest, AsksAgainAfterAnError) {
  dns_->FailWith(absl::UnavailableError("SERVFAIL"));
  EXPECT_TRUE(absl::IsUnavailable(Addresses("registry.example").status()));
  EXPECT_TRUE(absl::IsUnavailable(Names("192.0.2.7").status()));
  dns_->FailWith(absl::OkStatus());
  EXPECT_TRUE(Addresses("registry.example").ok());
  EXPECT_TRUE(Names("192.0.2.7").ok());
}

TEST_F(CachingHostResolverTest, NamesAskedTogetherAreCachedOneByOne) {
  dns_->FailName("broken.example", absl::UnavailableError("SERVFAIL"));
  const std::vector<DnsName> names = {
      DnsName::Parse("broken.example").value(),
      DnsName::Parse("registry.example").value()};
  for (int i = 0; i < 2; ++i) {
    std::vector<absl::StatusOr<HostAddresses>> found(names.size());
    resolver_->AddressesOfAll(
        names, kNever, [&](size_t n, absl::StatusOr<HostAddresses> addresses) {
          found[n] = std::move(addresses);
        });
    EXPECT_TRUE(absl::IsUnavailable(found[0].status()));
    EXPECT_EQ(found[1]->addresses.size(), 1u);
  }
  EXPECT_EQ(dns_->asked(),
            (std::vector<std::string>{"broken.example", "registry.example",
                                      "broken.example"}));
}

TEST_F(CachingHostResolverTest, KeepsNothingFromAResolverThatIsOff) {
  dns_->FailWith(absl::FailedPreconditionError("off"));
  EXPECT_EQ(Addresses("registry.example").status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(resolver_->size(), 0u);
}

TEST_F(CachingHostResolverTest, ConcurrentLookupsOfOneNameAreOneQuery) {
  dns_->Block();
  std::vector<std::thread> callers;
  callers.reserve(6);
  for (int i = 0; i < 6; ++i) {
    callers.emplace_back([this] {
      EXPECT_EQ(Addresses("registry.example")->addresses.size(), 1u);
    });
  }
  while (resolver_->stats().shared < 5) std::this_thread::yield();
  dns_->Release();
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(dns_->calls(), 1);
}

TEST_F(CachingHostResolverTest, IsNotDestroyedUnderACall) {
  dns_->Block();
  std::thread caller([this] {
    EXPECT_EQ(Addresses("registry.example")->addresses.size(), 1u);
  });
  dns_->AwaitCalls(1);
  std::thread releaser([this] { dns_->Release(); });
  resolver_.reset();
  caller.join();
  releaser.join();
}

}  // namespace
}  // namespace pullgate
