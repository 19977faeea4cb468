// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// The resolver against Debian's dnsmasq, a server that nobody here wrote.

#include "tests/support/dnsmasq.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/dns/ares_host_resolver.h"
#include "common/dns/gather_evidence.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

constexpr absl::Time kNever = absl::InfiniteFuture();

class DnsmasqTest : public testing::Test {
 protected:
  void SetUp() override {
    dnsmasq_ = Dnsmasq::Start(Records());
    if (dnsmasq_ == nullptr) {
      GTEST_SKIP() << "dnsmasq is not installed (package dnsmasq-base)";
    }
    AresResolverOptions options;
    options.servers = {
        {IpAddress::FromV4Bytes({127, 0, 0, 1}), dnsmasq_->port()}};
    options.hosts_file = "";
    options.resolv_conf = "/dev/null";
    options.attempt_timeout = absl::Seconds(20);
    options.search = {DnsName::Parse("example").value()};
    resolver_ = AresHostResolver::Create(options).value();
  }

  static std::vector<std::string> Records() {
    std::vector<std::string> records = {
        "--host-record=registry.example,192.0.2.7,2001:db8::7,30",
        "--host-record=other.example,192.0.2.8",
        "--cname=www.example,alias.example",
        "--cname=alias.example,registry.example",
        "--ptr-record=9.2.0.192.in-addr.arpa,registry.example",
        "--local-ttl=20"};
    // More than a UDP reply holds.
    for (int i = 1; i <= 60; ++i) {
      records.push_back(
          absl::StrCat("--host-record=many.example,198.51.100.", i));
    }
    return records;
  }

  std::string Find(absl::string_view name) {
    const auto found =
        resolver_->Addresses(DnsName::Parse(name).value(), kNever);
    if (!found.ok()) return found.status().ToString();
    std::string text;
    for (const IpAddress& address : found->addresses) {
      text += (text.empty() ? "" : " ") + address.ToString();
    }
    return text;
  }

  Evidence Gather(absl::string_view question) {
    return GatherEvidence(RegistryAddress::ParseQuestion(question).value(),
                          *resolver_, kNever);
  }

  std::unique_ptr<Dnsmasq> dnsmasq_;
  std::unique_ptr<AresHostResolver> resolver_;
};

TEST_F(DnsmasqTest, FindsAddresses) {
  EXPECT_EQ(Find("registry.example"), "192.0.2.7 2001:db8::7");
  EXPECT_EQ(Find("other.example"), "192.0.2.8");
  EXPECT_EQ(Find("www.example"), "192.0.2.7 2001:db8::7");
  EXPECT_EQ(Find("nowhere.example"), "");
}

TEST_F(DnsmasqTest, CompletesSingleLabels) {
  const Evidence evidence = Gather("registry:5000");
  EXPECT_EQ(evidence.addresses.size(), 2u);
  EXPECT_EQ(evidence.queried_name, "registry.example");
}

TEST_F(DnsmasqTest, FetchesLongAnswersOverTcp) {
  const auto found =
      resolver_->Addresses(DnsName::Parse("many.example").value(), kNever);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->addresses.size(), 60u);
}

TEST_F(DnsmasqTest, ConfirmsNames) {
  const Evidence confirmed = Gather("192.0.2.7");
  EXPECT_EQ(confirmed.outcome, Evidence::Outcome::kLookedUp);
  ASSERT_EQ(confirmed.names.size(), 1u);
  EXPECT_EQ(confirmed.names[0].text(), "registry.example");
  EXPECT_EQ(Gather("2001:db8::7").names.size(), 1u);
  // Its PTR record names a host that does not have this address.
  const Evidence spoofed = Gather("192.0.2.9");
  EXPECT_EQ(spoofed.outcome, Evidence::Outcome::kLookedUp);
  EXPECT_TRUE(spoofed.names.empty());
}

TEST_F(DnsmasqTest, WhatItRefusesToAnswerIsNoAnswer) {
  // Not its zone, and it has nobody to ask.
  EXPECT_EQ(Gather("registry.test").outcome, Evidence::Outcome::kFailed);
  EXPECT_NE(Gather("registry.test").failure, "");
}

}  // namespace
}  // namespace pullgate
