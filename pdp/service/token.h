// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Page tokens and cursors: where a listing goes on, as text that callers keep
// and send back.

#ifndef PULLGATE_PDP_SERVICE_TOKEN_H_
#define PULLGATE_PDP_SERVICE_TOKEN_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace pullgate::pdp {

// A token for `position`, good only for the same `kind` of listing and the same
// `scope` (its filter).
//
// URL-safe base64 of a checksum over all three and the position. The checksum
// finds what was cut, edited or sent to another listing. It is no signature: a
// token grants nothing that its maker could not have asked for, and without a
// key it survives restarts.
std::string MakeToken(absl::string_view kind, absl::string_view scope,
                      absl::string_view position);

// The position. InvalidArgument, reason INVALID_TOKEN: not a token of
// MakeToken(kind, scope, …).
absl::StatusOr<std::string> ReadToken(absl::string_view kind,
                                      absl::string_view scope,
                                      absl::string_view token);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_TOKEN_H_
