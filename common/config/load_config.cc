// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/config/load_config.h"

#include <string>

#include "common/config/yaml_message.h"
#include "common/config/yaml_tree.h"
#include "common/files/read_file.h"
#include "common/status/status_macros.h"

namespace pullgate {

absl::StatusOr<ConfigSource> LoadConfig(const std::string& file,
                                        absl::string_view text,
                                        google::protobuf::Message& message) {
  message.Clear();
  ConfigSource source(file);
  const absl::StatusOr<YamlNode> root = ParseYaml(text);
  if (!root.ok()) {
    return source.ToStatus({{"", std::string(root.status().message())}});
  }
  PULLGATE_RETURN_IF_ERROR(
      source.ToStatus(FillMessage(*root, message, source)));
  return source;
}

absl::StatusOr<ConfigSource> LoadConfigFile(
    const std::string& path, google::protobuf::Message& message) {
  PULLGATE_ASSIGN_OR_RETURN(const std::string text,
                            ReadFile(path, kMaxYamlBytes));
  return LoadConfig(path, text, message);
}

}  // namespace pullgate
