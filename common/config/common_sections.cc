// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/config/common_sections.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/observe/metrics_server.h"
#include "common/status/error_info.h"

namespace pullgate {
namespace {

bool IsHost(absl::string_view host) {
  if (absl::ConsumePrefix(&host, "[")) {
    return absl::ConsumeSuffix(&host, "]") && absl::StrContains(host, ':');
  }
  if (host.empty()) return false;
  for (const char c : host) {
    if (!absl::ascii_isalnum(c) && c != '.' && c != '-' && c != '_') {
      return false;
    }
  }
  return true;
}

}  // namespace

TlsFilePaths CheckTls(ConfigCheck& check) {
  TlsFilePaths files;
  files.certificate = check.Required("tls.certificate");
  files.key = check.Required("tls.key");
  files.ca = check.Required("tls.ca");
  return files;
}

DnsOptions CheckDns(ConfigCheck& check, config::v1::DnsConfig& config) {
  check.Duration("dns.timeout",
                 {absl::Seconds(2), absl::Milliseconds(10), absl::Minutes(1)});
  check.Duration(
      "dns.attempt_timeout",
      {absl::Milliseconds(500), absl::Milliseconds(10), absl::Minutes(1)});
  check.Int("dns.attempts", {3, 1, 10});
  check.Text("dns.hosts_file", "/etc/hosts");
  check.Duration("dns.min_ttl",
                 {absl::Seconds(1), absl::ZeroDuration(), absl::Hours(1)});
  check.Duration("dns.max_ttl",
                 {absl::Minutes(5), absl::ZeroDuration(), absl::Hours(24)});
  check.Int("dns.max_cached_names", {10'000, 1, 1'000'000});
  check.Int("dns.max_pending", {1'000, 2, 20'000});
  // The rest is for DNS to judge: addresses, names, what goes together.
  const absl::StatusOr<DnsOptions> options = DnsOptionsFromConfig(config);
  if (options.ok()) return *options;
  for (const FieldViolation& violation : FieldViolationsOf(options.status())) {
    check.Problem(violation.field, violation.description);
  }
  return DnsOptions();
}

std::string CheckMetrics(ConfigCheck& check) {
  std::string listen = check.Text("metrics.listen");
  if (!listen.empty()) {
    check.Problem("metrics.listen", CheckMetricsAddress(listen));
  }
  return listen;
}

LogOptions CheckLog(ConfigCheck& check) {
  using Log = config::v1::LogConfig;
  LogOptions options;
  switch (check.Enum("log.level", Log::LEVEL_INFO)) {
    case Log::LEVEL_DEBUG:
      options.level = LogLevel::kDebug;
      break;
    case Log::LEVEL_WARNING:
      options.level = LogLevel::kWarning;
      break;
    case Log::LEVEL_ERROR:
      options.level = LogLevel::kError;
      break;
    default:
      options.level = LogLevel::kInfo;
      break;
  }
  options.file = check.Text("log.file");
  return options;
}

absl::Duration CheckDrainDeadline(ConfigCheck& check) {
  return check.Duration("drain_deadline", {absl::Seconds(10), absl::Seconds(1),
                                           absl::Minutes(10)});
}

absl::Status CheckHostPort(absl::string_view text, bool zero_port) {
  const size_t colon = text.rfind(':');
  int port = 0;
  if (colon != absl::string_view::npos && IsHost(text.substr(0, colon)) &&
      absl::SimpleAtoi(text.substr(colon + 1), &port) &&
      port >= (zero_port ? 0 : 1) && port <= 65535) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "expected an address and a port such as 0.0.0.0:8443, [::]:8443 or "
      "pdp.example.org:8443; got \"",
      absl::CHexEscape(text), "\""));
}

}  // namespace pullgate
