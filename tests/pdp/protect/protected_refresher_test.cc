// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/protect/protected_refresher.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_host_resolver.h"
#include "tests/fakes/fake_log_sink.h"
#include "tests/fakes/pdp/fake_policy_store.h"

namespace pullgate::pdp {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Time kStart = absl::FromUnixSeconds(1'000'000);

class ProtectedRefresherTest : public ::testing::Test {
 protected:
  ProtectedRefresherTest()
      : book_(*PolicyBook::Open(&store_, Protecting(), Change{})) {}

  static ProcessPolicy Protecting() {
    ProcessPolicy process;
    process.settings.protected_registries = {
        {"harbor.example", {}}, {"10.2.40.0/24", {}}, {"10.2.41.7", {}}};
    return process;
  }

  void Refresh() { refresher_.Refresh(kStart + absl::Minutes(1)); }

  std::vector<std::string> Addresses() {
    return book_->process()->settings.protected_registries.at(0).addresses;
  }

  FakePolicyStore store_;
  FakeHostResolver dns_;
  FakeClock clock_{kStart};
  FakeLogSink lines_;
  Logger log_{&lines_, &clock_};
  const std::unique_ptr<PolicyBook> book_;
  ProtectedRefresher refresher_{&dns_, book_.get(), &log_, &clock_,
                                absl::Seconds(2)};
};

TEST_F(ProtectedRefresherTest, NewAddressesAreANewRevision) {
  const int64_t before = book_->process_revision();
  dns_.AddForward("harbor.example", "192.0.2.9");
  dns_.AddForward("harbor.example", "192.0.2.7");
  Refresh();
  EXPECT_THAT(Addresses(), ElementsAre("192.0.2.7", "192.0.2.9"));
  EXPECT_GT(book_->process_revision(), before);
  // Addresses and prefixes are nothing to look up.
  EXPECT_THAT(dns_.asked(), ElementsAre("harbor.example"));
}

TEST_F(ProtectedRefresherTest, TheSameAddressesAreNoChange) {
  dns_.AddForward("harbor.example", "192.0.2.7");
  Refresh();
  const int64_t before = book_->process_revision();
  Refresh();
  EXPECT_EQ(book_->process_revision(), before);
}

TEST_F(ProtectedRefresherTest, AFailureKeepsTheLastGoodAddresses) {
  dns_.AddForward("harbor.example", "192.0.2.7");
  Refresh();
  dns_.FailWith(absl::UnavailableError("SERVFAIL"));
  Refresh();
  EXPECT_THAT(Addresses(), ElementsAre("192.0.2.7"));
  EXPECT_TRUE(lines_.Has("protected registry not resolved"));
}

TEST_F(ProtectedRefresherTest, ANameThatIsGoneKeepsItsLastAddresses) {
  dns_.AddForward("harbor.example", "192.0.2.7");
  Refresh();
  dns_.RemoveForward("harbor.example");
  Refresh();
  EXPECT_THAT(Addresses(), ElementsAre("192.0.2.7"));
}

TEST_F(ProtectedRefresherTest, ARepeatedFailureIsLoggedNowAndThen) {
  dns_.FailWith(absl::UnavailableError("SERVFAIL"));
  for (int i = 0; i < 10; ++i) Refresh();
  EXPECT_EQ(lines_.lines().size(), 1u);
}

TEST_F(ProtectedRefresherTest, WhatIsNotStoredIsNotTakenOverAndTriedAgain) {
  dns_.AddForward("harbor.example", "192.0.2.7");
  store_.FailChangesWith(absl::UnavailableError("disk full"));
  Refresh();
  EXPECT_THAT(Addresses(), IsEmpty());
  EXPECT_TRUE(lines_.Has("not stored"));
  store_.FailChangesWith(absl::OkStatus());
  Refresh();
  EXPECT_THAT(Addresses(), ElementsAre("192.0.2.7"));
}

TEST_F(ProtectedRefresherTest, StopsAtItsDeadline) {
  refresher_.Refresh(kStart);
  EXPECT_EQ(dns_.calls(), 0);
}

TEST_F(ProtectedRefresherTest, DockerHubIsLookedUpWhereConnectionsGo) {
  ASSERT_TRUE(
      book_
          ->Update(
              [](ProcessPolicy& process) {
                process.settings.protected_registries = {{"docker.io", {}}};
              },
              Change{})
          .ok());
  dns_.AddForward("registry-1.docker.io", "192.0.2.7");
  Refresh();
  EXPECT_THAT(Addresses(), ElementsAre("192.0.2.7"));
}

TEST(WithKnownAddressesTest, MatchesByHost) {
  const auto joined = WithKnownAddresses({{"a", {}}, {"b", {"1.1.1.1"}}},
                                         {{"a", {"2.2.2.2"}}, {"c", {"x"}}});
  ASSERT_EQ(joined.size(), 2u);
  EXPECT_THAT(joined[0].addresses, ElementsAre("2.2.2.2"));
  EXPECT_THAT(joined[1].addresses, ElementsAre("1.1.1.1"));
}

}  // namespace
}  // namespace pullgate::pdp
