// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/recorded_event.h"

#include <string>

#include "gtest/gtest.h"
#include "pullgate/audit/v1/audit_event.pb.h"
#include "tests/support/audit_events.h"

namespace pullgate::pdp {
namespace {

using pullgate::audit::v1::AuditEvent;

AuditEvent GapEvent() {
  AuditEvent event = SampleEvents(Vch("vch-1"), "e1", 7, 7).front();
  event.set_kind(AuditEvent::KIND_GAP);
  event.set_previous_hash(std::string(32, 'p'));
  event.mutable_gap()->set_first_sequence(2);
  event.mutable_gap()->set_last_sequence(5);
  event.mutable_gap()->set_last_hash(std::string(32, 'h'));
  return event;
}

TEST(EventReaderTest, KeepsTheBytesAndWhatTheChainNeeds) {
  const std::string bytes = GapEvent().SerializeAsString();
  EventReader reader;
  const auto recorded = reader.Read(bytes);
  ASSERT_TRUE(recorded);
  EXPECT_EQ(recorded->payload, bytes);
  EXPECT_EQ(recorded->hash, HashEvent(bytes));
  EXPECT_EQ(recorded->sequence, 7);
  EXPECT_EQ(recorded->previous_hash, EventHashFromBytes(std::string(32, 'p')));
  EXPECT_EQ(recorded->wrong_as_link, "");
  ASSERT_NE(recorded->gap, nullptr);
  EXPECT_EQ(recorded->gap->last_sequence(), 5);
  EXPECT_EQ(recorded->fields.vch(), "vchs/vch-1");
  EXPECT_EQ(reader.event().SerializeAsString(), bytes);
}

TEST(EventReaderTest, NothingOfTheEventBeforeIsLeft) {
  EventReader reader;
  ASSERT_TRUE(reader.Read(GapEvent().SerializeAsString()));
  AuditEvent next;
  next.set_sequence(1);
  next.set_kind(AuditEvent::KIND_EPOCH_STARTED);
  const auto recorded = reader.Read(next.SerializeAsString());
  ASSERT_TRUE(recorded);
  EXPECT_EQ(reader.event().SerializeAsString(), next.SerializeAsString());
  EXPECT_EQ(recorded->previous_hash, std::nullopt);
  EXPECT_EQ(recorded->gap, nullptr);
  EXPECT_EQ(recorded->wrong_as_link, "");
  EXPECT_EQ(recorded->fields[EventField::kRegistry], "");
}

TEST(EventReaderTest, GoesOnAfterBytesThatAreNoEvent) {
  EventReader reader;
  const std::string bytes = GapEvent().SerializeAsString();
  EXPECT_FALSE(reader.Read("\xff\xff no event"));
  EXPECT_FALSE(reader.Read(bytes.substr(0, bytes.size() - 1)));
  const auto recorded = reader.Read(bytes);
  ASSERT_TRUE(recorded);
  EXPECT_EQ(reader.event().SerializeAsString(), bytes);
}

TEST(EventReaderTest, SaysWhatIsWrongAsALinkOfAnAgent) {
  AuditEvent event = GapEvent();
  event.clear_previous_hash();
  EXPECT_NE(ParseRecordedEvent(event.SerializeAsString())->wrong_as_link, "");
  event = GapEvent();
  event.set_kind(AuditEvent::KIND_RETENTION);
  EXPECT_NE(ParseRecordedEvent(event.SerializeAsString())->wrong_as_link, "");
  EXPECT_EQ(ParseRecordedEvent(event.SerializeAsString())->gap, nullptr);
}

}  // namespace
}  // namespace pullgate::pdp
