// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/server/engine_setup.h"

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "agent/engine/engine.h"
#include "agent/engine/engine_config.h"
#include "agent/engine/engine_facts.h"
#include "agent/server/agent_options.h"
#include "agent/sync/last_policy_store.h"
#include "agent/sync/sqlite_last_policy_store.h"
#include "common/config/load_config.h"
#include "common/net/ip_address.h"
#include "common/status/status_macros.h"
#include "pullgate/config/v1/agent_config.pb.h"

namespace pullgate::agent {

absl::StatusOr<std::string> GateAddress(const GateOptions& options) {
  if (!options.listen.has_value()) {
    return absl::FailedPreconditionError(
        "this agent has no gate; set gate.listen, to 127.0.0.1:3128 say");
  }
  GateListen listen = *options.listen;
  if (listen.port == 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        "gate.listen is ", listen.ToString(),
        ", any free port; engines need one that stays, so give it a number"));
  }
  for (const auto& [any, loopback] :
       {std::pair("0.0.0.0", "127.0.0.1"), std::pair("::", "::1")}) {
    if (listen.address.ToString() != any) continue;
    PULLGATE_ASSIGN_OR_RETURN(listen.address, IpAddress::Parse(loopback));
  }
  return listen.ToString();
}

absl::StatusOr<std::string> EngineSetup(const std::string& config_file,
                                        absl::string_view engine_name) {
  PULLGATE_ASSIGN_OR_RETURN(const Engine engine, ParseEngine(engine_name));
  config::v1::AgentConfig config;
  PULLGATE_ASSIGN_OR_RETURN(const ConfigSource source,
                            LoadConfigFile(config_file, config));
  PULLGATE_ASSIGN_OR_RETURN(const AgentOptions options,
                            AgentOptionsFromConfig(source, config));
  PULLGATE_ASSIGN_OR_RETURN(const std::string gate, GateAddress(options.gate));
  PULLGATE_ASSIGN_OR_RETURN(
      const std::optional<HeldPolicy> held,
      SqliteLastPolicyStore::Peek(options.data_directory, options.vch));
  std::optional<pullgate::sync::v1::EffectivePolicy> policy;
  if (held.has_value()) policy = held->policy;
  PULLGATE_ASSIGN_OR_RETURN(const EngineFacts facts,
                            EngineFactsOf(options.vch.text(), gate, policy));
  return EngineConfig(engine, facts);
}

}  // namespace pullgate::agent
