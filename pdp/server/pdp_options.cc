// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/server/pdp_options.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/config/common_sections.h"
#include "common/config/config_check.h"
#include "common/config/load_config.h"
#include "common/identity/spiffe_id.h"
#include "common/identity/vch_id.h"
#include "common/net/ip_prefix.h"
#include "common/registry/registry_address.h"
#include "common/status/status_macros.h"
#include "google/protobuf/util/message_differencer.h"
#include "pdp/policy/admission.h"

namespace pullgate::pdp {
namespace {

namespace cfg = pullgate::config::v1;
using pullgate::policy::v1::Policy;

// Keys that a running PDP takes over on SIGHUP.
constexpr absl::string_view kReloadable[] = {
    "operators",      "protected_registries",    "unpinnable_addresses",
    "default_policy", "no_unpinnable_addresses", "default_lease",
};

constexpr absl::Duration kLongestKept = absl::Hours(876'000);  // 100 years
// Events are forgotten by the segment, of some MiB.
constexpr int64_t kSmallestLedger = int64_t{64} << 20;

// Everything below fills in defaults, checks, and takes over.

void ReadIdentity(ConfigCheck& check, const cfg::PdpConfig& config,
                  PdpOptions& options) {
  options.listen = check.Required("listen");
  if (!options.listen.empty()) {
    check.Problem("listen", CheckHostPort(options.listen, /*zero_port=*/true));
  }
  options.socket = check.Text("socket");
  if (!options.socket.empty() && options.socket.front() != '/') {
    check.Problem("socket", "expected an absolute path");
  }
  switch (config.socket_role()) {
    case cfg::ROLE_EDITOR:
      options.socket_role = Role::kEditor;
      break;
    case cfg::ROLE_VIEWER:
      options.socket_role = Role::kViewer;
      break;
    default:
      options.socket_role = Role::kNone;
  }
  options.tls = CheckTls(check);
  options.trust_domain = check.Required("trust_domain");
  if (!options.trust_domain.empty()) {
    check.Problem("trust_domain", CheckTrustDomain(options.trust_domain));
  }
}

void ReadOperators(ConfigCheck& check, const cfg::PdpConfig& config,
                   PdpOptions& options) {
  for (int i = 0; i < config.operators_size(); ++i) {
    const cfg::OperatorRole& entry = config.operators(i);
    const std::string place = absl::StrCat("operators[", i, "]");
    // An operator's name is spelled as a VCH id is.
    if (!VchId::Parse(entry.name()).ok()) {
      check.Problem(absl::StrCat(place, ".name"),
                    "expected the name in the operator's certificate, "
                    "spiffe://<trust_domain>/operator/<name>: 1 to 63 "
                    "letters, digits, '.', '_' and '-'");
      continue;
    }
    if (entry.role() == cfg::ROLE_UNSPECIFIED) {
      check.Problem(absl::StrCat(place, ".role"), "expected viewer or editor");
      continue;
    }
    const Role role =
        entry.role() == cfg::ROLE_EDITOR ? Role::kEditor : Role::kViewer;
    if (!options.operators.emplace(entry.name(), role).second) {
      check.Problem(absl::StrCat(place, ".name"),
                    absl::StrCat("\"", entry.name(), "\" is listed twice"));
    }
  }
}

// The same in canonical spelling, so that another spelling is no change; as it
// stands if it is wrong.
std::string CanonicalPrefix(const std::string& text) {
  const auto prefix = IpPrefix::Parse(text);
  if (!prefix.ok()) return text;
  return prefix->is_single() ? prefix->base().ToString() : prefix->ToString();
}

std::string CanonicalHost(const std::string& host) {
  const auto address = RegistryAddress::Parse(host);
  if (address.ok() && !address->scheme() && !address->port()) {
    return HostToString(address->host());
  }
  return CanonicalPrefix(host);
}

void ReadSettings(ConfigCheck& check, cfg::PdpConfig& config,
                  PdpOptions& options) {
  if (config.unpinnable_addresses_size() == 0 &&
      !config.no_unpinnable_addresses()) {
    for (const std::string& prefix : DefaultUnpinnableAddresses()) {
      config.add_unpinnable_addresses(prefix);
    }
  } else if (config.unpinnable_addresses_size() > 0 &&
             config.no_unpinnable_addresses()) {
    check.Problem("no_unpinnable_addresses",
                  "is set, and so is unpinnable_addresses: give one of them");
  }
  // Checked as written: what is masked away is part of what may be wrong.
  ProcessSettings written;
  for (const std::string& host : config.protected_registries()) {
    written.protected_registries.push_back({host, {}});
    options.settings.protected_registries.push_back({CanonicalHost(host), {}});
  }
  for (const std::string& prefix : config.unpinnable_addresses()) {
    written.unpinnable_addresses.push_back(prefix);
    options.settings.unpinnable_addresses.push_back(CanonicalPrefix(prefix));
  }
  for (const Finding& finding : CheckSettings(written)) {
    if (finding.severity == Severity::kError) {
      check.Problem(finding.place, finding.message);
    }
  }
}

void ReadDefaultPolicy(ConfigCheck& check, const cfg::PdpConfig& config,
                       absl::Time now, PdpOptions& options) {
  if (!config.has_default_policy()) return;
  if (config.default_policy().mode() == Policy::MODE_UNSPECIFIED) {
    check.Problem("default_policy.mode",
                  "a default policy must state it: expected whitelist or open");
  }
  const auto admission = AdmitPolicy(config.default_policy(),
                                     AdmissionContext(options.settings, now));
  if (!admission.ok()) {
    check.Problem("default_policy", admission.status());
    return;
  }
  for (const Finding& finding : admission->findings) {
    if (finding.severity == Severity::kError) {
      check.Problem(absl::StrCat("default_policy.", finding.place),
                    finding.message);
    } else {
      options.default_policy_findings.push_back(finding);
    }
  }
  options.default_policy = admission->policy;
}

void ReadTimes(ConfigCheck& check, PdpOptions& options) {
  options.protected_refresh =
      check.Duration("protected_refresh",
                     {absl::Minutes(1), absl::Seconds(5), absl::Hours(1)});
  options.default_lease = check.Duration(
      "default_lease", {absl::Minutes(15), kMinLease, kMaxLease});
  options.decision_ttl = check.Duration(
      "decision_ttl", {absl::Minutes(5), absl::Seconds(1), absl::Hours(24)});
  options.drain_deadline = CheckDrainDeadline(check);
}

void ReadLedger(ConfigCheck& check, PdpOptions& options) {
  options.ledger_signing_key = check.Text("ledger.signing_key");
  RetentionLimits& limits = options.retention;
  limits.max_age = check.Duration(
      "ledger.max_age",
      {absl::ZeroDuration(), absl::ZeroDuration(), kLongestKept});
  if (limits.max_age > absl::ZeroDuration() &&
      limits.max_age < absl::Hours(1)) {
    check.Problem("ledger.max_age", "expected 0s (any age), or 1h or more");
  }
  limits.max_bytes = check.Int("ledger.max_bytes", {0, 0, int64_t{64} << 40});
  if (limits.max_bytes > 0 && limits.max_bytes < kSmallestLedger) {
    check.Problem("ledger.max_bytes", "expected 0 (any), or 64MiB or more");
  }
}

void ReadLimits(ConfigCheck& check, PdpOptions& options) {
  const auto limit = [&check](absl::string_view key, const IntRule& rule) {
    return static_cast<int>(check.Int(key, rule));
  };
  options.max_concurrent_checks =
      limit("limits.max_concurrent_checks", {1'000, 1, 100'000});
  options.max_sync_streams_per_vch =
      limit("limits.max_sync_streams_per_vch", {4, 1, 100});
  options.max_tail_streams = limit("limits.max_tail_streams", {64, 0, 10'000});
  options.max_request_bytes =
      limit("limits.max_request_bytes", {64 << 20, 1 << 20, 256 << 20});
}

}  // namespace

absl::StatusOr<PdpOptions> PdpOptionsFromConfig(const ConfigSource& source,
                                                cfg::PdpConfig config,
                                                absl::Time now) {
  ConfigCheck check(source, config);
  PdpOptions options;
  ReadIdentity(check, config, options);
  ReadOperators(check, config, options);
  options.data_directory = check.Required("data_directory");
  options.minimum_revision =
      check.Int("minimum_revision", {0, 0, int64_t{1} << 62});
  ReadLedger(check, options);
  ReadSettings(check, config, options);
  ReadTimes(check, options);
  ReadDefaultPolicy(check, config, now, options);
  options.dns = CheckDns(check, *config.mutable_dns());
  options.metrics_listen = CheckMetrics(check);
  options.log = CheckLog(check);
  ReadLimits(check, options);
  PULLGATE_RETURN_IF_ERROR(check.status());
  options.effective = std::move(config);
  return options;
}

absl::StatusOr<PdpOptions> LoadPdpOptions(const std::string& path,
                                          absl::Time now) {
  cfg::PdpConfig config;
  PULLGATE_ASSIGN_OR_RETURN(const ConfigSource source,
                            LoadConfigFile(path, config));
  return PdpOptionsFromConfig(source, std::move(config), now);
}

std::vector<std::string> KeysThatNeedRestart(const PdpOptions& running,
                                             const PdpOptions& next) {
  // The level alone of what is logged can change.
  cfg::PdpConfig before = running.effective;
  cfg::PdpConfig after = next.effective;
  before.mutable_log()->clear_level();
  after.mutable_log()->clear_level();
  std::vector<std::string> keys;
  const auto* descriptor = cfg::PdpConfig::descriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const auto* field = descriptor->field(i);
    bool reloadable = false;
    for (const absl::string_view name : kReloadable) {
      reloadable = reloadable || field->name() == name;
    }
    if (reloadable) continue;
    google::protobuf::util::MessageDifferencer differencer;
    if (!differencer.CompareWithFields(before, after, {field}, {field})) {
      keys.push_back(field->name());
    }
  }
  return keys;
}

}  // namespace pullgate::pdp
