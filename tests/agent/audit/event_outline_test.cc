// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/audit/event_outline.h"

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "pullgate/audit/v1/audit_event.pb.h"
#include "tests/support/audit_events.h"

namespace pullgate::agent {
namespace {

using pullgate::audit::v1::AuditEvent;

AuditEvent Full() {
  AuditEvent event = SampleEvent(/*seconds=*/12345);
  event.mutable_event_time()->set_nanos(6);
  event.set_kind(AuditEvent::KIND_GAP);
  event.set_sequence(INT64_MAX);
  event.set_previous_hash(std::string(32, 'h'));
  event.mutable_gap()->set_last_sequence(9);
  return event;
}

TEST(EventOutlineTest, SaysWhatIsThere) {
  const AuditEvent event = Full();
  const std::string bytes = event.SerializeAsString();
  const std::optional<EventOutline> outline = OutlineOf(bytes);
  ASSERT_TRUE(outline.has_value());
  EXPECT_EQ(outline->kind, AuditEvent::KIND_GAP);
  EXPECT_EQ(outline->sequence, INT64_MAX);
  EXPECT_EQ(outline->event_time,
            absl::FromUnixSeconds(12345) + absl::Nanoseconds(6));
  EXPECT_EQ(outline->previous_hash, event.previous_hash());
  EXPECT_EQ(outline->gap, event.gap().SerializeAsString());
}

TEST(EventOutlineTest, OfAFieldThatComesTwiceTheLastCounts) {
  AuditEvent own;
  own.set_sequence(7);
  const std::string bytes =
      Full().SerializeAsString() + own.SerializeAsString();
  EXPECT_EQ(OutlineOf(bytes)->sequence, 7);
}

TEST(EventOutlineTest, AnEmptyMessageIsOne) {
  ASSERT_TRUE(OutlineOf("").has_value());
  EXPECT_EQ(OutlineOf("")->sequence, 0);
}

// As a parser would say, wherever the message is cut.
TEST(EventOutlineTest, AgreesWithTheParserAtEveryCut) {
  const std::string bytes = Full().SerializeAsString();
  for (size_t size = 0; size <= bytes.size(); ++size) {
    AuditEvent parsed;
    const absl::string_view cut = absl::string_view(bytes).substr(0, size);
    const bool parses = parsed.ParseFromString(std::string(cut));
    const std::optional<EventOutline> outline = OutlineOf(cut);
    ASSERT_EQ(outline.has_value(), parses) << size;
    if (parses) EXPECT_EQ(outline->sequence, parsed.sequence());
  }
}

TEST(EventOutlineTest, WhatIsNoMessageHasNone) {
  for (const std::string& bytes :
       {std::string("\x07"),
        std::string("\xff\xff\xff\xff\xff\xff\xff\xff"
                    "\xff\xff\x01"),
        std::string("\x0a\xff"), std::string("\x09zz"), std::string(1, '\0'),
        std::string("\x0b")}) {
    EXPECT_FALSE(OutlineOf(bytes).has_value());
  }
}

}  // namespace
}  // namespace pullgate::agent
