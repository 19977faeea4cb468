// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/dns/ares_host_resolver.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/common/dns/resolver_fixture.h"
#include "tests/support/temp_dir.h"

namespace pullgate {
namespace {

class AresHostResolverTest : public ResolverFixture {
 protected:
  std::string FileWith(const std::string& text) {
    std::string path = directory_.File("file");
    WriteFile(path, text);
    return path;
  }

  void SearchIn(const std::vector<std::string>& domains) {
    for (const std::string& domain : domains) {
      options_.search.push_back(DnsName::Parse(domain).value());
    }
  }

  TempDir directory_;
};

TEST_F(AresHostResolverTest, FindsIpv4AndIpv6Together) {
  server_.Add(AddressRecord("registry.example", "2001:db8::7"));
  server_.Add(AddressRecord("registry.example", "192.0.2.9"));
  server_.Add(AddressRecord("registry.example", "192.0.2.7"));
  server_.Add(AddressRecord("registry.example", "192.0.2.7"));
  EXPECT_EQ(Find("Registry.Example."), "192.0.2.7 192.0.2.9 2001:db8::7");
  EXPECT_EQ(Addresses("registry.example")->queried_name, "registry.example");
}

TEST_F(AresHostResolverTest, TakesTheLeastTtlOfBoth) {
  server_.SetNegativeTtl(20);
  server_.Add(AddressRecord("both.example", "192.0.2.7", 90));
  server_.Add(AddressRecord("both.example", "2001:db8::7", 30));
  server_.Add(AddressRecord("v4.example", "192.0.2.7", 90));
  EXPECT_EQ(Addresses("both.example")->ttl, absl::Seconds(30));
  EXPECT_EQ(Addresses("v4.example")->ttl, absl::Seconds(20));
}

TEST_F(AresHostResolverTest, NoSuchNameAndNoDataAreAnswers) {
  server_.SetNegativeTtl(20);
  server_.Add(PtrRecord("192.0.2.7", "registry.example"));
  server_.Add(NsRecord("empty.example", "ns.example"));
  for (const char* name : {"nowhere.example", "empty.example"}) {
    const absl::StatusOr<HostAddresses> found = Addresses(name);
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_TRUE(found->addresses.empty());
    EXPECT_EQ(found->ttl, absl::Seconds(20));
  }
}

TEST_F(AresHostResolverTest, FollowsAliases) {
  server_.Add(CnameRecord("registry.example", "cdn.example"));
  server_.Add(CnameRecord("cdn.example", "edge.example"));
  server_.Add(AddressRecord("edge.example", "192.0.2.7"));
  EXPECT_EQ(Find("registry.example"), "192.0.2.7");
  EXPECT_EQ(Addresses("registry.example")->queried_name, "registry.example");
}

TEST_F(AresHostResolverTest, FindsThePtrNamesOfAnAddress) {
  server_.Add(PtrRecord("192.0.2.7", "registry.example", 40));
  server_.Add(PtrRecord("192.0.2.7", "_odd.example", 50));
  server_.Add(PtrRecord("192.0.2.7", "Registry.Example", 60));
  server_.Add(PtrRecord("2001:db8::7", "six.example"));
  const absl::StatusOr<PointerNames> names = Names("192.0.2.7");
  ASSERT_TRUE(names.ok()) << names.status();
  ASSERT_EQ(names->names.size(), 1u);
  EXPECT_EQ(names->names[0].text(), "registry.example");
  EXPECT_EQ(names->ttl, absl::Seconds(40));
  EXPECT_EQ(Names("2001:db8::7")->names.size(), 1u);
  EXPECT_EQ(Names("192.0.2.8")->names.size(), 0u);
}

TEST_F(AresHostResolverTest, TakesTheFirstOfAThousandPtrNames) {
  for (int i = 0; i < 1000; ++i) {
    server_.Add(PtrRecord("192.0.2.7", absl::StrCat("n", i, ".example")));
  }
  const absl::StatusOr<PointerNames> names = Names("192.0.2.7");
  ASSERT_TRUE(names.ok()) << names.status();
  ASSERT_EQ(names->names.size(), 16u);
  EXPECT_EQ(names->names[15].text(), "n15.example");
  EXPECT_EQ(server_.tcp_queries("7.2.0.192.in-addr.arpa"), 1);
}

TEST_F(AresHostResolverTest, RefusesMoreAddressesThanEvidenceHolds) {
  for (int i = 0; i < 64; ++i) {
    server_.Add(AddressRecord("many.example", absl::StrCat("192.0.2.", i)));
  }
  EXPECT_EQ(Addresses("many.example")->addresses.size(), 64u);
  server_.Add(AddressRecord("many.example", "2001:db8::7"));
  const absl::Status status = Addresses("many.example").status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_TRUE(absl::StrContains(status.message(), "65 addresses")) << status;
}

TEST_F(AresHostResolverTest, NamesWithADotAreAbsolute) {
  SearchIn({"corp.example"});
  server_.Add(AddressRecord("registry.lab.corp.example", "192.0.2.66"));
  EXPECT_EQ(Find("registry.lab"), "");
  EXPECT_EQ(server_.udp_queries("registry.lab.corp.example"), 0);
}

TEST_F(AresHostResolverTest, CompletesSingleLabelsInTheOrderOfTheSearchList) {
  SearchIn({"a.example", "b.example", "c.example"});
  server_.SetNegativeTtl(7);
  server_.Add(AddressRecord("registry.b.example", "192.0.2.7"));
  server_.Add(AddressRecord("registry.c.example", "192.0.2.8"));
  server_.Add(AddressRecord("registry", "192.0.2.9"));
  EXPECT_EQ(Find("registry"), "192.0.2.7");
  const HostAddresses found = Addresses("registry").value();
  EXPECT_EQ(found.queried_name, "registry.b.example");
  EXPECT_EQ(found.ttl, absl::Seconds(7));
  EXPECT_EQ(server_.udp_queries("registry.c.example"), 0);
}

TEST_F(AresHostResolverTest, TriesSingleLabelsAsTheyAreAtLast) {
  SearchIn({"a.example"});
  server_.Add(AddressRecord("registry", "192.0.2.9"));
  EXPECT_EQ(Find("registry"), "192.0.2.9");
  EXPECT_EQ(Addresses("registry")->queried_name, "registry");
  EXPECT_EQ(Find("other"), "");
  EXPECT_EQ(Addresses("other")->queried_name, "other");
}

TEST_F(AresHostResolverTest, AFailureEndsTheSearch) {
  SearchIn({"a.example", "b.example"});
  server_.Play("registry.a.example", DnsTrick::kServfail);
  server_.Add(AddressRecord("registry.b.example", "192.0.2.66"));
  EXPECT_TRUE(absl::IsUnavailable(Addresses("registry").status()));
  EXPECT_EQ(server_.udp_queries("registry.b.example"), 0);
}

TEST_F(AresHostResolverTest, SkipsSearchDomainsThatMakeTheNameTooLong) {
  const std::string label(63, 'a');
  SearchIn(
      {absl::StrCat(label, ".", label, ".", label, ".example"), "b.example"});
  const std::string longest(63, 'r');
  server_.Add(AddressRecord(longest + ".b.example", "192.0.2.7"));
  EXPECT_EQ(Find(longest), "192.0.2.7");
}

TEST_F(AresHostResolverTest, AsksForTheLongestNames) {
  const std::string label(63, 'a');
  const std::string longest =
      absl::StrCat(label, ".", label, ".", label, ".", std::string(61, 'b'));
  ASSERT_EQ(longest.size(), 253u);
  server_.Add(AddressRecord(longest, "192.0.2.7"));
  EXPECT_EQ(Find(longest), "192.0.2.7");
}

TEST_F(AresHostResolverTest, TakesTheSearchListOfResolvConf) {
  options_.resolv_conf = FileWith("search corp.example _no.example\n");
  server_.Add(AddressRecord("registry.corp.example", "192.0.2.7"));
  EXPECT_EQ(Find("registry"), "192.0.2.7");
}

TEST_F(AresHostResolverTest, TakesNamesOfTheHostsFileFromNowhereElse) {
  options_.hosts_file =
      FileWith("192.0.2.7 registry.example\n192.0.2.8 registry\n");
  SearchIn({"corp.example"});
  server_.Add(AddressRecord("registry.example", "192.0.2.66"));
  server_.Add(AddressRecord("registry.corp.example", "192.0.2.66"));
  server_.Add(AddressRecord("other.example", "192.0.2.9"));
  EXPECT_EQ(Find("registry.example"), "192.0.2.7");
  EXPECT_EQ(Find("registry"), "192.0.2.8");
  EXPECT_EQ(Addresses("registry")->queried_name, "registry");
  EXPECT_EQ(Find("other.example"), "192.0.2.9");
}

TEST_F(AresHostResolverTest, DoesNotGuessPastAnUnreadableHostsFile) {
  options_.hosts_file = directory_.path();
  server_.Add(AddressRecord("registry.example", "192.0.2.66"));
  EXPECT_TRUE(absl::IsUnavailable(Addresses("registry.example").status()));
}

TEST_F(AresHostResolverTest, KeepsLocalhostOnTheMachine) {
  SearchIn({"corp.example"});
  server_.Add(AddressRecord("localhost", "192.0.2.66"));
  server_.Add(AddressRecord("localhost.corp.example", "192.0.2.66"));
  server_.Add(AddressRecord("registry.localhost", "192.0.2.66"));
  EXPECT_EQ(Find("localhost"), "127.0.0.1 ::1");
  EXPECT_EQ(Find("registry.localhost"), "127.0.0.1 ::1");
}

TEST_F(AresHostResolverTest, AsksTheNextServerWhenOneRefuses) {
  FakeDnsServer broken;
  broken.Play("", DnsTrick::kRefused);
  options_.servers.insert(
      options_.servers.begin(),
      {IpAddress::FromV4Bytes({127, 0, 0, 1}), broken.port()});
  server_.Add(AddressRecord("registry.example", "192.0.2.7"));
  EXPECT_EQ(Find("registry.example"), "192.0.2.7");
  broken.AwaitQueries("registry.example", 2);  // it counts after it answers
  EXPECT_EQ(broken.udp_queries("registry.example"), 2);
}

TEST_F(AresHostResolverTest, IsUnavailableWithoutAServer) {
  {
    const FakeDnsServer gone;
    options_.servers = {{IpAddress::FromV4Bytes({127, 0, 0, 1}), gone.port()}};
  }
  EXPECT_TRUE(absl::IsUnavailable(Addresses("registry.example").status()));
  EXPECT_TRUE(absl::IsUnavailable(Names("192.0.2.7").status()));
}

}  // namespace
}  // namespace pullgate
