// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_COMMON_POLICY_ORACLE_RULE_H_
#define PULLGATE_TESTS_COMMON_POLICY_ORACLE_RULE_H_

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "common/net/ip_address.h"

namespace pullgate::testing {

// Rules as the oracle reads them: apart from the engine, and as simple as can
// be.

// A prefix.
struct Block {
  IpAddress base;
  int length = 0;

  bool Has(const IpAddress& address) const {
    if (address.is_v4() != base.is_v4()) return false;
    for (int bit = 0; bit < length; ++bit) {
      const int shift = 7 - bit % 8;
      if (((address.bytes()[bit / 8] ^ base.bytes()[bit / 8]) >> shift & 1) !=
          0) {
        return false;
      }
    }
    return true;
  }
};

// A rule, read from its canonical text.
struct OneRule {
  enum class Kind { kName, kWildcard, kBlock };
  Kind kind = Kind::kName;
  std::string name;
  Block block;
  std::string scheme;
  int port = 0;  // 0: none
  bool insecure_list = false;
  int index = 0;

  bool exact() const {
    return kind == Kind::kName ||
           (kind == Kind::kBlock && block.length == block.base.bits());
  }
  // Labels of a wildcard, length of a block. What is exact is above what is
  // not; between a /32 and a /128, at two addresses of one name, length still
  // counts.
  int depth() const {
    if (kind == Kind::kName) return 1000;
    if (kind == Kind::kBlock) return block.length + (exact() ? 500 : 0);
    return static_cast<int>(std::count(name.begin(), name.end(), '.')) + 1;
  }
};

// A scheme and port that a question stands for.
struct Point {
  std::string scheme;
  int port = 0;
};

std::optional<Block> ReadBlock(absl::string_view text);
OneRule ReadRule(std::string text);

bool CoversPoint(const OneRule& rule, const Point& point);
bool NameFits(const OneRule& rule, const std::string& name);

}  // namespace pullgate::testing

#endif  // PULLGATE_TESTS_COMMON_POLICY_ORACLE_RULE_H_
