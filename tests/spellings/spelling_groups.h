// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_SPELLINGS_SPELLING_GROUPS_H_
#define PULLGATE_TESTS_SPELLINGS_SPELLING_GROUPS_H_

#include <ostream>
#include <string>
#include <vector>

#include "common/policy/policy_text.h"

namespace pullgate {

// Spellings that try to get past one rule, as tests/testdata/spellings has
// them. README.md there says what each part means.
struct SpellingGroup {
  std::string place;   // "names.yaml:12"
  std::string target;  // "whitelist[0]", "insecure[0]" or "protected"
  PolicyText policy;
  ProcessSettings settings;
  std::vector<std::string> addresses;

  std::vector<std::string> same;
  std::vector<std::string> denied;
  std::vector<std::string> verified;
  std::vector<std::string> invalid;
  std::vector<std::string> refused_rules;
};

void PrintTo(const SpellingGroup& group, std::ostream* out);

// All groups of a folder. Ends the test program, naming file and line, if one
// is malformed or has a key that nobody reads.
std::vector<SpellingGroup> LoadSpellingGroups(const std::string& folder);

}  // namespace pullgate

#endif  // PULLGATE_TESTS_SPELLINGS_SPELLING_GROUPS_H_
