// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUTHORIZE_QUESTION_H_
#define PULLGATE_AGENT_AUTHORIZE_QUESTION_H_

#include <string>

#include "absl/status/statusor.h"
#include "common/registry/registry_address.h"
#include "pullgate/agent/v1/agent_service.pb.h"

namespace pullgate::agent {

// What a puller wants to pull from. Exists only if it parsed.
struct PullQuestion {
  RegistryAddress registry;
  // The text as it was asked, redacted: fit for events, logs and answers.
  std::string asked;
};

// The door: past it nobody parses again. InvalidArgument names the field
// ("registry", "image"; both if none is set) and says what is wrong.
absl::StatusOr<PullQuestion> ParseQuestion(
    const pullgate::agent::v1::AuthorizePullRequest& request);
absl::StatusOr<PullQuestion> ParseQuestion(
    const pullgate::agent::v1::ProbeRegistryRequest& request);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUTHORIZE_QUESTION_H_
