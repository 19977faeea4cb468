// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVER_RUN_PDP_H_
#define PULLGATE_PDP_SERVER_RUN_PDP_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pullgate::pdp {

inline constexpr char kPdpVersion[] = "0.1.0";

// The life of the process: reads `config_file`, serves until SIGTERM or SIGINT,
// drains, and returns OK. SIGHUP reads the file again; one that is wrong is
// logged and changes nothing.
//
// To be called before any thread is started. An error says why the PDP could
// not start.
absl::Status RunPdp(const std::string& config_file);

// Reads and checks `config_file`; the effective settings as YAML.
absl::StatusOr<std::string> EffectivePdpConfig(const std::string& config_file);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVER_RUN_PDP_H_
