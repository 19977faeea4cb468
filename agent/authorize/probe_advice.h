// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUTHORIZE_PROBE_ADVICE_H_
#define PULLGATE_AGENT_AUTHORIZE_PROBE_ADVICE_H_

#include "agent/verify/registry_verifier.h"
#include "pullgate/agent/v1/agent_service.pb.h"

namespace pullgate::agent {

// What a probe that tried everything tells about trust: whether the registry
// verifies wherever it presented a certificate, and for the first that does
// not, what would help. At least one attempt must have presented one.
void FillTrust(const Verification& verification,
               pullgate::agent::v1::RegistryTrust* trust);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUTHORIZE_PROBE_ADVICE_H_
