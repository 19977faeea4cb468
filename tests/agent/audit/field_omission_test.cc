// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/audit/field_omission.h"

#include <string>
#include <vector>

#include "agent/audit/event_numberer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pullgate/audit/v1/audit_event.pb.h"
#include "tests/support/audit_events.h"

namespace pullgate::agent {
namespace {

using pullgate::audit::v1::AuditEvent;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

AuditEvent Apply(const std::vector<std::string>& names,
                 const AuditEvent& event) {
  std::string bytes = event.SerializeAsString();
  const absl::Status status = FieldOmission::Make(names)->Apply(bytes);
  EXPECT_TRUE(status.ok()) << status;
  AuditEvent left;
  EXPECT_TRUE(left.ParseFromString(bytes));
  return left;
}

TEST(FieldOmissionTest, LeavesAnEventAsItIsUnlessToldOtherwise) {
  const std::string event = SampleEvent().SerializeAsString();
  std::string applied = event;
  ASSERT_TRUE(FieldOmission().Apply(applied).ok());
  EXPECT_EQ(applied, event);
}

TEST(FieldOmissionTest, LeavesOutWhatItIsToldAndSaysSo) {
  const AuditEvent event = SampleEvent();
  const AuditEvent left = Apply({"message", "asked", "attempts"}, event);
  EXPECT_THAT(left.omitted_fields(),
              ElementsAre("asked", "attempts", "message"));
  AuditEvent expected = event;
  expected.clear_asked();
  expected.clear_attempts();
  expected.clear_message();
  AuditEvent rest = left;
  rest.clear_omitted_fields();
  EXPECT_EQ(rest.SerializeAsString(), expected.SerializeAsString());
}

TEST(FieldOmissionTest, SaysSoAlsoWhereTheFieldWasEmpty) {
  AuditEvent event = SampleEvent();
  event.clear_certificate();
  EXPECT_THAT(Apply({"certificate"}, event).omitted_fields(),
              ElementsAre("certificate"));
}

TEST(FieldOmissionTest, LeavesOutPartsOfAMessage) {
  AuditEvent event = SampleEvent();
  event.set_kind(AuditEvent::KIND_TUNNEL_CLOSED);
  event.mutable_closed_tunnel()->set_server_name("other.example");
  event.mutable_closed_tunnel()->set_detail("It asked for other.example.");
  event.mutable_closed_tunnel()->set_bytes_to_client(7);
  const AuditEvent left =
      Apply({"closed_tunnel.server_name", "closed_tunnel.detail"}, event);
  EXPECT_THAT(left.SerializeAsString(), Not(HasSubstr("other.example")));
  EXPECT_EQ(left.closed_tunnel().bytes_to_client(), 7);
  EXPECT_FALSE(
      Apply({"closed_tunnel.detail"}, SampleEvent()).has_closed_tunnel());
}

TEST(FieldOmissionTest, EveryNameLeavesOutSomethingAndNothingElse) {
  for (const std::string& name : FieldOmission::Names()) {
    const AuditEvent left = Apply({name}, SampleEvent());
    EXPECT_THAT(left.omitted_fields(), ElementsAre(name));
    EXPECT_EQ(left.effect(), SampleEvent().effect()) << name;
    EXPECT_EQ(left.policy_revision(), SampleEvent().policy_revision()) << name;
    EXPECT_TRUE(left.has_event_time()) << name;
  }
}

TEST(FieldOmissionTest, AllNamesTogetherLeaveNoNameOfARegistry) {
  const AuditEvent left = Apply(FieldOmission::Names(), SampleEvent());
  EXPECT_THAT(left.SerializeAsString(), Not(HasSubstr("corp")));
  EXPECT_THAT(left.SerializeAsString(), Not(HasSubstr("192.0.2.7")));
}

TEST(FieldOmissionTest, NamesTheAllowedOnesToWhoeverMistypes) {
  for (const char* name : {"mesage", "effect", "previous_hash", "sequence", "",
                           "closed_tunnel", "Asked"}) {
    const auto made = FieldOmission::Make({"asked", name});
    EXPECT_EQ(made.status().code(), absl::StatusCode::kInvalidArgument) << name;
    EXPECT_THAT(std::string(made.status().message()),
                HasSubstr("asked, attempts, certificate"));
  }
  EXPECT_THAT(std::string(FieldOmission::Make({"mesage"}).status().message()),
              HasSubstr("did you mean \"message\"?"));
}

TEST(FieldOmissionTest, RepeatedNamesCountOnce) {
  EXPECT_THAT(FieldOmission::Make({"rule", "asked", "rule"})->names(),
              ElementsAre("asked", "rule"));
}

TEST(FieldOmissionTest, WhatStrangersMakeTooLargeGoesFirst) {
  AuditEvent event = SampleEvent();
  for (int i = 0; i < 2000; ++i) {
    event.mutable_certificate()->add_dns_names(std::string(60, 'n'));
  }
  const AuditEvent left = Apply({"message"}, event);
  EXPECT_THAT(left.omitted_fields(),
              ElementsAre("attempts", "certificate", "message"));
  EXPECT_TRUE(left.has_transport());
  EXPECT_LE(left.ByteSizeLong() + EventNumberer::kMaxAdded,
            FieldOmission::kMaxEventBytes);

  AuditEvent many = SampleEvent();
  for (int i = 0; i < 128; ++i) {
    many.add_attempts()->set_detail(std::string(600, 'd'));
  }
  EXPECT_THAT(Apply({}, many).omitted_fields(), ElementsAre("attempts"));
  EXPECT_TRUE(Apply({}, many).has_certificate());
}

TEST(FieldOmissionTest, RefusesWhatIsTooLargeAllTheSame) {
  AuditEvent event = SampleEvent();
  event.set_message(std::string(FieldOmission::kMaxEventBytes, 'm'));
  std::string bytes = event.SerializeAsString();
  EXPECT_EQ(FieldOmission().Apply(bytes).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(Apply({"message"}, event).omitted_fields(),
              ElementsAre("message"));
}

}  // namespace
}  // namespace pullgate::agent
