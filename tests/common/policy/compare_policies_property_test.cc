// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Comparing policies against asking every question of a small universe, on
// random pairs.
//
// PULLGATE_PROPERTY_CASES: how many pairs; PULLGATE_PROPERTY_SEED: where to
// start.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <tuple>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/policy/compare_policies.h"
#include "common/policy/decide.h"
#include "gtest/gtest.h"
#include "tests/common/policy/small_universe.h"

namespace pullgate::testing {
namespace {

constexpr int64_t kPairs = 100000;
// Of universes that take longer than others, only some are gone through.
constexpr size_t kManyQuestions = 600;
constexpr uint64_t kOneInSoMany = 50;
constexpr int kMostDifferencesShown = 5;

int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* text = std::getenv(name);
  int64_t value = 0;
  return text != nullptr && absl::SimpleAtoi(text, &value) ? value : otherwise;
}

// Whether about names, then the outcomes before and after.
using Changes = std::set<std::tuple<bool, Outcome, Outcome>>;

Outcome OutcomeOf(const PolicySnapshot& policy, const RegistryAddress& question,
                  const Evidence& evidence) {
  const Decision decision = Decide(policy, question, evidence).value();
  if (decision.effect == Effect::kDeny) return Outcome::kDenied;
  return decision.insecure() ? Outcome::kInsecure : Outcome::kVerified;
}

size_t CountQuestions(const SmallUniverse& universe) {
  size_t count = 0;
  for (const bool about_names : {false, true}) {
    count += universe.Questions(about_names).size() *
             universe.EvidenceFor(about_names).size();
  }
  return count;
}

Changes AskEverything(const SmallUniverse& universe,
                      const PolicySnapshot& before,
                      const PolicySnapshot& after) {
  Changes changes;
  for (const bool about_names : {false, true}) {
    const auto evidence_sets = universe.EvidenceFor(about_names);
    for (const RegistryAddress& question : universe.Questions(about_names)) {
      for (const Evidence& evidence : evidence_sets) {
        const Outcome was = OutcomeOf(before, question, evidence);
        const Outcome is = OutcomeOf(after, question, evidence);
        if (was != is) changes.emplace(about_names, was, is);
      }
    }
  }
  return changes;
}

Relation RelationOf(bool wider, bool narrower) {
  if (wider) return narrower ? Relation::kIncomparable : Relation::kWider;
  return narrower ? Relation::kNarrower : Relation::kEqual;
}

// `granted`: of an outcome, whether the question is in the set compared.
template <typename Granted>
Comparison Summary(const Changes& changes, Granted&& granted) {
  bool wider[2] = {false, false};
  bool narrower[2] = {false, false};
  for (const auto& [about_names, before, after] : changes) {
    wider[about_names] |= granted(after) && !granted(before);
    narrower[about_names] |= granted(before) && !granted(after);
  }
  return {RelationOf(wider[0] || wider[1], narrower[0] || narrower[1]),
          RelationOf(wider[1], narrower[1]), RelationOf(wider[0], narrower[0])};
}

std::string Show(const Comparison& comparison) {
  return absl::StrCat(static_cast<int>(comparison.relation), "/",
                      static_cast<int>(comparison.names), "/",
                      static_cast<int>(comparison.addresses));
}

std::string Show(const Comparison& allowed, const Comparison& insecure,
                 const Changes& changes) {
  std::string text = absl::StrCat("allowed ", Show(allowed), " insecure ",
                                  Show(insecure), " changes");
  for (const auto& [about_names, before, after] : changes) {
    absl::StrAppend(&text, about_names ? " name " : " address ",
                    static_cast<int>(before), ">", static_cast<int>(after));
  }
  return text;
}

std::string Expected(const Changes& changes) {
  return Show(
      Summary(changes, [](Outcome o) { return o != Outcome::kDenied; }),
      Summary(changes, [](Outcome o) { return o == Outcome::kInsecure; }),
      changes);
}

std::string Got(const absl::StatusOr<PolicyImpact>& impact) {
  if (!impact.ok()) return impact.status().ToString();
  Changes changes;
  for (const ImpactRegion& region : impact->regions) {
    const bool about_names =
        RegistryAddress::ParseQuestion(region.witness.registry)->name() !=
        nullptr;
    changes.emplace(about_names, region.before, region.after);
  }
  return Show(impact->allowed, impact->insecure, changes);
}

std::string Show(const PolicyText& policy) {
  return absl::StrCat(policy.mode == PolicyMode::kOpen ? "OPEN" : "WHITELIST",
                      " whitelist [", absl::StrJoin(policy.whitelist, ", "),
                      "] insecure [", absl::StrJoin(policy.insecure, ", "), "]",
                      policy.insecure_by_evidence ? " by evidence" : "");
}

std::string Show(const ProcessSettings& settings) {
  std::string text = absl::StrCat(
      "unpinnable [", absl::StrJoin(settings.unpinnable_addresses, ", "),
      "] protected");
  for (const ProtectedRegistryText& registry : settings.protected_registries) {
    absl::StrAppend(&text, " ", registry.host, "(",
                    absl::StrJoin(registry.addresses, ","), ")");
  }
  return text;
}

TEST(ComparePoliciesPropertyTest, AgreesWithAskingEverything) {
  const int64_t wanted = FromEnvironment("PULLGATE_PROPERTY_CASES", kPairs);
  auto seed =
      static_cast<uint64_t>(FromEnvironment("PULLGATE_PROPERTY_SEED", 1));
  int64_t compared = 0;
  int64_t differences = 0;
  for (; compared < wanted; ++seed) {
    SmallUniverse universe(seed);
    if (CountQuestions(universe) > kManyQuestions && seed % kOneInSoMany != 0) {
      continue;
    }
    const PolicyText old_text = universe.Policy();
    const PolicyText new_text = universe.Variant(old_text);
    const auto before = CompilePolicy(old_text, universe.settings()).snapshot;
    const auto after = CompilePolicy(new_text, universe.settings()).snapshot;
    if (before == nullptr || after == nullptr) continue;
    ++compared;
    const std::string expected =
        Expected(AskEverything(universe, *before, *after));
    const std::string got = Got(ComparePolicies(*before, *after));
    if (expected == got) continue;
    if (++differences <= kMostDifferencesShown) {
      ADD_FAILURE() << "seed " << seed << ": " << Show(old_text) << "\n  to "
                    << Show(new_text) << "\n  with "
                    << Show(universe.settings()) << "\n  asked:    " << expected
                    << "\n  compared: " << got;
    }
  }
  std::printf("result impact_pairs %lld count\n",
              static_cast<long long>(compared));
  std::printf("result impact_differences %lld count\n",
              static_cast<long long>(differences));
  EXPECT_EQ(differences, 0);
}

}  // namespace
}  // namespace pullgate::testing
