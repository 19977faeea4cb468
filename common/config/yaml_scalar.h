// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// What a scalar of a configuration file may say, by the type of its field.

#ifndef PULLGATE_COMMON_CONFIG_YAML_SCALAR_H_
#define PULLGATE_COMMON_CONFIG_YAML_SCALAR_H_

#include <google/protobuf/descriptor.h>

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace pullgate {

// Each returns InvalidArgument with "expected ..., got ..." and no place.

// true or false. YAML 1.1's yes, no, on and off are errors that say so.
absl::StatusOr<bool> ParseBool(absl::string_view text);

// A decimal integer; with `is_bytes` also KiB, MiB, GiB: "64MiB".
absl::StatusOr<int64_t> ParseInt(absl::string_view text, int64_t min,
                                 int64_t max, bool is_bytes);

absl::StatusOr<double> ParseNumber(absl::string_view text);

// With a unit: "10s", "500ms", "5m", "1h30m". Not negative, not infinite.
absl::StatusOr<absl::Duration> ParseConfigDuration(absl::string_view text);

// A value of `type` by its short name in lower case: "when_pdp_is_away" for
// DECIDE_LOCALLY_WHEN_PDP_IS_AWAY. The zero value has no name.
absl::StatusOr<int> ParseEnum(absl::string_view text,
                              const google::protobuf::EnumDescriptor& type);

// The short name; "" for the zero value.
std::string EnumShortName(const google::protobuf::EnumValueDescriptor& value);

// As ParseConfigDuration reads it: "1m30s", "200ms".
std::string FormatConfigDuration(absl::Duration duration);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_CONFIG_YAML_SCALAR_H_
