// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/server/pdp_observer.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "common/status/error_info.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_log_sink.h"
#include "tests/support/audit_events.h"

namespace pullgate::pdp {
namespace {

class PdpObserverTest : public ::testing::Test {
 protected:
  bool Counts(const std::string& text) {
    return absl::StrContains(metrics_.Text(), text);
  }

  FakeClock clock_{absl::FromUnixSeconds(1'000'000)};
  FakeLogSink lines_;
  Logger log_{&lines_, &clock_};
  Metrics metrics_;
  PdpObserver observer_{&log_, &metrics_, &clock_};
};

TEST_F(PdpObserverTest, TellsWhenAnAgentIsAheadOfThisPdp) {
  FleetMember member(Vch("a"));
  member.held_revision = 7;
  observer_.AgentJoined(member, 7);
  EXPECT_FALSE(lines_.Has("minimum_revision"));
  observer_.AgentJoined(member, 6);
  EXPECT_TRUE(lines_.Has("minimum_revision"));
}

TEST_F(PdpObserverTest, CountsEveryRefusalAndLogsTheFirstInFull) {
  const absl::Status refused = absl::PermissionDeniedError("not yours");
  for (int i = 0; i < 100; ++i) {
    observer_.Failed(Caller::Agent(Vch("a")), refused);
  }
  EXPECT_TRUE(Counts("code=\"PERMISSION_DENIED\"} 100") ||
              Counts("method=\"/pullgate.decision.v1.DecisionService/"
                     "CheckPull\"} 100"));
  EXPECT_TRUE(lines_.Has("not yours"));
  EXPECT_LT(lines_.lines().size(), 50u);
}

TEST_F(PdpObserverTest, CountsCallsByTheirOutcome) {
  observer_.CallEnded(absl::StatusCode::kOk, absl::Milliseconds(1));
  observer_.CallEnded(absl::StatusCode::kOk, absl::Milliseconds(1));
  observer_.CallEnded(absl::StatusCode::kInvalidArgument,
                      absl::Milliseconds(1));
  EXPECT_TRUE(Counts("code=\"OK\""));
  EXPECT_TRUE(Counts("code=\"INVALID_ARGUMENT\""));
  EXPECT_TRUE(Counts("pullgate_rpc_seconds_count"));
}

TEST_F(PdpObserverTest, LogsChangesRefusalsAndWhoDidWhat) {
  observer_.PolicyChanged(Vch("a"), "set", 9, "operator/alice", "because");
  observer_.PolicyRefused(Vch("a"), 9, "no room");
  observer_.EventsStored(Vch("a"), 3, 12);
  for (const std::string text :
       {"operator/alice", "because", "\"revision\":9", "no room"}) {
    EXPECT_TRUE(lines_.Has(text)) << text;
  }
  EXPECT_TRUE(Counts("pullgate_pdp_audit_events_total{result=\"stored\"} 3"));
  EXPECT_TRUE(Counts("pullgate_pdp_revision 9"));
}

}  // namespace
}  // namespace pullgate::pdp
