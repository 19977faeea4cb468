// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_CONFIG_YAML_TREE_H_
#define PULLGATE_COMMON_CONFIG_YAML_TREE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace pullgate {

inline constexpr size_t kMaxYamlBytes = 8 << 20;
inline constexpr size_t kMaxYamlNodes = 500'000;
inline constexpr int kMaxYamlDepth = 32;

struct YamlEntry;

// A YAML document as it was written, with its lines.
struct YamlNode {
  enum class Kind { kNull, kScalar, kList, kMap };

  Kind kind = Kind::kNull;
  int line = 1;                    // counted from 1
  std::string text;                // of a scalar
  bool quoted = false;             // "5" is text, 5 a number
  std::vector<YamlNode> items;     // of a list
  std::vector<YamlEntry> entries;  // of a map, in order; keys may repeat
};

struct YamlEntry {
  std::string key;
  int line = 1;
  YamlNode value;
};

// Parses one document; an empty text is kNull. What configuration does not
// need is refused: aliases and anchors (by which a few lines stand for a
// billion), tags, keys that are not plain words, more than one document; and
// what exceeds the bounds above. InvalidArgument says "line 3, column 5: ...".
//
// Time and memory are linear in the text.
absl::StatusOr<YamlNode> ParseYaml(absl::string_view text);

// "a map", "a list", "nothing", or the scalar quoted and cut short: for "got".
std::string Describe(const YamlNode& node);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_CONFIG_YAML_TREE_H_
