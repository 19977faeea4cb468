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
#include "agent/server/agent_version.h"
#include "agent/server/run_agent.h"

ABSL_FLAG(std::string, config, "/etc/pullgate/agent.yaml",
          "The configuration file; deploy/config/agent.yaml explains every "
          "key.");
ABSL_FLAG(bool, check_config, false,
          "Check the configuration file, print the effective settings, exit.");

namespace {

absl::Status CheckConfig(const std::string& config_file) {
  const absl::StatusOr<std::string> settings =
      pullgate::agent::EffectiveAgentConfig(config_file);
  if (settings.ok()) std::cout << *settings;
  return settings.status();
}

}  // namespace

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage(
      "The enforcement point of one virtual container host.\n\n"
      "  pullgate-agent --config=FILE [--check_config]");
  absl::FlagsUsageConfig usage;
  usage.version_string = [] {
    return absl::StrCat("pullgate-agent ", pullgate::agent::kAgentVersion,
                        "\n");
  };
  absl::SetFlagsUsageConfig(usage);
  absl::ParseCommandLine(argc, argv);

  const std::string config = absl::GetFlag(FLAGS_config);
  const absl::Status status = absl::GetFlag(FLAGS_check_config)
                                  ? CheckConfig(config)
                                  : pullgate::agent::RunAgent(config);
  if (!status.ok()) {
    std::cerr << "pullgate-agent: " << status.message() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
