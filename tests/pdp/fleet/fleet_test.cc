// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/fleet/fleet.h"

#include <string>

#include "absl/status/status.h"
#include "common/status/error_info.h"
#include "gtest/gtest.h"

namespace pullgate::pdp {
namespace {

FleetMember Member(const std::string& vch, int64_t held = 0) {
  FleetMember member(*VchId::Parse(vch));
  member.held_revision = held;
  return member;
}

TEST(FleetTest, KnowsWhatEachAgentHolds) {
  Fleet fleet(4);
  const auto b = fleet.Join(Member("b", 3));
  const auto a = fleet.Join(Member("a"));
  ASSERT_TRUE(a.ok() && b.ok());
  fleet.Sent(*a, 7);
  fleet.Acked(*a, 7);
  fleet.Leased(*a, absl::FromUnixSeconds(100));
  fleet.Seen(*a, absl::FromUnixSeconds(40));

  const auto members = fleet.Members();
  ASSERT_EQ(members.size(), 2u);
  EXPECT_EQ(members[0].vch.text(), "a");
  EXPECT_EQ(members[0].held_revision, 7);
  EXPECT_EQ(members[0].lease_end, absl::FromUnixSeconds(100));
  EXPECT_EQ(members[0].last_seen, absl::FromUnixSeconds(40));
  EXPECT_EQ(members[1].held_revision, 3);
}

TEST(FleetTest, CountsWhoDoesNotHoldWhatItWasSent) {
  Fleet fleet(4);
  const auto id = fleet.Join(Member("a", 3));
  EXPECT_EQ(fleet.behind(), 0);
  fleet.Sent(*id, 7);
  EXPECT_EQ(fleet.behind(), 1);
  fleet.Refused(*id, "does not compile here");
  EXPECT_EQ(fleet.behind(), 1);
  EXPECT_EQ(fleet.Members()[0].refusal, "does not compile here");
  fleet.Sent(*id, 8);
  EXPECT_EQ(fleet.Members()[0].refusal, "");
  fleet.Acked(*id, 8);
  EXPECT_EQ(fleet.behind(), 0);
}

TEST(FleetTest, LimitsTheStreamsOfOneVchOnly) {
  Fleet fleet(2);
  const auto first = fleet.Join(Member("a"));
  ASSERT_TRUE(fleet.Join(Member("a")).ok());
  const auto third = fleet.Join(Member("a"));
  EXPECT_EQ(third.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(third.status()), "TOO_MANY_STREAMS");
  EXPECT_TRUE(fleet.Join(Member("b")).ok());

  fleet.Leave(*first);
  EXPECT_TRUE(fleet.Join(Member("a")).ok());
}

TEST(FleetTest, ForgetsWhoLeftAndIgnoresLateNewsOfIt) {
  Fleet fleet(1);
  const auto id = fleet.Join(Member("a"));
  fleet.Leave(*id);
  fleet.Leave(*id);
  fleet.Acked(*id, 9);
  fleet.Sent(*id, 9);
  fleet.Refused(*id, "late");
  fleet.Seen(*id, absl::FromUnixSeconds(1));
  fleet.Leased(*id, absl::FromUnixSeconds(1));
  EXPECT_EQ(fleet.size(), 0);
  EXPECT_TRUE(fleet.Members().empty());
  EXPECT_TRUE(fleet.Join(Member("a")).ok());
}

}  // namespace
}  // namespace pullgate::pdp
