// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUTHORIZE_VERDICT_H_
#define PULLGATE_AGENT_AUTHORIZE_VERDICT_H_

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "agent/decide/issued_decision.h"
#include "agent/verify/registry_verifier.h"
#include "common/policy/evidence.h"
#include "pullgate/decision/v1/decision.pb.h"

namespace pullgate::agent {

// What the agent says to a question, in the end: the decision, proved. A value;
// default-constructed, it refuses.
struct Verdict {
  // DENY_REASON_UNSPECIFIED: not denied. The API's reasons, since an agent has
  // more of them than the engine.
  pullgate::decision::v1::DenyReason reason =
      pullgate::decision::v1::DENY_REASON_PDP_UNREACHABLE;
  // One sentence for a person; quotes no secret.
  std::string message;

  // What DNS said here.
  Evidence evidence;
  // Null when nobody could decide.
  std::shared_ptr<const IssuedDecision> issued;
  DecidedBy decided_by = DecidedBy::kNobody;
  // Null when there was nothing to prove. `usable` in it is the permit.
  std::shared_ptr<const Verification> verification;
  // Until when a permit is good, by the boot clock.
  absl::Time expires = absl::InfinitePast();

  bool permits() const {
    return reason == pullgate::decision::v1::DENY_REASON_UNSPECIFIED &&
           verification != nullptr && verification->usable.has_value();
  }
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUTHORIZE_VERDICT_H_
