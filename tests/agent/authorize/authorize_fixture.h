// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_AGENT_AUTHORIZE_AUTHORIZE_FIXTURE_H_
#define PULLGATE_TESTS_AGENT_AUTHORIZE_AUTHORIZE_FIXTURE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agent/authorize/verdict_finder.h"
#include "agent/decide/decider.h"
#include "gtest/gtest.h"
#include "tests/fakes/agent/fake_pdp_client.h"
#include "tests/fakes/agent/fake_registry_verifier.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_host_resolver.h"
#include "tests/support/agent/effective_policies.h"
#include "tests/support/agent/issue_by_policy.h"

namespace pullgate::agent {

// An agent's way to a verdict, with everything outside it faked: DNS knows
// kName, the policy held (revision 7) whitelists it, the PDP decides as that
// policy does, and the registry proves itself.
class AuthorizeFixture : public testing::Test {
 protected:
  static constexpr char kName[] = "a.example";
  static constexpr char kAddress[] = "192.0.2.1";

  AuthorizeFixture() {
    dns_.AddForward(kName, kAddress);
    dns_.AddForward("denied.example", "192.0.2.66");
    Hold(Activate(WhitelistPolicy(7, {kName})));
    DecideAsHeld();
  }

  void Hold(std::shared_ptr<const ActivePolicy> policy) {
    const int64_t revision = policy->revision;
    ASSERT_TRUE(holder_.Replace(std::move(policy)).ok());
    holder_.GrantLease({revision, wall_.Now(), boot_.Now(), absl::Minutes(10)});
  }
  // The PDP decides by the policy that the agent holds at that moment.
  void DecideAsHeld() {
    pdp_.AnswerBy([this](const PdpQuestion& question) {
      return IssueByPolicy(*holder_.Current(), question);
    });
  }
  void Pass(absl::Duration time) {
    wall_.Advance(time);
    boot_.Advance(time);
  }
  static RegistryAddress Registry(const std::string& text) {
    return RegistryAddress::ParseQuestion(text).value();
  }

  FakeClock wall_{absl::FromUnixSeconds(1'700'000'000)};
  FakeClock boot_{absl::UnixEpoch()};
  FakeHostResolver dns_;
  FakePdpClient pdp_;
  FakeRegistryVerifier verifier_;
  PolicyHolder holder_{&wall_, &boot_};
  DecisionCache decisions_{&boot_, 100};
  VerdictCache verdicts_{&boot_, 100, absl::Seconds(30)};
  Decider decider_{VchId::Parse(kTestVch).value(),
                   &pdp_,
                   &decisions_,
                   &holder_,
                   &wall_,
                   &boot_,
                   DeciderOptions()};
  VerdictFinder finder_{
      &dns_,      &decider_, &holder_, &verifier_,
      &verdicts_, &wall_,    &boot_,   VerdictFinderOptions()};
};

}  // namespace pullgate::agent

#endif  // PULLGATE_TESTS_AGENT_AUTHORIZE_AUTHORIZE_FIXTURE_H_
