// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/endpoint.h"

#include <vector>

#include "gtest/gtest.h"

namespace pullgate {
namespace {

constexpr Endpoint kHttps443 = {Scheme::kHttps, 443};
constexpr Endpoint kHttps80 = {Scheme::kHttps, 80};
constexpr Endpoint kHttps5000 = {Scheme::kHttps, 5000};
constexpr Endpoint kHttp80 = {Scheme::kHttp, 80};
constexpr Endpoint kHttp443 = {Scheme::kHttp, 443};
constexpr Endpoint kHttp5000 = {Scheme::kHttp, 5000};

const std::vector<Endpoint>& SomeEndpoints() {
  static const auto* const kAll = new std::vector<Endpoint>{
      kHttps443, kHttps80, kHttps5000, kHttp80, kHttp443, kHttp5000};
  return *kAll;
}

std::vector<EndpointCover> SomeCovers() {
  const std::optional<Scheme> any;
  const std::optional<uint16_t> none;
  return {{any, none},
          {any, 443},
          {any, 80},
          {any, 5000},
          {Scheme::kHttps, none},
          {Scheme::kHttps, 443},
          {Scheme::kHttps, 5000},
          {Scheme::kHttp, none},
          {Scheme::kHttp, 80},
          {Scheme::kHttp, 5000}};
}

TEST(EndpointTest, AQuestionStandsForTwo) {
  const RegistryAddress plain = *RegistryAddress::Parse("a.b");
  EXPECT_EQ(EndpointOf(plain, Scheme::kHttps)->port, 443);
  EXPECT_EQ(EndpointOf(plain, Scheme::kHttp)->port, 80);
  const RegistryAddress port = *RegistryAddress::Parse("a.b:5000");
  EXPECT_EQ(EndpointOf(port, Scheme::kHttps)->port, 5000);
  EXPECT_EQ(EndpointOf(port, Scheme::kHttp)->port, 5000);
}

TEST(EndpointTest, ASchemeLeavesOne) {
  const RegistryAddress https = *RegistryAddress::Parse("https://a.b:80");
  EXPECT_EQ(EndpointOf(https, Scheme::kHttps)->port, 80);
  EXPECT_FALSE(EndpointOf(https, Scheme::kHttp).has_value());
  const RegistryAddress http = *RegistryAddress::Parse("http://a.b");
  EXPECT_EQ(EndpointOf(http, Scheme::kHttp)->port, 80);
  EXPECT_FALSE(EndpointOf(http, Scheme::kHttps).has_value());
}

TEST(EndpointCoverTest, WithoutPortAndSchemeItCoversAll) {
  for (const Endpoint& endpoint : SomeEndpoints()) {
    EXPECT_TRUE(EndpointCover().Covers(endpoint));
  }
  EXPECT_FALSE(EndpointCover().has_port());
}

TEST(EndpointCoverTest, APortIsCoveredUnderBothSchemes) {
  const EndpointCover cover(std::nullopt, 5000);
  EXPECT_TRUE(cover.Covers(kHttps5000));
  EXPECT_TRUE(cover.Covers(kHttp5000));
  EXPECT_FALSE(cover.Covers(kHttps443));
  EXPECT_TRUE(cover.has_port());
}

TEST(EndpointCoverTest, HttpsCoversHttpsAlone) {
  const EndpointCover standard(Scheme::kHttps, std::nullopt);
  EXPECT_TRUE(standard.Covers(kHttps443));
  EXPECT_FALSE(standard.Covers(kHttp443));
  EXPECT_FALSE(standard.Covers(kHttps5000));
  const EndpointCover other(Scheme::kHttps, 5000);
  EXPECT_TRUE(other.Covers(kHttps5000));
  EXPECT_FALSE(other.Covers(kHttp5000));
  EXPECT_FALSE(other.Covers(kHttps443));
}

TEST(EndpointCoverTest, HttpCoversBothOnTheirOwnPortsOrTheOneGiven) {
  const EndpointCover standard(Scheme::kHttp, std::nullopt);
  EXPECT_TRUE(standard.Covers(kHttps443));
  EXPECT_TRUE(standard.Covers(kHttp80));
  EXPECT_FALSE(standard.Covers(kHttps80));
  EXPECT_FALSE(standard.Covers(kHttp443));
  EXPECT_FALSE(standard.Covers(kHttp5000));
  const EndpointCover other(Scheme::kHttp, 5000);
  EXPECT_TRUE(other.Covers(kHttps5000));
  EXPECT_TRUE(other.Covers(kHttp5000));
  EXPECT_FALSE(other.Covers(kHttp80));
}

TEST(EndpointCoverTest, RelationsAgreeWithEveryEndpoint) {
  for (const EndpointCover& a : SomeCovers()) {
    for (const EndpointCover& b : SomeCovers()) {
      bool all = true;
      bool any = false;
      bool same = true;
      for (const Endpoint& endpoint : SomeEndpoints()) {
        all &= !b.Covers(endpoint) || a.Covers(endpoint);
        any |= b.Covers(endpoint) && a.Covers(endpoint);
        same &= b.Covers(endpoint) == a.Covers(endpoint);
      }
      EXPECT_EQ(a.CoversAllOf(b), all) << a.Key() << " " << b.Key();
      EXPECT_EQ(a.Overlaps(b), any) << a.Key() << " " << b.Key();
      EXPECT_EQ(a.Key() == b.Key(), same) << a.Key() << " " << b.Key();
    }
  }
}

TEST(EndpointCoverTest, TakesFourBytes) {
  EXPECT_LE(sizeof(EndpointCover), 4u);
}

TEST(EndpointCoverTest, ReturnsWhatItWasMadeOf) {
  for (const EndpointCover& cover : SomeCovers()) {
    EXPECT_EQ(EndpointCover(cover.scheme(), cover.port()).Key(), cover.Key());
  }
  EXPECT_EQ(EndpointCover(Scheme::kHttp, 80).scheme(), Scheme::kHttp);
  EXPECT_EQ(EndpointCover(Scheme::kHttp, 80).port(), 80);
}

}  // namespace
}  // namespace pullgate
