// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include <cstdlib>
#include <iostream>
#include <string>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/strings/str_cat.h"
#include "pdp/server/run_pdp.h"

ABSL_FLAG(std::string, config, "/etc/pullgate/pdp.yaml",
          "The configuration file; deploy/config/pdp.yaml explains every key.");
ABSL_FLAG(bool, check_config, false,
          "Check the configuration file, print the effective settings, exit.");

namespace {

absl::Status CheckConfig(const std::string& config_file) {
  const auto settings = pullgate::pdp::EffectivePdpConfig(config_file);
  if (settings.ok()) std::cout << *settings;
  return settings.status();
}

}  // namespace

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage(
      "The policy decision point of pullgate.\n\n"
      "  pullgate-pdp --config=FILE [--check_config]");
  absl::FlagsUsageConfig usage;
  usage.version_string = [] {
    return absl::StrCat("pullgate-pdp ", pullgate::pdp::kPdpVersion, "\n");
  };
  absl::SetFlagsUsageConfig(usage);
  absl::ParseCommandLine(argc, argv);

  const std::string config = absl::GetFlag(FLAGS_config);
  const absl::Status status = absl::GetFlag(FLAGS_check_config)
                                  ? CheckConfig(config)
                                  : pullgate::pdp::RunPdp(config);
  if (!status.ok()) {
    std::cerr << "pullgate-pdp: " << status.message() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
