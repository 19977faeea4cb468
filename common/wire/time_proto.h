// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_WIRE_TIME_PROTO_H_
#define PULLGATE_COMMON_WIRE_TIME_PROTO_H_

#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace pullgate::wire {

// Times cross as google.protobuf.Timestamp (0001-01-01 to 9999-12-31) and
// Duration (about 10,000 years either way); what lies outside, infinities
// included, becomes the nearest that fits.

void ToProto(absl::Time time, google::protobuf::Timestamp* proto);
void ToProto(absl::Duration duration, google::protobuf::Duration* proto);

// Also takes messages whose nanos are out of range: they count as they stand.
absl::Time TimeFromProto(const google::protobuf::Timestamp& proto);
absl::Duration DurationFromProto(const google::protobuf::Duration& proto);

}  // namespace pullgate::wire

#endif  // PULLGATE_COMMON_WIRE_TIME_PROTO_H_
