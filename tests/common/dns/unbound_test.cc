// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// The resolver behind Debian's Unbound, as on many hosts, with a hostile server
// behind that one: Unbound keeps some lies away, and what it passes on or
// answers with an error is no permit either.

#include "tests/support/unbound.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/dns/ares_host_resolver.h"
#include "common/dns/gather_evidence.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_dns_server.h"

namespace pullgate {
namespace {

constexpr absl::Time kNever = absl::InfiniteFuture();

class UnboundTest : public testing::Test {
 protected:
  static std::vector<std::string> Records() {
    std::vector<std::string> records = {
        "registry.test. 30 IN A 192.0.2.7",
        "registry.test. 30 IN AAAA 2001:db8::7",
        "7.2.0.192.in-addr.arpa. 30 IN PTR registry.test.",
        "9.2.0.192.in-addr.arpa. 30 IN PTR registry.test."};
    for (int i = 1; i <= 60; ++i) {
      records.push_back(absl::StrCat("many.test. 30 IN A 198.51.100.", i));
    }
    return records;
  }

  // Skips the test if it is not installed. Before anything has a thread.
  bool StartUnbound(uint16_t forward_port) {
    unbound_ = Unbound::Start(Records(), forward_port);
    if (unbound_ == nullptr) return false;
    AresResolverOptions options;
    options.servers = {
        {IpAddress::FromV4Bytes({127, 0, 0, 1}), unbound_->port()}};
    options.hosts_file = "";
    options.resolv_conf = "/dev/null";
    options.attempt_timeout = absl::Seconds(20);
    resolver_ = AresHostResolver::Create(options).value();
    return true;
  }

  Evidence Gather(absl::string_view question) {
    return GatherEvidence(RegistryAddress::ParseQuestion(question).value(),
                          *resolver_, kNever);
  }

  std::unique_ptr<Unbound> unbound_;
  std::unique_ptr<AresHostResolver> resolver_;
};

TEST_F(UnboundTest, AnswersAndConfirms) {
  if (!StartUnbound(0)) GTEST_SKIP() << "unbound is not installed";
  EXPECT_EQ(Gather("registry.test").addresses.size(), 2u);
  EXPECT_EQ(Gather("many.test").addresses.size(), 60u) << "over TCP";
  const Evidence confirmed = Gather("192.0.2.7");
  ASSERT_EQ(confirmed.names.size(), 1u);
  EXPECT_EQ(confirmed.names[0].text(), "registry.test");
  const Evidence spoofed = Gather("192.0.2.9");
  EXPECT_EQ(spoofed.outcome, Evidence::Outcome::kLookedUp);
  EXPECT_TRUE(spoofed.names.empty());
}

TEST_F(UnboundTest, PassesOnNoLieOfTheServerBehindIt) {
  FakeDnsServer behind;
  if (!StartUnbound(behind.port())) GTEST_SKIP() << "unbound is not installed";
  behind.Add(AddressRecord("good.example", "192.0.2.20"));
  EXPECT_EQ(Gather("good.example").addresses.size(), 1u);
  int number = 0;
  for (const DnsTrick trick :
       {DnsTrick::kServfail, DnsTrick::kRefused, DnsTrick::kAliasLoop,
        DnsTrick::kCutShort, DnsTrick::kGarbage, DnsTrick::kOtherOwner}) {
    const std::string name = absl::StrCat("n", ++number, ".bad.example");
    behind.Add(AddressRecord(name, "192.0.2.21"));
    behind.Play(name, trick);
    const Evidence evidence = Gather(name);
    // An error, or nothing at all; never an address that nobody stands for.
    EXPECT_TRUE(evidence.addresses.empty()) << static_cast<int>(trick);
  }
}

TEST_F(UnboundTest, FollowsAliasesToTheirEnd) {
  FakeDnsServer behind;
  if (!StartUnbound(behind.port())) GTEST_SKIP() << "unbound is not installed";
  behind.Add(CnameRecord("www.example", "cdn.example"));
  behind.Add(CnameRecord("cdn.example", "edge.example"));
  behind.Add(AddressRecord("edge.example", "192.0.2.20"));
  const Evidence evidence = Gather("www.example");
  ASSERT_EQ(evidence.addresses.size(), 1u) << evidence.failure;
  EXPECT_EQ(evidence.addresses[0].ToString(), "192.0.2.20");
}

}  // namespace
}  // namespace pullgate
