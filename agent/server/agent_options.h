// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_SERVER_AGENT_OPTIONS_H_
#define PULLGATE_AGENT_SERVER_AGENT_OPTIONS_H_

#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "agent/audit/sqlite_spool.h"
#include "agent/authorize/verdict_finder.h"
#include "agent/decide/decider.h"
#include "agent/gate/gate_options.h"
#include "agent/sync/sync_client.h"
#include "agent/verify/curl_registry_verifier.h"
#include "common/config/common_sections.h"
#include "common/config/config_source.h"
#include "common/dns/dns_options.h"
#include "common/identity/vch_id.h"
#include "common/rpc/tls_material.h"
#include "pullgate/config/v1/agent_config.pb.h"

namespace pullgate::agent {

// What an agent is started with: its configuration, checked, with every default
// filled in. deploy/config/agent.yaml explains each setting.
struct AgentOptions {
  explicit AgentOptions(VchId vch) : vch(std::move(vch)) {}

  VchId vch;
  std::string socket;

  std::string pdp_address;
  std::string pdp_server_name;  // empty: the host of the address
  absl::Duration min_backoff = absl::Milliseconds(200);
  absl::Duration max_backoff = absl::Seconds(30);
  TlsFilePaths tls;
  std::string trust_domain;

  std::string data_directory;
  std::string public_ca_file;

  DeciderOptions decider;
  SyncClientOptions sync;
  DnsOptions dns;
  VerdictFinderOptions finder;
  CurlRegistryVerifierOptions verifier;
  SqliteSpool::Options spool;

  absl::Duration verdict_ttl = absl::Seconds(30);
  size_t max_decisions = 10'000;
  size_t max_verdicts = 10'000;
  int max_concurrent_pulls = 256;

  GateOptions gate;  // `listen` empty: none

  std::string metrics_listen;  // empty: off
  LogOptions log;
  absl::Duration drain_deadline = absl::Seconds(10);
};

// Checks a loaded configuration and fills in its defaults, in `config` too, so
// that it can be printed as the effective settings. InvalidArgument, reason
// "BAD_CONFIG", names everything that is wrong, with the line.
absl::StatusOr<AgentOptions> AgentOptionsFromConfig(
    const ConfigSource& source, config::v1::AgentConfig& config);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_SERVER_AGENT_OPTIONS_H_
