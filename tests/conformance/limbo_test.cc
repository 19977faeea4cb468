// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// x509-limbo (github.com/C2SP/x509-limbo): certificate chains with the verdict
// they deserve. Run with
//
//   bazel test //tests/conformance:limbo_test --test_output=all \
//       --test_env=PULLGATE_LIMBO=/path/to/limbo.json
//
// What limbo demands is the public profile, so its trusted certificates are the
// public CA set, except in the cases with revocation lists, which only a CA
// entry of a policy has. All cases then run again under the policy profile,
// which may accept more, but only by the rules that it is documented to leave
// out.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "tests/conformance/limbo_case.h"

namespace pullgate::agent {
namespace {

using google::protobuf::Struct;

// Cases that are not right, and why. Any other is a failure of this test.
const std::map<std::string, std::string>& KnownWrong() {
  static const auto* const known = new std::map<std::string, std::string>{
      {"webpki::eku::ee-without-eku",
       "pedantic: RFC 5280 lets a leaf have no extended key usage, and "
       "docs/semantics.md holds it to the one it has"},
      {"rfc5280::ca-as-leaf",
       "at odds with webpki::ca-as-leaf: a server's certificate is no CA's"},
  };
  return *known;
}

// The rules of docs/certificate-profile.md that are looser for policy CAs.
const std::set<std::string>& LooserForPolicyCas() {
  static const auto* const rules =
      new std::set<std::string>{"version",
                                "serial",
                                "names",
                                "common-name",
                                "key",
                                "basic-constraints",
                                "key-usage",
                                "extended-key-usage",
                                "authority-key-identifier",
                                "subject-key-identifier",
                                "name-constraints"};
  return *rules;
}

struct Count {
  int run = 0;
  int right = 0;
  int wrong_accepts = 0;
  int pedantic_accepts = 0;
  int wrong_rejects = 0;

  void Add(const LimboCase& test, bool accepted) {
    ++run;
    if (accepted == test.expects_success()) {
      ++right;
    } else if (!accepted) {
      ++wrong_rejects;
    } else {
      ++(test.pedantic() ? pedantic_accepts : wrong_accepts);
    }
  }
};

void Judge(const LimboCase& test, const LimboOutcome& outcome) {
  const auto known = KnownWrong().find(test.id());
  if (outcome.failure.empty() == test.expects_success()) {
    EXPECT_TRUE(known == KnownWrong().end()) << test.id() << " is right now";
    return;
  }
  const std::string what =
      outcome.failure.empty()
          ? std::string("accepted") + (test.pedantic() ? " (pedantic)" : "")
          : "refused: " + outcome.failure;
  if (known == KnownWrong().end()) {
    ADD_FAILURE() << test.id() << " was " << what;
  } else {
    std::cout << test.id() << " was " << what << "; known: " << known->second
              << "\n";
  }
}

std::vector<LimboCase> CasesOf(const Struct& limbo) {
  std::vector<LimboCase> cases;
  for (const auto& value :
       limbo.fields().at("testcases").list_value().values()) {
    cases.emplace_back(&value.struct_value());
  }
  return cases;
}

TEST(LimboTest, EveryCaseIsRightOrKnown) {
  const char* const path = getenv("PULLGATE_LIMBO");
  if (path == nullptr) {
    GTEST_SKIP() << "give x509-limbo's JSON file as PULLGATE_LIMBO";
  }
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  Struct limbo;
  ASSERT_TRUE(
      google::protobuf::util::JsonStringToMessage(text.str(), &limbo).ok())
      << path;
  Count count;
  Count under_policy;
  for (const LimboCase& test : CasesOf(limbo)) {
    const LimboOutcome policy = test.Run(AnchorKind::kPolicy);
    const LimboOutcome outcome =
        test.has_crls() ? policy : test.Run(AnchorKind::kPublic);
    Judge(test, outcome);
    count.Add(test, outcome.failure.empty());
    under_policy.Add(test, policy.failure.empty());
    if (policy.failure.empty() && !outcome.failure.empty()) {
      EXPECT_EQ(LooserForPolicyCas().count(outcome.rule), 1)
          << test.id()
          << " passes for a policy CA, not for a public one: " << outcome.rule
          << ": " << outcome.failure;
    }
  }
  std::cout << "result limbo_cases " << count.run << " count\n"
            << "result limbo_right_percent " << 100.0 * count.right / count.run
            << " percent\n"
            << "result limbo_wrong_accepts " << count.wrong_accepts
            << " count\n"
            << "result limbo_pedantic_accepts " << count.pedantic_accepts
            << " count\n"
            << "result limbo_wrong_rejects " << count.wrong_rejects
            << " count\n"
            << "result limbo_policy_right_percent "
            << 100.0 * under_policy.right / under_policy.run << " percent\n"
            << "result limbo_policy_wrong_accepts "
            << under_policy.wrong_accepts << " count\n"
            << "result limbo_policy_wrong_rejects "
            << under_policy.wrong_rejects << " count\n";
}

}  // namespace
}  // namespace pullgate::agent
