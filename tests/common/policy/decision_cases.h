// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_COMMON_POLICY_DECISION_CASES_H_
#define PULLGATE_TESTS_COMMON_POLICY_DECISION_CASES_H_

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "common/policy/policy_text.h"

namespace pullgate {

// One case of tests/testdata/decisions, as written. README.md there says what
// each part means.
struct DecisionCase {
  std::string id;
  std::string file;

  PolicyText policy;
  ProcessSettings settings;

  // Exactly one of the two is asked.
  std::optional<std::string> registry;
  std::optional<std::string> image;

  enum class Dns { kLookedUp, kFailed, kNotLookedUp };
  Dns dns = Dns::kLookedUp;
  std::vector<std::string> addresses;
  std::vector<std::string> names;

  // "permit", "deny NOT_WHITELISTED", "refused policy", "invalid question",
  // "invalid evidence".
  std::string expect;
  // "https 443 verified 10.2.2.5 10.2.2.6", "http 80 unverified unpinned".
  std::vector<std::string> routes;
  // "insecure[0]", "none"; absent: any.
  std::optional<std::string> rule;
  // Where the routes lead, when it is not what was asked.
  std::optional<std::string> connect;
  // What the message must have in it.
  std::vector<std::string> message;
  // "whitelist[0] HOST_BITS_SET": findings that must be among those of the
  // policy.
  std::vector<std::string> findings;
  // The CA entries in scope of the question.
  std::optional<std::vector<int>> vouched_by;
};

// How a test names its case.
void PrintTo(const DecisionCase& decision_case, std::ostream* out);

// All cases of a folder. Ends the test program, naming file and line, if one is
// malformed, has a key that nobody reads, or has the id of another.
std::vector<DecisionCase> LoadDecisionCases(const std::string& folder);

}  // namespace pullgate

#endif  // PULLGATE_TESTS_COMMON_POLICY_DECISION_CASES_H_
