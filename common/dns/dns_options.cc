// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/dns/dns_options.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/status/error_info.h"
#include "common/status/status_macros.h"
#include "google/protobuf/duration.pb.h"

namespace pullgate {
namespace {

constexpr int kMaxServers = 8;
constexpr int kMaxSearchDomains = 16;

absl::Status Wrong(absl::string_view key, absl::string_view expected) {
  return InField(absl::StrCat("dns.", key),
                 absl::InvalidArgumentError(expected));
}

// Sets `to` when the configuration has the duration.
absl::Status SetDuration(absl::string_view key, bool present,
                         const google::protobuf::Duration& duration,
                         absl::Duration min, absl::Duration max,
                         absl::Duration& to) {
  if (!present) return absl::OkStatus();
  const absl::Duration value =
      absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
  if (value < min || value > max) {
    return Wrong(
        key, absl::StrCat("must be a duration from ", absl::FormatDuration(min),
                          " to ", absl::FormatDuration(max), ", not ",
                          absl::FormatDuration(value)));
  }
  to = value;
  return absl::OkStatus();
}

// Sets `to` unless the configuration leaves the number out.
template <typename Number>
absl::Status SetNumber(absl::string_view key, int32_t value, int32_t min,
                       int32_t max, Number& to) {
  if (value == 0) return absl::OkStatus();
  if (value < min || value > max) {
    return Wrong(key, absl::StrCat("must be a number from ", min, " to ", max,
                                   ", not ", value));
  }
  to = static_cast<Number>(value);
  return absl::OkStatus();
}

absl::StatusOr<uint16_t> ParsePort(absl::string_view text) {
  uint32_t port = 0;
  if (text.empty() || text[0] < '1' || text[0] > '9' ||
      !absl::SimpleAtoi(text, &port) || port > UINT16_MAX) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the port must be a number from 1 to 65535, not \"", text, "\""));
  }
  return static_cast<uint16_t>(port);
}

absl::StatusOr<DnsServer> ParseBracketed(absl::string_view text) {
  const size_t close = text.find(']');
  if (close == absl::string_view::npos) {
    return absl::InvalidArgumentError("a closing bracket is missing");
  }
  DnsServer server;
  PULLGATE_ASSIGN_OR_RETURN(server.address,
                            IpAddress::Parse(text.substr(1, close - 1)));
  const absl::string_view rest = text.substr(close + 1);
  if (rest.empty()) return server;
  if (rest[0] != ':') {
    return absl::InvalidArgumentError("expected \"[address]:port\"");
  }
  PULLGATE_ASSIGN_OR_RETURN(server.port, ParsePort(rest.substr(1)));
  return server;
}

// "address", "address:port", "[IPv6 address]:port".
absl::StatusOr<DnsServer> ParseServer(absl::string_view text) {
  if (absl::StartsWith(text, "[")) return ParseBracketed(text);
  DnsServer server;
  const size_t colon = text.find(':');
  const bool has_port =
      colon != absl::string_view::npos && colon == text.rfind(':');
  PULLGATE_ASSIGN_OR_RETURN(
      server.address,
      IpAddress::Parse(has_port ? text.substr(0, colon) : text));
  if (has_port) {
    PULLGATE_ASSIGN_OR_RETURN(server.port, ParsePort(text.substr(colon + 1)));
  }
  return server;
}

absl::Status SetServers(const config::v1::DnsConfig& config,
                        AresResolverOptions& options) {
  if (config.servers_size() > kMaxServers) {
    return Wrong("servers", absl::StrCat("at most ", kMaxServers));
  }
  for (int i = 0; i < config.servers_size(); ++i) {
    absl::StatusOr<DnsServer> server = ParseServer(config.servers(i));
    if (!server.ok()) {
      return InField(absl::StrCat("dns.servers[", i, "]"), server.status());
    }
    options.servers.push_back(*server);
  }
  return absl::OkStatus();
}

absl::Status SetSearch(const config::v1::DnsConfig& config,
                       AresResolverOptions& options) {
  if (config.search_size() > kMaxSearchDomains) {
    return Wrong("search", absl::StrCat("at most ", kMaxSearchDomains));
  }
  for (int i = 0; i < config.search_size(); ++i) {
    absl::StatusOr<DnsName> domain = DnsName::Parse(config.search(i));
    if (!domain.ok()) {
      return InField(absl::StrCat("dns.search[", i, "]"), domain.status());
    }
    options.search.push_back(*std::move(domain));
  }
  return absl::OkStatus();
}

absl::Status SetHostsFile(const config::v1::DnsConfig& config,
                          AresResolverOptions& options) {
  if (config.hosts_file().empty()) return absl::OkStatus();
  if (config.hosts_file() == "none") {
    options.hosts_file.clear();
    return absl::OkStatus();
  }
  if (!absl::StartsWith(config.hosts_file(), "/")) {
    return Wrong("hosts_file", "must be an absolute path, or \"none\"");
  }
  options.hosts_file = config.hosts_file();
  return absl::OkStatus();
}

absl::Status SetTimes(const config::v1::DnsConfig& config,
                      DnsOptions& options) {
  PULLGATE_RETURN_IF_ERROR(SetDuration("timeout", config.has_timeout(),
                                       config.timeout(), absl::Milliseconds(10),
                                       absl::Minutes(1), options.timeout));
  PULLGATE_RETURN_IF_ERROR(
      SetDuration("attempt_timeout", config.has_attempt_timeout(),
                  config.attempt_timeout(), absl::Milliseconds(10),
                  absl::Minutes(1), options.resolver.attempt_timeout));
  PULLGATE_RETURN_IF_ERROR(SetDuration("min_ttl", config.has_min_ttl(),
                                       config.min_ttl(), absl::ZeroDuration(),
                                       absl::Hours(1), options.cache.min_ttl));
  PULLGATE_RETURN_IF_ERROR(SetDuration("max_ttl", config.has_max_ttl(),
                                       config.max_ttl(), absl::ZeroDuration(),
                                       absl::Hours(24), options.cache.max_ttl));
  if (options.cache.max_ttl < options.cache.min_ttl) {
    return Wrong("max_ttl", "must not be less than dns.min_ttl");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<DnsOptions> DnsOptionsFromConfig(
    const config::v1::DnsConfig& config) {
  DnsOptions options;
  options.off = config.off();
  options.resolver.rotate = config.rotate();
  PULLGATE_RETURN_IF_ERROR(SetServers(config, options.resolver));
  PULLGATE_RETURN_IF_ERROR(SetSearch(config, options.resolver));
  PULLGATE_RETURN_IF_ERROR(SetHostsFile(config, options.resolver));
  PULLGATE_RETURN_IF_ERROR(SetTimes(config, options));
  PULLGATE_RETURN_IF_ERROR(SetNumber("attempts", config.attempts(), 1, 10,
                                     options.resolver.attempts));
  PULLGATE_RETURN_IF_ERROR(SetNumber("max_cached_names",
                                     config.max_cached_names(), 1, 1'000'000,
                                     options.cache.max_entries));
  PULLGATE_RETURN_IF_ERROR(SetNumber("max_pending", config.max_pending(), 2,
                                     20'000, options.resolver.max_pending));
  return options;
}

}  // namespace pullgate
