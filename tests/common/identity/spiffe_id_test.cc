// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/identity/spiffe_id.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

TEST(SpiffeIdTest, NamesAnAgent) {
  const absl::StatusOr<SpiffeId> id =
      SpiffeId::Parse("spiffe://example.org/vch/build-7");
  ASSERT_TRUE(id.ok()) << id.status();
  EXPECT_EQ(id->trust_domain(), "example.org");
  ASSERT_NE(id->vch(), nullptr);
  EXPECT_EQ(id->vch()->text(), "build-7");
  EXPECT_EQ(id->operator_name(), nullptr);
}

TEST(SpiffeIdTest, NamesAnOperator) {
  const absl::StatusOr<SpiffeId> id =
      SpiffeId::Parse("spiffe://example.org/operator/alice");
  ASSERT_TRUE(id.ok()) << id.status();
  EXPECT_EQ(id->vch(), nullptr);
  ASSERT_NE(id->operator_name(), nullptr);
  EXPECT_EQ(*id->operator_name(), "alice");
}

TEST(SpiffeIdTest, WhatItPrintsItParsesBackToItself) {
  for (const char* text : {"spiffe://example.org/vch/build-7",
                           "spiffe://a_b-c.d1/operator/alice.b"}) {
    EXPECT_EQ(SpiffeId::Parse(text)->ToString(), text);
  }
  const SpiffeId made = SpiffeId::OfAgent("example.org", *VchId::Parse("x"));
  EXPECT_EQ(*SpiffeId::Parse(made.ToString()), made);
}

TEST(SpiffeIdTest, AnAgentIsNotAnOperatorOfThatName) {
  EXPECT_NE(*SpiffeId::Parse("spiffe://example.org/vch/a"),
            *SpiffeId::Parse("spiffe://example.org/operator/a"));
}

TEST(SpiffeIdTest, RefusesEverythingElse) {
  const std::string with_nul("spiffe://example.org/vch/a\0b", 28);
  for (const std::string& text :
       {std::string(),
        std::string("spiffe://"),
        std::string("https://example.org/vch/a"),
        std::string("SPIFFE://example.org/vch/a"),
        std::string("spiffe:/example.org/vch/a"),
        std::string("spiffe:///vch/a"),
        std::string("spiffe://example.org"),
        std::string("spiffe://example.org/"),
        std::string("spiffe://example.org/vch"),
        std::string("spiffe://example.org/vch/"),
        std::string("spiffe://example.org/vch/a/"),
        std::string("spiffe://example.org/vch/a/b"),
        std::string("spiffe://example.org//vch/a"),
        std::string("spiffe://example.org/VCH/a"),
        std::string("spiffe://example.org/pdp/a"),
        std::string("spiffe://Example.org/vch/a"),
        std::string("spiffe://example.org:443/vch/a"),
        std::string("spiffe://me@example.org/vch/a"),
        std::string("spiffe://example.org/vch/a?x=1"),
        std::string("spiffe://example.org/vch/a#x"),
        std::string("spiffe://example.org/vch/%61"),
        std::string("spiffe://example.org/vch/.."),
        std::string(" spiffe://example.org/vch/a"),
        std::string("spiffe://example.org/vch/a "),
        with_nul,
        absl::StrCat("spiffe://", std::string(256, 'a'), "/vch/a"),
        absl::StrCat("spiffe://example.org/vch/", std::string(64, 'a')),
        std::string(100000, 'a')}) {
    const absl::StatusOr<SpiffeId> id = SpiffeId::Parse(text);
    EXPECT_FALSE(id.ok()) << text;
    EXPECT_LT(id.status().message().size(), 800u);
  }
}

TEST(SpiffeIdTest, SaysWhatWasExpected) {
  const std::string message(
      SpiffeId::Parse("spiffe://example.org/host/a").status().message());
  EXPECT_TRUE(absl::StrContains(message, "neither \"vch\" nor \"operator\""))
      << message;
  EXPECT_TRUE(absl::StrContains(message, "spiffe://<trust-domain>/vch/<vch>"));
}

TEST(CheckTrustDomainTest, IsLowerCaseAndBounded) {
  EXPECT_TRUE(CheckTrustDomain("example.org").ok());
  EXPECT_TRUE(CheckTrustDomain(std::string(255, 'a')).ok());
  for (const std::string& text :
       {std::string(), std::string(256, 'a'), std::string("Example.org"),
        std::string("example.org/"), std::string("exämple.org")}) {
    EXPECT_FALSE(CheckTrustDomain(text).ok()) << text;
  }
}

}  // namespace
}  // namespace pullgate
