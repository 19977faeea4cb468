// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_CONFIG_YAML_MESSAGE_H_
#define PULLGATE_COMMON_CONFIG_YAML_MESSAGE_H_

#include <google/protobuf/message.h>

#include <vector>

#include "common/config/config_source.h"
#include "common/config/yaml_tree.h"

namespace pullgate {

// Writes what the tree says into `message` and the line of every key into
// `source`, by the rules of load_config.h. Returns all problems; what they
// concern is left unset.
//
// The types that occur in configuration are supported: bool, string, enum,
// int32, int64, uint32, uint64, double, messages, Duration and Timestamp, and
// lists of them. A field of another type is reported as a problem.
std::vector<ConfigProblem> FillMessage(const YamlNode& root,
                                       google::protobuf::Message& message,
                                       ConfigSource& source);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_CONFIG_YAML_MESSAGE_H_
