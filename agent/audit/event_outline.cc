// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/audit/event_outline.h"

#include <google/protobuf/timestamp.pb.h>

#include "agent/audit/wire_field.h"

namespace pullgate::agent {
namespace {

using google::protobuf::Timestamp;
using pullgate::audit::v1::AuditEvent;

absl::Time TimeOf(absl::string_view timestamp) {
  int64_t seconds = 0;
  int64_t nanos = 0;
  while (const auto field = TakeWireField(timestamp)) {
    const auto value = static_cast<int64_t>(field->varint);
    if (field->number == Timestamp::kSecondsFieldNumber) seconds = value;
    if (field->number == Timestamp::kNanosFieldNumber) nanos = value;
  }
  return absl::FromUnixSeconds(seconds) + absl::Nanoseconds(nanos);
}

}  // namespace

std::optional<EventOutline> OutlineOf(absl::string_view event) {
  EventOutline outline;
  while (const auto field = TakeWireField(event)) {
    switch (field->number) {
      case AuditEvent::kKindFieldNumber:
        outline.kind = static_cast<AuditEvent::Kind>(field->varint);
        break;
      case AuditEvent::kSequenceFieldNumber:
        outline.sequence = static_cast<int64_t>(field->varint);
        break;
      case AuditEvent::kEventTimeFieldNumber:
        outline.event_time = TimeOf(field->bytes);
        break;
      case AuditEvent::kPreviousHashFieldNumber:
        outline.previous_hash = field->bytes;
        break;
      case AuditEvent::kGapFieldNumber:
        outline.gap = field->bytes;
        break;
      default:
        break;
    }
  }
  if (!event.empty()) return std::nullopt;
  return outline;
}

}  // namespace pullgate::agent
