// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_CONFIG_PROTO_DURATION_H_
#define PULLGATE_COMMON_CONFIG_PROTO_DURATION_H_

#include <google/protobuf/duration.pb.h>

#include <algorithm>
#include <cstdint>

#include "absl/time/time.h"

namespace pullgate {

inline absl::Duration FromProtoDuration(const google::protobuf::Duration& d) {
  return absl::Seconds(d.seconds()) + absl::Nanoseconds(d.nanos());
}

// Cut to what the message can say: 10,000 years.
inline google::protobuf::Duration ToProtoDuration(absl::Duration d) {
  constexpr int64_t kMaxSeconds = 315'576'000'000;
  const absl::Duration most = absl::Seconds(kMaxSeconds);
  d = std::clamp(d, -most, most);
  google::protobuf::Duration out;
  absl::Duration rest;
  out.set_seconds(absl::IDivDuration(d, absl::Seconds(1), &rest));
  out.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
  return out;
}

}  // namespace pullgate

#endif  // PULLGATE_COMMON_CONFIG_PROTO_DURATION_H_
