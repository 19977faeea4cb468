// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_CONFIG_CONFIG_SOURCE_H_
#define PULLGATE_COMMON_CONFIG_CONFIG_SOURCE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace pullgate {

// Something wrong in a configuration file.
struct ConfigProblem {
  std::string path;  // "pdp.call_timeout", "operators[2].role"; "" for the file
  std::string message;
};

// Where each key of a configuration file stands, so that whoever checks values
// later can still say the line. A value.
class ConfigSource {
 public:
  explicit ConfigSource(std::string file) : file_(std::move(file)) {}

  void SetLine(const std::string& path, int line) { lines_[path] = line; }

  const std::string& file() const { return file_; }
  // Whether the file says something about this key.
  bool Has(absl::string_view path) const { return lines_.contains(path); }
  // The line of the key, or of the nearest key around it; 0 if there is none.
  int LineOf(absl::string_view path) const;

  // InvalidArgument, reason "BAD_CONFIG", with all problems in the order of
  // their lines, one per line as "pdp.yaml:12: pdp.call_timeout: ...", and as
  // field violations. OK if there are none.
  absl::Status ToStatus(std::vector<ConfigProblem> problems) const;

 private:
  std::string file_;
  absl::flat_hash_map<std::string, int> lines_;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_CONFIG_CONFIG_SOURCE_H_
