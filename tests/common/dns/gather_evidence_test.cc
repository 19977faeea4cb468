// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/dns/gather_evidence.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/dns/off_host_resolver.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_host_resolver.h"

namespace pullgate {
namespace {

using Outcome = Evidence::Outcome;
using Texts = std::vector<std::string>;

constexpr absl::Time kNever = absl::InfiniteFuture();

Evidence Gather(HostResolver& dns, absl::string_view question,
                absl::Time deadline = kNever) {
  return GatherEvidence(RegistryAddress::ParseQuestion(question).value(), dns,
                        deadline);
}

Texts AddressesOf(const Evidence& evidence) {
  Texts texts;
  for (const IpAddress& a : evidence.addresses) texts.push_back(a.ToString());
  return texts;
}

Texts NamesOf(const Evidence& evidence) {
  Texts texts;
  for (const DnsName& name : evidence.names) texts.push_back(name.text());
  return texts;
}

TEST(GatherEvidenceTest, FindsTheAddressesOfAName) {
  FakeHostResolver dns;
  dns.AddForward("registry.example", "2001:db8::7");
  dns.AddForward("registry.example", "192.0.2.7");
  const Evidence evidence = Gather(dns, "https://registry.example:5000");
  EXPECT_EQ(evidence.outcome, Outcome::kLookedUp);
  EXPECT_EQ(AddressesOf(evidence), (Texts{"192.0.2.7", "2001:db8::7"}));
  EXPECT_TRUE(evidence.names.empty());
  EXPECT_EQ(evidence.queried_name, "");
}

TEST(GatherEvidenceTest, NoSuchNameIsEvidenceToo) {
  FakeHostResolver dns;
  const Evidence evidence = Gather(dns, "nowhere.example");
  EXPECT_EQ(evidence.outcome, Outcome::kLookedUp);
  EXPECT_TRUE(evidence.addresses.empty());
}

TEST(GatherEvidenceTest, RecordsTheFullNameOfASingleLabel) {
  FakeHostResolver dns;
  dns.CompleteTo("registry", "registry.corp.example");
  dns.AddForward("registry.corp.example", "192.0.2.7");
  const Evidence evidence = Gather(dns, "registry:5000");
  EXPECT_EQ(AddressesOf(evidence), (Texts{"192.0.2.7"}));
  EXPECT_EQ(evidence.queried_name, "registry.corp.example");
}

TEST(GatherEvidenceTest, LooksUpTheHostDockerHubIsReachedAt) {
  FakeHostResolver dns;
  dns.AddForward("registry-1.docker.io", "192.0.2.7");
  dns.AddForward("docker.io", "192.0.2.66");
  const Evidence evidence = Gather(dns, "docker.io");
  EXPECT_EQ(AddressesOf(evidence), (Texts{"192.0.2.7"}));
  EXPECT_EQ(evidence.queried_name, "registry-1.docker.io");
}

TEST(GatherEvidenceTest, KeepsOnlyNamesThatPointBack) {
  FakeHostResolver dns;
  dns.AddReverse("192.0.2.7", "spoofed.example");
  dns.AddReverse("192.0.2.7", "registry.example");
  dns.AddReverse("192.0.2.7", "nowhere.example");
  dns.AddReverse("192.0.2.7", "alias.example");
  dns.AddForward("spoofed.example", "192.0.2.99");
  dns.AddForward("registry.example", "192.0.2.7");
  dns.AddForward("alias.example", "192.0.2.1");
  dns.AddForward("alias.example", "192.0.2.7");
  const Evidence evidence = Gather(dns, "192.0.2.7:5000");
  EXPECT_EQ(evidence.outcome, Outcome::kLookedUp);
  EXPECT_EQ(NamesOf(evidence), (Texts{"alias.example", "registry.example"}));
  EXPECT_TRUE(evidence.addresses.empty());
}

TEST(GatherEvidenceTest, ConfirmsIpv6TheSameWay) {
  FakeHostResolver dns;
  dns.AddReverse("2001:db8::7", "registry.example");
  dns.AddForward("registry.example", "2001:db8::7");
  EXPECT_EQ(NamesOf(Gather(dns, "[2001:db8::7]:5000")),
            (Texts{"registry.example"}));
}

TEST(GatherEvidenceTest, AnAddressWithoutNamesIsLookedUp) {
  FakeHostResolver dns;
  const Evidence evidence = Gather(dns, "192.0.2.7");
  EXPECT_EQ(evidence.outcome, Outcome::kLookedUp);
  EXPECT_TRUE(evidence.names.empty());
}

TEST(GatherEvidenceTest, ConfirmsSixteenNamesAtMost) {
  FakeHostResolver dns;
  for (int i = 0; i < 1000; ++i) {
    const std::string name = absl::StrCat("n", i, ".example");
    dns.AddReverse("192.0.2.7", name);
    dns.AddForward(name, "192.0.2.7");
  }
  EXPECT_EQ(Gather(dns, "192.0.2.7").names.size(), 16u);
  EXPECT_EQ(dns.calls(), 17);
}

TEST(GatherEvidenceTest, NoSearchListCompletesAPtrName) {
  FakeHostResolver dns;
  dns.AddReverse("192.0.2.7", "registry");
  dns.CompleteTo("registry", "registry.corp.example");
  dns.AddForward("registry.corp.example", "192.0.2.7");
  EXPECT_EQ(NamesOf(Gather(dns, "192.0.2.7")), Texts{});
}

TEST(GatherEvidenceTest, SilentDnsIsNotAnAnswer) {
  for (const absl::Status& error : {absl::UnavailableError("time-out"),
                                    absl::DeadlineExceededError("too late"),
                                    absl::ResourceExhaustedError("too many")}) {
    FakeHostResolver dns;
    dns.FailWith(error);
    for (const char* question : {"registry.example", "192.0.2.7"}) {
      const Evidence evidence = Gather(dns, question);
      EXPECT_EQ(evidence.outcome, Outcome::kFailed);
      EXPECT_TRUE(absl::StrContains(evidence.failure, error.message()));
      EXPECT_TRUE(evidence.addresses.empty());
    }
  }
}

TEST(GatherEvidenceTest, OneConfirmationThatFailedFailsAll) {
  FakeHostResolver dns;
  dns.AddReverse("192.0.2.7", "registry.example");
  dns.AddReverse("192.0.2.7", "broken.example");
  dns.AddForward("registry.example", "192.0.2.7");
  dns.FailName("broken.example", absl::UnavailableError("SERVFAIL"));
  const Evidence evidence = Gather(dns, "192.0.2.7");
  EXPECT_EQ(evidence.outcome, Outcome::kFailed);
  EXPECT_TRUE(evidence.names.empty());
  EXPECT_TRUE(absl::StrContains(evidence.failure, "broken.example"));
}

TEST(GatherEvidenceTest, ReturnsByItsDeadline) {
  FakeHostResolver dns;
  dns.Block();
  EXPECT_EQ(Gather(dns, "registry.example", absl::InfinitePast()).outcome,
            Outcome::kFailed);
  EXPECT_EQ(Gather(dns, "192.0.2.7", absl::InfinitePast()).outcome,
            Outcome::kFailed);
}

TEST(GatherEvidenceTest, IsAbsentWhenLookingUpIsOff) {
  OffHostResolver dns;
  for (const char* question : {"registry.example", "192.0.2.7"}) {
    const Evidence evidence = Gather(dns, question);
    EXPECT_EQ(evidence.outcome, Outcome::kAbsent);
    EXPECT_EQ(evidence.failure, "");
  }
}

}  // namespace
}  // namespace pullgate
