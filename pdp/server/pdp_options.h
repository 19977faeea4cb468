// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVER_PDP_OPTIONS_H_
#define PULLGATE_PDP_SERVER_PDP_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/config/common_sections.h"
#include "common/config/config_source.h"
#include "common/dns/dns_options.h"
#include "common/policy/finding.h"
#include "common/policy/policy_snapshot.h"
#include "common/rpc/caller_resolver.h"
#include "common/rpc/tls_material.h"
#include "pdp/ledger/ledger_retention.h"
#include "pullgate/config/v1/pdp_config.pb.h"
#include "pullgate/policy/v1/policy.pb.h"

namespace pullgate::pdp {

// The settings of a PDP, checked. Below main() there is no other configuration.
// pdp_config.proto says what each means.
struct PdpOptions {
  std::string listen;
  std::string socket;  // empty: none
  Role socket_role = Role::kNone;
  TlsFilePaths tls;
  std::string trust_domain;
  CallerResolver::OperatorRoles operators;
  std::string data_directory;
  int64_t minimum_revision = 0;
  std::string ledger_signing_key;  // empty: in the data directory
  RetentionLimits retention;
  // Canonical; names have no addresses yet.
  ProcessSettings settings;
  absl::Duration protected_refresh;
  // Canonical.
  std::optional<pullgate::policy::v1::Policy> default_policy;
  // Worth logging; no errors.
  std::vector<Finding> default_policy_findings;
  absl::Duration default_lease;
  absl::Duration decision_ttl;
  DnsOptions dns;
  std::string metrics_listen;  // empty: none
  LogOptions log;
  absl::Duration drain_deadline;
  int max_concurrent_checks = 0;
  int max_sync_streams_per_vch = 0;
  int max_tail_streams = 0;
  int max_request_bytes = 0;

  // What the file says, with every default filled in.
  pullgate::config::v1::PdpConfig effective;
};

// Checks a loaded configuration; `now` is for the expiry of CA certificates in
// the default policy. InvalidArgument lists everything that is wrong, each with
// its line, its key and what is expected.
absl::StatusOr<PdpOptions> PdpOptionsFromConfig(
    const ConfigSource& source, pullgate::config::v1::PdpConfig config,
    absl::Time now);

// Loads and checks the file. Errors as above, or those of reading it.
absl::StatusOr<PdpOptions> LoadPdpOptions(const std::string& path,
                                          absl::Time now);

// The top-level keys in which `next` differs from `running` and which a running
// PDP cannot change: they need a restart.
std::vector<std::string> KeysThatNeedRestart(const PdpOptions& running,
                                             const PdpOptions& next);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVER_PDP_OPTIONS_H_
