// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/wire/time_proto.h"

#include <algorithm>
#include <cstdint>

namespace pullgate::wire {
namespace {

// As google/protobuf/timestamp.proto and duration.proto say.
constexpr absl::Duration kFirst = absl::Seconds(-62135596800);
constexpr absl::Duration kLast = absl::Seconds(253402300799);
constexpr absl::Duration kLongest = absl::Seconds(315576000000);

}  // namespace

void ToProto(absl::Time time, google::protobuf::Timestamp* proto) {
  const absl::Duration since =
      std::min(std::max(time - absl::UnixEpoch(), kFirst), kLast);
  absl::Duration rest;
  int64_t seconds = absl::IDivDuration(since, absl::Seconds(1), &rest);
  if (rest < absl::ZeroDuration()) {  // nanos count forward, also before 1970
    --seconds;
    rest += absl::Seconds(1);
  }
  proto->set_seconds(seconds);
  proto->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
}

void ToProto(absl::Duration duration, google::protobuf::Duration* proto) {
  absl::Duration rest = std::min(std::max(duration, -kLongest), kLongest);
  proto->set_seconds(absl::IDivDuration(rest, absl::Seconds(1), &rest));
  proto->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
}

absl::Time TimeFromProto(const google::protobuf::Timestamp& proto) {
  return absl::FromUnixSeconds(proto.seconds()) +
         absl::Nanoseconds(proto.nanos());
}

absl::Duration DurationFromProto(const google::protobuf::Duration& proto) {
  return absl::Seconds(proto.seconds()) + absl::Nanoseconds(proto.nanos());
}

}  // namespace pullgate::wire
