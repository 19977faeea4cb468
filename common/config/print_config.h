// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_CONFIG_PRINT_CONFIG_H_
#define PULLGATE_COMMON_CONFIG_PRINT_CONFIG_H_

#include <google/protobuf/message.h>

#include <string>

namespace pullgate {

// The message as YAML that LoadConfig() reads back to the same message: every
// key in the order of the fields, those without a value too ("key:"). With
// defaults filled in (config_check.h) these are the effective settings.
//
// Settings hold no secrets: keys and certificates are named by their files.
std::string PrintConfig(const google::protobuf::Message& message);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_CONFIG_PRINT_CONFIG_H_
