// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_GATE_STILL_PERMITTED_H_
#define PULLGATE_AGENT_GATE_STILL_PERMITTED_H_

#include <string>

#include "agent/decide/active_policy.h"
#include "agent/gate/open_pull.h"

namespace pullgate::agent {

// What a new policy means for a pull that an older one permitted.
struct Recheck {
  enum class Outcome {
    kPermitted,
    // The route is permitted as before, but other CAs may vouch for it: who is
    // there has to be verified again.
    kProveAgain,
    kEnd,
  };
  Outcome outcome = Outcome::kEnd;
  std::string detail;  // with kEnd: one sentence
};

// Decides on the evidence that the pull was permitted on, so that a change of
// DNS ends nothing: whether the very address that it goes to would be pinned
// today, over the same scheme and with no stricter check. Pure.
Recheck CheckAgain(const ActivePolicy& policy, const OpenPull& pull);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_GATE_STILL_PERMITTED_H_
