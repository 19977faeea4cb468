// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/dns/dns_options.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "common/dns/make_host_resolver.h"
#include "common/time/clock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

absl::StatusOr<DnsOptions> Options(const std::string& text) {
  config::v1::DnsConfig config;
  if (!google::protobuf::TextFormat::ParseFromString(text, &config)) {
    return absl::InternalError("the test's text is wrong");
  }
  return DnsOptionsFromConfig(config);
}

TEST(DnsOptionsTest, HasADefaultForEverything) {
  const absl::StatusOr<DnsOptions> options = Options("");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->timeout, absl::Seconds(2));
  EXPECT_EQ(options->resolver.attempt_timeout, absl::Milliseconds(500));
  EXPECT_EQ(options->resolver.attempts, 3);
  EXPECT_EQ(options->resolver.hosts_file, "/etc/hosts");
  EXPECT_EQ(options->resolver.max_pending, 1000);
  EXPECT_TRUE(options->resolver.servers.empty());
  EXPECT_TRUE(options->resolver.search.empty());
  EXPECT_EQ(options->cache.min_ttl, absl::Seconds(1));
  EXPECT_EQ(options->cache.max_ttl, absl::Minutes(5));
  EXPECT_EQ(options->cache.max_entries, 10'000u);
  EXPECT_FALSE(options->off);
}

TEST(DnsOptionsTest, TakesWhatIsSet) {
  const absl::StatusOr<DnsOptions> options = Options(R"pb(
    servers: "192.0.2.53"
    servers: "192.0.2.54:5353"
    servers: "2001:db8::53"
    servers: "[2001:db8::54]:5353"
    servers: "[2001:db8::55]"
    timeout { seconds: 3 }
    attempt_timeout { nanos: 200000000 }
    attempts: 2
    rotate: true
    hosts_file: "none"
    search: "Corp.Example."
    min_ttl {}
    max_ttl { seconds: 60 }
    max_cached_names: 5
    max_pending: 6
  )pb");
  ASSERT_TRUE(options.ok()) << options.status();
  std::string servers;
  for (const DnsServer& server : options->resolver.servers) {
    servers +=
        server.address.ToString() + "#" + std::to_string(server.port) + " ";
  }
  EXPECT_EQ(servers,
            "192.0.2.53#53 192.0.2.54#5353 2001:db8::53#53 "
            "2001:db8::54#5353 2001:db8::55#53 ");
  EXPECT_EQ(options->timeout, absl::Seconds(3));
  EXPECT_EQ(options->resolver.attempt_timeout, absl::Milliseconds(200));
  EXPECT_EQ(options->resolver.attempts, 2);
  EXPECT_TRUE(options->resolver.rotate);
  EXPECT_EQ(options->resolver.hosts_file, "");
  ASSERT_EQ(options->resolver.search.size(), 1u);
  EXPECT_EQ(options->resolver.search[0].text(), "corp.example");
  EXPECT_EQ(options->cache.min_ttl, absl::ZeroDuration());
  EXPECT_EQ(options->cache.max_ttl, absl::Minutes(1));
  EXPECT_EQ(options->cache.max_entries, 5u);
  EXPECT_EQ(options->resolver.max_pending, 6);
}

TEST(DnsOptionsTest, NamesTheKeyThatIsWrong) {
  const struct {
    const char* text;
    const char* message;
  } bad_cases[] = {
      {R"(servers: "192.0.2.53" servers: "dns.example")", "dns.servers[1]: "},
      {R"(servers: "192.0.2.53:0")", "from 1 to 65535"},
      {R"(servers: "192.0.2.53:65536")", "from 1 to 65535"},
      {R"(servers: "192.0.2.53:")", "from 1 to 65535"},
      {R"(servers: "192.0.2.53:053")", "from 1 to 65535"},
      {R"(servers: "[2001:db8::53")", "closing bracket"},
      {R"(servers: "[2001:db8::53]53")", "[address]:port"},
      {R"(servers: "")", "dns.servers[0]: "},
      {R"(search: "-bad")", "dns.search[0]: "},
      {R"(hosts_file: "etc/hosts")", "dns.hosts_file: "},
      {"timeout {}", "dns.timeout: "},
      {"timeout { seconds: 3600 }", "from 10ms to 1m"},
      {"attempt_timeout { seconds: -1 }", "dns.attempt_timeout: "},
      {"attempts: -1", "dns.attempts: "},
      {"attempts: 11", "from 1 to 10, not 11"},
      {"min_ttl { seconds: 600 }", "dns.max_ttl: must not be less"},
      {"max_ttl { seconds: 90000 }", "dns.max_ttl: "},
      {"max_cached_names: -5", "dns.max_cached_names: "},
      {"max_pending: 1", "dns.max_pending: "},
  };
  for (const auto& bad : bad_cases) {
    const absl::Status status = Options(bad.text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << bad.text;
    EXPECT_TRUE(absl::StrContains(status.message(), bad.message))
        << bad.text << ": " << status;
  }
}

TEST(DnsOptionsTest, BoundsTheLists) {
  std::string servers;
  for (int i = 0; i < 9; ++i) servers += R"(servers: "192.0.2.53" )";
  EXPECT_TRUE(absl::IsInvalidArgument(Options(servers).status()));
  std::string search;
  for (int i = 0; i < 17; ++i) search += R"(search: "corp.example" )";
  EXPECT_TRUE(absl::IsInvalidArgument(Options(search).status()));
}

TEST(MakeHostResolverTest, CanBeOff) {
  const SystemClock clock;
  const absl::StatusOr<DnsView> view =
      MakeHostResolver(*Options("off: true"), &clock);
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_EQ(view->cache, nullptr);
  const auto found = view->resolver->Addresses(
      DnsName::Parse("localhost").value(), absl::InfiniteFuture());
  EXPECT_EQ(found.status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(MakeHostResolverTest, PutsACacheBeforeTheResolver) {
  const SystemClock clock;
  const absl::StatusOr<DnsView> view = MakeHostResolver(
      *Options(R"(servers: "127.0.0.1:53" hosts_file: "none")"), &clock);
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_TRUE(view->resolver
                  ->Addresses(DnsName::Parse("localhost").value(),
                              absl::InfiniteFuture())
                  .ok());
  EXPECT_EQ(view->cache->size(), 1u);
}

}  // namespace
}  // namespace pullgate
