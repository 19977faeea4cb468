// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_STATUS_ERROR_INFO_H_
#define PULLGATE_COMMON_STATUS_ERROR_INFO_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace pullgate {

// A part of a request that is wrong.
struct FieldViolation {
  std::string field;        // "policy.whitelist[2]"
  std::string description;  // one sentence
};

// Attaches the stable reason that programs branch on, e.g. "ETAG_MISMATCH". On
// the wire it is google.rpc.ErrorInfo with domain "pullgate"
// (common/rpc/grpc_status.h). No-op on OK; replaces an earlier reason.
absl::Status WithReason(absl::Status status, absl::string_view reason);

// The reason attached, or "".
std::string ReasonOf(const absl::Status& status);

// Attaches what is wrong and where; on the wire google.rpc.BadRequest. Adds to
// earlier violations.
absl::Status WithFieldViolations(absl::Status status,
                                 std::vector<FieldViolation> violations);
std::vector<FieldViolation> FieldViolationsOf(const absl::Status& status);

// InvalidArgument about one field, with that violation and reason
// "INVALID_FIELD". `status` says what is wrong; its message is kept, prefixed
// by the field. If `status` is itself about a field, that one lies within
// `field`: InField("routes[0]", InField("port", …)) is about "routes[0].port".
absl::Status InField(absl::string_view field, const absl::Status& status);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_STATUS_ERROR_INFO_H_
