// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/authorize/verdict_cache.h"

#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"

namespace pullgate::agent {
namespace {

constexpr absl::Duration kTtl = absl::Seconds(30);

class VerdictCacheTest : public testing::Test {
 protected:
  static VerdictKey Key() {
    Route route;
    route.host = DnsName::Parse("a.example").value();
    route.pinned = true;
    route.addresses = {IpAddress::Parse("192.0.2.1").value()};
    return {RegistryAddress::ParseQuestion("a.example").value(),
            {route},
            "sha256:x/public",
            7};
  }
  static std::shared_ptr<const Verification> Proof() {
    auto proof = std::make_shared<Verification>();
    proof->failure = Verification::Failure::kNone;
    proof->usable.emplace();
    return proof;
  }

  FakeClock clock_{absl::UnixEpoch()};
  VerdictCache cache_{&clock_, /*capacity=*/10, kTtl};
};

TEST_F(VerdictCacheTest, AProofIsGoodFromWhenItBegan) {
  const absl::Time began = clock_.Now();
  clock_.Advance(absl::Seconds(5));
  cache_.Put(Key(), Proof(), began);
  EXPECT_EQ(cache_.ExpiryOf(began), began + kTtl);
  clock_.Advance(absl::Seconds(25) - absl::Nanoseconds(1));
  EXPECT_TRUE(cache_.Find(Key()).has_value());
  clock_.Advance(absl::Nanoseconds(1));
  EXPECT_FALSE(cache_.Find(Key()).has_value());
}

TEST_F(VerdictCacheTest, FailuresAreNotKept) {
  auto rejected = std::make_shared<Verification>();
  rejected->failure = Verification::Failure::kCertificateRejected;
  cache_.Put(Key(), rejected, clock_.Now());
  EXPECT_FALSE(cache_.Find(Key()).has_value());
  cache_.Put(Key(), std::make_shared<Verification>(), clock_.Now());
  EXPECT_EQ(cache_.size(), 0);
}

TEST_F(VerdictCacheTest, EachInputOfAProofIsPartOfItsKey) {
  cache_.Put(Key(), Proof(), clock_.Now());
  std::vector<VerdictKey> others(10, Key());
  others[0].asked = RegistryAddress::ParseQuestion("b.example").value();
  others[1].trust_id = "sha256:x/another public set";
  others[2].policy_revision = 8;
  others[3].routes[0].addresses = {IpAddress::Parse("192.0.2.2").value()};
  others[4].routes[0].port = 8443;
  others[5].routes[0].certificate_check = CertificateCheck::kNone;
  others[6].routes[0].scheme = Scheme::kHttp;
  others[7].routes[0].host = DnsName::Parse("b.example").value();
  others[8].routes.push_back(others[8].routes[0]);
  others[9].any_http_answer = true;
  for (size_t i = 0; i < others.size(); ++i) {
    EXPECT_FALSE(cache_.Find(others[i]).has_value()) << i;
  }
  EXPECT_TRUE(cache_.Find(Key()).has_value());
}

TEST_F(VerdictCacheTest, WithoutTtlNothingIsReused) {
  VerdictCache none(&clock_, 10, absl::ZeroDuration());
  none.Put(Key(), Proof(), clock_.Now());
  EXPECT_FALSE(none.Find(Key()).has_value());
}

}  // namespace
}  // namespace pullgate::agent
