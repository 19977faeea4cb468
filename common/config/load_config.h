// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Configuration files: YAML read onto protobuf messages.
//
// A key is a field's name. Messages are maps, repeated fields are lists,
// durations are text with a unit ("10s"), enums their short names in lower case
// ("when_pdp_is_away"), timestamps RFC 3339; a key without a value is a key
// left out. Sizes of fields named "..._bytes" may be given as "64MiB".

#ifndef PULLGATE_COMMON_CONFIG_LOAD_CONFIG_H_
#define PULLGATE_COMMON_CONFIG_LOAD_CONFIG_H_

#include <google/protobuf/message.h>

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/config/config_source.h"

namespace pullgate {

// Fills `message`, which is cleared first, from YAML `text` of a file called
// `file`. Values are checked by type only; config_check.h does the rest.
//
// InvalidArgument, reason "BAD_CONFIG", names every unknown key (with the one
// that was probably meant), repeated key and wrong type by line and path; a
// syntax error, being no longer a matter of keys, stands alone.
absl::StatusOr<ConfigSource> LoadConfig(const std::string& file,
                                        absl::string_view text,
                                        google::protobuf::Message& message);

// As LoadConfig, of a file. NotFound, PermissionDenied or FailedPrecondition if
// it cannot be read.
absl::StatusOr<ConfigSource> LoadConfigFile(const std::string& path,
                                            google::protobuf::Message& message);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_CONFIG_LOAD_CONFIG_H_
