// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/server/agent_options.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/config/config_check.h"
#include "common/identity/spiffe_id.h"
#include "common/status/status_macros.h"

namespace pullgate::agent {
namespace {

using Config = config::v1::AgentConfig;

// Threads are for registries that answer; where many do not, proofs are made
// one after the decision, as they were.
constexpr int kMaxEarlyProofs = 64;

constexpr int64_t kMiB = int64_t{1024} * 1024;

void CheckPdp(ConfigCheck& check, AgentOptions& options) {
  options.pdp_address = check.Required("pdp.address");
  if (!options.pdp_address.empty()) {
    check.Problem("pdp.address",
                  CheckHostPort(options.pdp_address, /*zero_port=*/false));
  }
  options.pdp_server_name = check.Text("pdp.server_name");
  options.decider.call_timeout = check.Duration(
      "pdp.call_timeout",
      {absl::Seconds(2), absl::Milliseconds(10), absl::Minutes(1)});
  options.sync.heartbeat_interval =
      check.Duration("pdp.heartbeat_interval",
                     {absl::Seconds(10), absl::Seconds(1), absl::Minutes(5)});
  options.min_backoff = check.Duration(
      "pdp.min_backoff",
      {absl::Milliseconds(200), absl::Milliseconds(10), absl::Minutes(1)});
  options.max_backoff = check.Duration(
      "pdp.max_backoff",
      {absl::Seconds(30), absl::Milliseconds(10), absl::Minutes(10)});
  if (options.max_backoff < options.min_backoff) {
    check.Problem("pdp.max_backoff", "expected at least pdp.min_backoff");
  }
}

void CheckIdentity(ConfigCheck& check, AgentOptions& options) {
  options.tls = CheckTls(check);
  options.trust_domain = check.Required("trust_domain");
  if (!options.trust_domain.empty()) {
    check.Problem("trust_domain", CheckTrustDomain(options.trust_domain));
  }
}

void CheckVerify(ConfigCheck& check, AgentOptions& options) {
  options.verifier.connect_limit = check.Duration(
      "verify.connect_timeout",
      {absl::Seconds(3), absl::Milliseconds(10), absl::Minutes(1)});
  options.verifier.attempt_limit = check.Duration(
      "verify.attempt_timeout",
      {absl::Seconds(5), absl::Milliseconds(10), absl::Minutes(1)});
  options.finder.verify_timeout = check.Duration(
      "verify.total_timeout",
      {absl::Seconds(15), absl::Milliseconds(100), absl::Minutes(5)});
  options.verdict_ttl = check.Duration(
      "verify.verdict_ttl",
      {absl::Seconds(30), absl::ZeroDuration(), absl::Minutes(10)});
}

void CheckBounds(ConfigCheck& check, AgentOptions& options) {
  using SpoolConfig = config::v1::SpoolConfig;
  options.max_decisions = static_cast<size_t>(
      check.Int("cache.max_decisions", {10'000, 0, 1'000'000}));
  options.max_verdicts = static_cast<size_t>(
      check.Int("cache.max_verdicts", {10'000, 0, 1'000'000}));
  options.spool.max_bytes =
      check.Int("spool.max_bytes", {256 * kMiB, kMiB, 64 * 1024 * kMiB});
  options.spool.durability =
      check.Enum("spool.durability", SpoolConfig::DURABILITY_PROCESS_CRASH) ==
              SpoolConfig::DURABILITY_POWER_LOSS
          ? Durability::kPowerLoss
          : Durability::kProcessCrash;
  options.spool.on_full =
      check.Enum("spool.on_full", SpoolConfig::ON_FULL_REFUSE) ==
              SpoolConfig::ON_FULL_DROP_OLDEST
          ? SqliteSpool::OnFull::kDropOldest
          : SqliteSpool::OnFull::kRefuse;
  options.max_concurrent_pulls =
      static_cast<int>(check.Int("max_concurrent_pulls", {256, 1, 10'000}));
  options.finder.early_proofs =
      std::min(options.max_concurrent_pulls, kMaxEarlyProofs);
}

void CheckGate(ConfigCheck& check, AgentOptions& options) {
  GateOptions& gate = options.gate;
  const std::string listen = check.Text("gate.listen");
  if (!listen.empty()) {
    const absl::StatusOr<GateListen> parsed = ParseGateListen(listen);
    check.Problem("gate.listen", parsed.status());
    if (parsed.ok()) gate.listen = *parsed;
  }
  gate.max_connections = static_cast<size_t>(
      check.Int("gate.max_connections", {10'000, 1, 1'000'000}));
  gate.max_connections_per_client = static_cast<size_t>(
      check.Int("gate.max_connections_per_client", {10'000, 1, 1'000'000}));
  gate.max_header_bytes = static_cast<size_t>(
      check.Int("gate.max_header_bytes", {32 * 1024, 1024, 64 * 1024}));
  gate.header_timeout = check.Duration(
      "gate.header_timeout",
      {absl::Seconds(10), absl::Milliseconds(10), absl::Minutes(5)});
  gate.connect_timeout = check.Duration(
      "gate.connect_timeout",
      {absl::Seconds(5), absl::Milliseconds(10), absl::Minutes(1)});
  gate.idle_timeout = check.Duration(
      "gate.idle_timeout",
      {absl::Minutes(5), absl::Milliseconds(10), absl::Hours(24)});
}

FieldOmission CheckOmission(ConfigCheck& check,
                            const config::v1::AuditConfig& config) {
  FieldOmission omission;
  for (int i = 0; i < config.omit_fields_size(); ++i) {
    check.Problem(absl::StrCat("audit.omit_fields[", i, "]"),
                  FieldOmission::Make({config.omit_fields(i)}).status());
  }
  absl::StatusOr<FieldOmission> all = FieldOmission::Make(
      {config.omit_fields().begin(), config.omit_fields().end()});
  return all.ok() ? *std::move(all) : FieldOmission();
}

DecideLocally CheckDecideLocally(ConfigCheck& check) {
  switch (check.Enum("decide_locally",
                     config::v1::DECIDE_LOCALLY_WHEN_PDP_IS_AWAY)) {
    case config::v1::DECIDE_LOCALLY_ALWAYS:
      return DecideLocally::kAlways;
    case config::v1::DECIDE_LOCALLY_NEVER:
      return DecideLocally::kNever;
    default:
      return DecideLocally::kWhenPdpIsAway;
  }
}

}  // namespace

absl::StatusOr<AgentOptions> AgentOptionsFromConfig(const ConfigSource& source,
                                                    Config& config) {
  ConfigCheck check(source, config);
  const absl::StatusOr<VchId> vch = VchId::Parse(check.Required("vch"));
  if (!vch.ok() && !config.vch().empty()) check.Problem("vch", vch.status());
  // One that is never used if there is a problem.
  AgentOptions options(vch.ok() ? *vch : *VchId::Parse("none"));
  options.socket = check.Required("socket");
  if (!options.socket.empty() && options.socket.front() != '/') {
    check.Problem("socket", "expected an absolute path");
  }
  CheckPdp(check, options);
  CheckIdentity(check, options);
  options.data_directory = check.Required("data_directory");
  options.decider.locally = CheckDecideLocally(check);
  options.dns = CheckDns(check, *config.mutable_dns());
  options.finder.dns_timeout = options.dns.timeout;
  options.public_ca_file =
      check.Text("public_ca_file", "/etc/ssl/certs/ca-certificates.crt");
  CheckVerify(check, options);
  CheckBounds(check, options);
  options.spool.omission = CheckOmission(check, *config.mutable_audit());
  CheckGate(check, options);
  options.metrics_listen = CheckMetrics(check);
  options.log = CheckLog(check);
  options.drain_deadline = CheckDrainDeadline(check);
  PULLGATE_RETURN_IF_ERROR(check.status());
  return options;
}

}  // namespace pullgate::agent
