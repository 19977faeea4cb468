// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/event_check.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "common/status/error_info.h"
#include "gtest/gtest.h"
#include "tests/support/audit_events.h"
#include "tests/support/pdp/recorded_events.h"

namespace pullgate::pdp {
namespace {

namespace pb = pullgate::decision::v1;
using pullgate::audit::v1::AuditEvent;

AuditEvent Good() { return SampleEvents(Vch("a"), "epoch1", 7, 7).front(); }

absl::Status Check(const AuditEvent& event) {
  return CheckEvent(Vch("a"), "epoch1", event, event.ByteSizeLong());
}

TEST(CheckEventTest, TakesEventsThatAreNoVerdicts) {
  AuditEvent event = Good();
  event.clear_effect();
  event.set_kind(AuditEvent::KIND_EPOCH_STARTED);
  event.mutable_epoch_start();
  EXPECT_EQ(Check(event), absl::OkStatus());
  event.set_kind(AuditEvent::KIND_GAP);
  event.mutable_gap();
  EXPECT_EQ(Check(event), absl::OkStatus());
  event.set_kind(AuditEvent::KIND_TUNNEL_CLOSED);
  event.mutable_closed_tunnel();
  EXPECT_EQ(Check(event), absl::OkStatus());
}

TEST(CheckEventTest, TakesWhatAnAgentSends) {
  EXPECT_EQ(Check(Good()), absl::OkStatus());
}

TEST(CheckEventTest, NamesTheFieldThatIsWrong) {
  using Change = std::function<void(AuditEvent&)>;
  const std::vector<std::pair<std::string, Change>> wrong = {
      {"vch", [](AuditEvent& e) { e.set_vch("vchs/b"); }},
      {"vch", [](AuditEvent& e) { e.clear_vch(); }},
      {"epoch", [](AuditEvent& e) { e.set_epoch("epoch2"); }},
      {"sequence", [](AuditEvent& e) { e.set_sequence(0); }},
      {"sequence", [](AuditEvent& e) { e.set_sequence(-1); }},
      {"event_id", [](AuditEvent& e) { e.set_event_id("b/epoch1/7"); }},
      {"event_id", [](AuditEvent& e) { e.set_sequence(8); }},
      {"event_time", [](AuditEvent& e) { e.clear_event_time(); }},
      {"event_time",
       [](AuditEvent& e) {
         e.mutable_event_time()->set_seconds(300'000'000'000);
       }},
      {"event_time",
       [](AuditEvent& e) { e.mutable_event_time()->set_nanos(-1); }},
      {"effect", [](AuditEvent& e) { e.clear_effect(); }},
      {"effect",
       [](AuditEvent& e) { e.set_effect(static_cast<pb::Effect>(77)); }},
      {"reason",
       [](AuditEvent& e) { e.set_reason(pb::DENY_REASON_NO_POLICY); }},
      {"reason", [](AuditEvent& e) { e.set_effect(pb::EFFECT_DENY); }},
      {"kind", [](AuditEvent& e) { e.set_kind(AuditEvent::KIND_RETENTION); }},
      {"epoch_start",
       [](AuditEvent& e) { e.set_kind(AuditEvent::KIND_EPOCH_STARTED); }},
      {"gap", [](AuditEvent& e) { e.set_kind(AuditEvent::KIND_GAP); }},
      {"closed_tunnel",
       [](AuditEvent& e) { e.set_kind(AuditEvent::KIND_TUNNEL_CLOSED); }},
      {"attempts",
       [](AuditEvent& e) {
         for (int i = 0; i <= kMaxEventAttempts; ++i) e.add_attempts();
       }},
      {"evidence.addresses",
       [](AuditEvent& e) {
         for (int i = 0; i < 65; ++i) {
           e.mutable_evidence()->add_addresses("192.0.2.1");
         }
       }},
      {"evidence.names",
       [](AuditEvent& e) {
         for (int i = 0; i < 17; ++i) e.mutable_evidence()->add_names("a.b");
       }},
  };
  for (const auto& [field, change] : wrong) {
    AuditEvent event = Good();
    change(event);
    const absl::Status status = Check(event);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << field;
    const auto violations = FieldViolationsOf(status);
    ASSERT_EQ(violations.size(), 1u) << field;
    EXPECT_EQ(violations[0].field, field);
  }
}

TEST(CheckEventTest, RefusesAnEventThatIsTooLarge) {
  AuditEvent event = Good();
  event.set_message(std::string(kMaxEventBytes, 'x'));
  EXPECT_EQ(Check(event).code(), absl::StatusCode::kInvalidArgument);
}

TEST(CheckEpochTest, TakesLettersDigitsAndDashesOnly) {
  EXPECT_TRUE(CheckEpoch("0af3-Z_9").ok());
  EXPECT_TRUE(CheckEpoch(std::string(64, 'a')).ok());
  for (const std::string& wrong :
       {std::string(), std::string(65, 'a'), std::string("a/b"),
        std::string("a b"), std::string("\xc3\xa9"), std::string("a\0b", 3)}) {
    EXPECT_FALSE(CheckEpoch(wrong).ok()) << wrong;
  }
}

}  // namespace
}  // namespace pullgate::pdp
