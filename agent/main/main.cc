// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/strings/str_cat.h"
#include "agent/server/agent_version.h"
#include "agent/server/engine_setup.h"
#include "agent/server/run_agent.h"

ABSL_FLAG(std::string, config, "/etc/pullgate/agent.yaml",
          "The configuration file; deploy/config/agent.yaml explains every "
          "key.");
ABSL_FLAG(bool, check_config, false,
          "Check the configuration file, print the effective settings, exit.");

namespace {

using Words = std::vector<char*>;

absl::Status CheckConfig(const std::string& config_file) {
  const absl::StatusOr<std::string> settings =
      pullgate::agent::EffectiveAgentConfig(config_file);
  if (settings.ok()) std::cout << *settings;
  return settings.status();
}

// `words`: the command line without flags, the program first.
absl::Status PrintEngineConfig(const std::string& config_file,
                               const Words& words) {
  if (words.size() != 3) {
    return absl::InvalidArgumentError(
        "engine-config takes one engine: docker, containerd, podman or "
        "skopeo");
  }
  const absl::StatusOr<std::string> script =
      pullgate::agent::EngineSetup(config_file, words[2]);
  if (script.ok()) std::cout << *script;
  return script.status();
}

absl::Status Run(const std::string& config_file, const Words& words) {
  if (words.size() > 1) {
    const absl::string_view command = words[1];
    if (command == "engine-config") {
      return PrintEngineConfig(config_file, words);
    }
    return absl::InvalidArgumentError(absl::StrCat(
        "unknown command \"", command, "\"; there is engine-config"));
  }
  return absl::GetFlag(FLAGS_check_config)
             ? CheckConfig(config_file)
             : pullgate::agent::RunAgent(config_file);
}

}  // namespace

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage(
      "The enforcement point of one virtual container host.\n\n"
      "  pullgate-agent --config=FILE [--check_config]\n"
      "  pullgate-agent engine-config docker|containerd|podman|skopeo "
      "[--config=FILE]");
  absl::FlagsUsageConfig usage;
  usage.version_string = [] {
    return absl::StrCat("pullgate-agent ", pullgate::agent::kAgentVersion,
                        "\n");
  };
  absl::SetFlagsUsageConfig(usage);
  const Words words = absl::ParseCommandLine(argc, argv);

  const absl::Status status = Run(absl::GetFlag(FLAGS_config), words);
  if (!status.ok()) {
    std::cerr << "pullgate-agent: " << status.message() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
