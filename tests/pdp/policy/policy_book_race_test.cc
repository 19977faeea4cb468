// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// What readers may see of a policy book while policies and settings change.

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "pdp/policy/policy_book.h"
#include "tests/fakes/pdp/fake_policy_store.h"
#include "tests/support/audit_events.h"

namespace pullgate::pdp {
namespace {

using pullgate::policy::v1::Policy;

constexpr int kChanges = 60;

class PolicyBookRaceTest : public ::testing::Test {
 protected:
  void SetMany(const std::string& vch) {
    for (int i = 0; i < kChanges; ++i) {
      Policy policy;
      policy.add_whitelist(absl::StrCat("registry", i, ".example"));
      const auto outcome = book_->Set(Vch(vch), {policy, ""}, Change{});
      ASSERT_TRUE(outcome.ok()) << outcome.status();
      // In force when Set returns, whatever else happens.
      EXPECT_GE((*book_->InForce(Vch(vch)))->revision(),
                outcome->policy->revision());
    }
  }

  void UpdateMany() {
    for (int i = 0; i < kChanges; ++i) {
      ASSERT_TRUE(book_
                      ->Update(
                          [i](ProcessPolicy& process) {
                            process.settings.protected_registries = {
                                {absl::StrCat("harbor", i, ".example"), {}}};
                          },
                          Change{})
                      .ok());
    }
  }

  // Revisions never fall, and each names one content.
  void Watch(const std::string& vch, const std::atomic<bool>& stop) {
    std::map<int64_t, std::string> contents;
    int64_t last = 0;
    do {
      const auto policy = book_->InForce(Vch(vch));
      ASSERT_TRUE(policy.ok()) << policy.status();
      ASSERT_GE((*policy)->revision(), last);
      last = (*policy)->revision();
      const std::string content = (*policy)->proto.SerializeAsString();
      const auto [known, fresh] = contents.emplace(last, content);
      ASSERT_TRUE(fresh || known->second == content) << last;
    } while (!stop);
  }

  FakePolicyStore store_;
  const std::unique_ptr<PolicyBook> book_ =
      *PolicyBook::Open(&store_, {}, Change{});
};

TEST_F(PolicyBookRaceTest, RevisionsNeverFallAndNameOneContent) {
  store_.GiveTurns();
  std::atomic<bool> stop{false};
  std::vector<std::thread> watchers;
  for (const std::string vch : {"a", "a", "b", "none"}) {
    watchers.emplace_back([this, vch, &stop] { Watch(vch, stop); });
  }
  std::thread set_a([this] { SetMany("a"); });
  std::thread set_b([this] { SetMany("b"); });
  std::thread update([this] { UpdateMany(); });
  set_a.join();
  set_b.join();
  update.join();
  stop = true;
  for (std::thread& watcher : watchers) watcher.join();
}

}  // namespace
}  // namespace pullgate::pdp
