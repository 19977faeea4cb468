// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/event_fields.h"

#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "pullgate/audit/v1/audit_event.pb.h"
#include "tests/support/audit_events.h"

namespace pullgate::pdp {
namespace {

using pullgate::audit::v1::AuditEvent;

AuditEvent Full() {
  AuditEvent event = SampleEvents(Vch("vch-1"), "e1", 7, 7).front();
  event.set_kind(AuditEvent::KIND_TUNNEL_CLOSED);
  event.mutable_event_time()->set_seconds(7200);
  event.mutable_event_time()->set_nanos(5);
  event.set_registry("r.example:5000");
  event.set_effect(decision::v1::EFFECT_DENY);
  event.set_reason(decision::v1::DENY_REASON_NOT_WHITELISTED);
  event.mutable_rule()->set_place("whitelist[3]");
  event.mutable_rule()->set_text("*.example");
  event.mutable_transport()->set_scheme(decision::v1::SCHEME_HTTPS);
  event.mutable_transport()->set_certificate_check(
      decision::v1::CERTIFICATE_CHECK_REQUIRED);
  event.mutable_transport()->set_address("192.0.2.7");
  event.set_policy_revision(42);
  event.mutable_certificate()->set_sha256_fingerprint("c0ffee");
  return event;
}

void ExpectFull(const EventFields& fields) {
  EXPECT_EQ(fields[EventField::kKind],
            std::to_string(AuditEvent::KIND_TUNNEL_CLOSED));
  EXPECT_EQ(fields[EventField::kAgent], "vch-1/e1");
  EXPECT_EQ(fields[EventField::kRegistry], "r.example:5000");
  EXPECT_EQ(fields[EventField::kEffect],
            std::to_string(decision::v1::EFFECT_DENY));
  EXPECT_EQ(fields[EventField::kReason],
            std::to_string(decision::v1::DENY_REASON_NOT_WHITELISTED));
  EXPECT_EQ(fields[EventField::kRule],
            ValueOfRule("whitelist[3]", "*.example"));
  EXPECT_EQ(PartsOfRule(fields[EventField::kRule]).text, "*.example");
  EXPECT_EQ(fields[EventField::kTransport],
            std::to_string(decision::v1::SCHEME_HTTPS) + "/" +
                std::to_string(decision::v1::CERTIFICATE_CHECK_REQUIRED));
  EXPECT_EQ(fields[EventField::kPolicyRevision], "42");
  EXPECT_EQ(fields[EventField::kCertificate], "c0ffee");
  EXPECT_EQ(fields[EventField::kAddress], "192.0.2.7");
  EXPECT_EQ(fields[EventField::kHour], "2");
  EXPECT_EQ(fields.time_ns(), 7'200'000'000'005);
  EXPECT_EQ(fields.vch(), "vchs/vch-1");
  EXPECT_EQ(fields.epoch(), "e1");
}

TEST(EventFieldsTest, AreWhatTheEventSays) {
  EventFields fields;
  fields.Read(Full());
  ExpectFull(fields);
}

TEST(EventFieldsTest, StayWhenCopiedAndMoved) {
  EventFields fields;
  fields.Read(Full());
  EventFields copy = fields;
  fields.Read(AuditEvent());
  ExpectFull(copy);
  const EventFields moved = std::move(copy);
  ExpectFull(moved);
}

TEST(EventFieldsTest, AreEmptyForWhatIsNotSaid) {
  EventFields fields;
  fields.Read(Full());  // leaves nothing
  AuditEvent event;
  event.set_epoch("ledger");
  fields.Read(event);
  EXPECT_EQ(fields[EventField::kKind],
            std::to_string(AuditEvent::KIND_VERDICT));
  EXPECT_EQ(fields[EventField::kAgent], "/ledger");
  EXPECT_EQ(fields[EventField::kHour], "0");
  for (const EventField field :
       {EventField::kRegistry, EventField::kEffect, EventField::kReason,
        EventField::kRule, EventField::kTransport, EventField::kPolicyRevision,
        EventField::kCertificate, EventField::kAddress}) {
    EXPECT_EQ(fields[field], "") << static_cast<int>(field);
  }
  EXPECT_EQ(fields.vch(), "");
  EXPECT_EQ(fields.epoch(), "ledger");
}

TEST(EventFieldsTest, ANameWithoutItsCollectionIsAnotherVch) {
  AuditEvent event = Full();
  event.set_vch("vch-1");
  EventFields fields;
  fields.Read(event);
  EXPECT_EQ(fields.vch(), "vch-1");
  EXPECT_EQ(fields[EventField::kAgent], "vch-1/e1");
}

}  // namespace
}  // namespace pullgate::pdp
