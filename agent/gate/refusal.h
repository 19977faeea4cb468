// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_GATE_REFUSAL_H_
#define PULLGATE_AGENT_GATE_REFUSAL_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "agent/authorize/verdict_observer.h"
#include "agent/decide/policy_holder.h"
#include "agent/gate/http_head.h"
#include "common/registry/registry_address.h"

namespace pullgate::agent {

// Why the gate does not do what it was asked.
struct Refusal {
  int status = 403;
  // For programs: "NOT_WHITELISTED", "BAD_REQUEST".
  std::string reason;
  // For the person who pulls. It is the reason phrase of the status line too,
  // since that is what engines written in Go print.
  std::string message;

  // Of a verdict; else empty.
  std::string registry;
  std::string rule;  // "insecure[1] \"10.0.0.0/8\""
  std::string decision_id;
  std::string event_id;
  std::vector<std::string> nearest_rules;
};

// Of a request that is none.
Refusal RefusalOf(const HttpError& error);
// Of a question that got no verdict: overload, or the end of the agent.
Refusal RefusalOf(const absl::Status& status);
// Of a verdict that denies. 403, or 502 if the registry cannot be reached, or
// 503 if it could not be decided or recorded. The nearest rules are those of
// the policy held, if it is the one that decided.
Refusal RefusalOf(const GivenVerdict& given, const RegistryAddress& registry,
                  const PolicyHolder& holder);

// "NOT_WHITELISTED" of DENY_REASON_NOT_WHITELISTED.
std::string ReasonText(pullgate::decision::v1::DenyReason reason);

// One line of printable ASCII, at most 512 bytes: fit for a status line.
std::string ReasonPhrase(absl::string_view message);

// The whole response, which also says that the connection ends. `with_body`:
// false for the response to HEAD.
std::string RefusalText(const Refusal& refusal, bool with_body);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_GATE_REFUSAL_H_
