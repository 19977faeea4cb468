// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_EVENT_CHECK_H_
#define PULLGATE_PDP_SERVICE_EVENT_CHECK_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/identity/vch_id.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::pdp {

inline constexpr size_t kMaxEventBytes = 64 << 10;
inline constexpr size_t kMaxEpochBytes = 64;
inline constexpr int kMaxEventAttempts = 128;

// Whether the ledger can keep an event of that VCH and epoch: complete, of sane
// size, and about itself. InvalidArgument, with the field. The order of
// sequences is the ledger's matter. `bytes`: as recorded.
absl::Status CheckEvent(const VchId& vch, absl::string_view epoch,
                        const pullgate::audit::v1::AuditEvent& event,
                        size_t bytes);

// An epoch is 1 to 64 letters, digits, '-' and '_'.
absl::Status CheckEpoch(absl::string_view epoch);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_EVENT_CHECK_H_
