// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_SERVER_AGENT_IDENTITY_H_
#define PULLGATE_AGENT_SERVER_AGENT_IDENTITY_H_

#include <string>

#include "absl/status/status.h"
#include "common/identity/vch_id.h"
#include "common/rpc/tls_material.h"

namespace pullgate::agent {

// Whether the certificate is that of this agent: its one URI subject
// alternative name is spiffe://<trust_domain>/vch/<vch>. The PDP would refuse
// any other, call by call; better not to start. FailedPrecondition says what
// the certificate names instead.
absl::Status CheckAgentIdentity(const TlsMaterial& material,
                                const std::string& trust_domain,
                                const VchId& vch);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_SERVER_AGENT_IDENTITY_H_
