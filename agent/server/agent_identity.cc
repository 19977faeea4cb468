// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/server/agent_identity.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/identity/spiffe_id.h"
#include "common/status/error_info.h"

namespace pullgate::agent {

absl::Status CheckAgentIdentity(const TlsMaterial& material,
                                const std::string& trust_domain,
                                const VchId& vch) {
  const std::string expected = SpiffeId::OfAgent(trust_domain, vch).ToString();
  if (material.uris.size() == 1 && material.uris.front() == expected) {
    return absl::OkStatus();
  }
  const std::string found = material.uris.empty()
                                ? "no URI name at all"
                                : absl::StrJoin(material.uris, ", ");
  return WithReason(
      absl::FailedPreconditionError(absl::StrCat(
          "the agent's certificate (", material.subject, ") has ", found,
          ", and the configuration's vch and trust_domain need exactly ",
          expected)),
      "WRONG_IDENTITY");
}

}  // namespace pullgate::agent
