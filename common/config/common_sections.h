// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// The sections that both processes' configurations have: each function fills in
// defaults, reports problems to `check` and gives the options. After a problem
// these are defaults, not to be used.

#ifndef PULLGATE_COMMON_CONFIG_COMMON_SECTIONS_H_
#define PULLGATE_COMMON_CONFIG_COMMON_SECTIONS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/config/config_check.h"
#include "common/dns/dns_options.h"
#include "common/observe/log.h"
#include "common/rpc/tls_material.h"
#include "pullgate/config/v1/common_config.pb.h"

namespace pullgate {

// "tls.": all three files are required. They are not read.
TlsFilePaths CheckTls(ConfigCheck& check);

// "dns."; `config` is that section of the message being checked.
DnsOptions CheckDns(ConfigCheck& check, config::v1::DnsConfig& config);

// "metrics.listen", or "" for none.
std::string CheckMetrics(ConfigCheck& check);

struct LogOptions {
  LogLevel level = LogLevel::kInfo;
  std::string file;  // empty: standard error
};

// "log."
LogOptions CheckLog(ConfigCheck& check);

// "drain_deadline": 10 s unless given, 1 s to 10 min.
absl::Duration CheckDrainDeadline(ConfigCheck& check);

// Whether `text` is "host:port", "address:port" or "[address]:port", with a
// port of 0 (when `zero_port`: any free one) or 1 to 65535.
absl::Status CheckHostPort(absl::string_view text, bool zero_port);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_CONFIG_COMMON_SECTIONS_H_
