// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_PULL_QUESTION_H_
#define PULLGATE_PDP_SERVICE_PULL_QUESTION_H_

#include <utility>

#include "absl/status/statusor.h"
#include "common/identity/vch_id.h"
#include "common/policy/evidence.h"
#include "common/registry/registry_address.h"
#include "common/rpc/caller.h"
#include "pullgate/decision/v1/decision_service.pb.h"

namespace pullgate::pdp {

// A CheckPull request, parsed: past this door nothing is checked again.
struct PullQuestion {
  PullQuestion(VchId vch, RegistryAddress registry)
      : vch(std::move(vch)), registry(std::move(registry)) {}

  VchId vch;
  RegistryAddress registry;
  // As the caller brought it; kAbsent: nobody looked yet.
  Evidence evidence;
  bool explain = false;
};

// InvalidArgument, with the field: malformed. PermissionDenied, reason
// OTHER_VCH: the caller does not speak for that VCH.
absl::StatusOr<PullQuestion> ParsePullQuestion(
    const Caller& caller,
    const pullgate::decision::v1::CheckPullRequest& request);

// The VCH that a request names, if the caller may ask for it; errors as above.
absl::StatusOr<VchId> VchToAskFor(
    const Caller& caller,
    const pullgate::decision::v1::CheckPullRequest& request);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_PULL_QUESTION_H_
