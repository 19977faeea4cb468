// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/config/common_sections.h"

#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/config/load_config.h"
#include "common/config/print_config.h"
#include "gtest/gtest.h"
#include "pullgate/config/v1/pdp_config.pb.h"

namespace pullgate {
namespace {

class CommonSectionsTest : public testing::Test {
 protected:
  ConfigCheck& Load(absl::string_view text) {
    absl::StatusOr<ConfigSource> source = LoadConfig("pdp.yaml", text, config_);
    EXPECT_TRUE(source.ok()) << source.status();
    source_.emplace(*std::move(source));
    return check_.emplace(*source_, config_);
  }

  std::string DnsError(absl::string_view text) {
    ConfigCheck& check = Load(text);
    CheckDns(check, *config_.mutable_dns());
    return std::string(check.status().message());
  }

  config::v1::PdpConfig config_;
  std::optional<ConfigSource> source_;
  std::optional<ConfigCheck> check_;
};

TEST_F(CommonSectionsTest, TlsWantsAllThreeFiles) {
  ConfigCheck& check = Load("tls: {certificate: /c, key: /k}\n");
  CheckTls(check);
  EXPECT_EQ(check.status().message(), "pdp.yaml:1: tls.ca: is required");
}

TEST_F(CommonSectionsTest, DnsDefaultsShowInTheEffectiveSettings) {
  ConfigCheck& check = Load("");
  const DnsOptions options = CheckDns(check, *config_.mutable_dns());
  EXPECT_TRUE(check.status().ok()) << check.status();
  EXPECT_EQ(options.timeout, absl::Seconds(2));
  EXPECT_TRUE(absl::StrContains(PrintConfig(config_.dns()),
                                "timeout: 2s\nattempt_timeout: 500ms\n"))
      << PrintConfig(config_.dns());
}

TEST_F(CommonSectionsTest, DnsDefaultsAreThoseOfDnsItself) {
  ConfigCheck& check = Load("");
  const DnsOptions filled = CheckDns(check, *config_.mutable_dns());
  const DnsOptions own = *DnsOptionsFromConfig(config::v1::DnsConfig());
  EXPECT_EQ(filled.timeout, own.timeout);
  EXPECT_EQ(filled.resolver.attempt_timeout, own.resolver.attempt_timeout);
  EXPECT_EQ(filled.resolver.attempts, own.resolver.attempts);
  EXPECT_EQ(filled.resolver.hosts_file, own.resolver.hosts_file);
  EXPECT_EQ(filled.resolver.max_pending, own.resolver.max_pending);
  EXPECT_EQ(filled.cache.min_ttl, own.cache.min_ttl);
  EXPECT_EQ(filled.cache.max_ttl, own.cache.max_ttl);
  EXPECT_EQ(filled.cache.max_entries, own.cache.max_entries);
}

TEST_F(CommonSectionsTest, DnsProblemsHaveLines) {
  EXPECT_TRUE(absl::StartsWith(
      DnsError("dns:\n  servers:\n    - 192.0.2.1\n    - nowhere\n"),
      "pdp.yaml:4: dns.servers[1]: "));
  EXPECT_TRUE(absl::StrContains(DnsError("dns: {timeout: 1ms}\n"),
                                "dns.timeout: expected 10ms to 1m, got 1ms"));
  EXPECT_TRUE(absl::StrContains(DnsError("dns: {min_ttl: 10m, max_ttl: 1m}\n"),
                                "dns.max_ttl: "));
  EXPECT_TRUE(absl::StrContains(DnsError("dns: {attempts: 0}\n"),
                                "expected 1 to 10, got 0"));
}

TEST_F(CommonSectionsTest, MetricsListenOnAnIpv4Address) {
  EXPECT_EQ(CheckMetrics(Load("")), "");
  EXPECT_EQ(CheckMetrics(Load("metrics: {listen: 127.0.0.1:9464}\n")),
            "127.0.0.1:9464");
  EXPECT_TRUE(check_->status().ok());
  for (const char* text : {"9464", ":9464", "localhost:9464", "[::1]:9464",
                           "127.0.0.1", "127.0.0.1:70000", "127.0.0.1:x"}) {
    CheckMetrics(Load(absl::StrCat("metrics: {listen: \"", text, "\"}\n")));
    EXPECT_FALSE(check_->status().ok()) << text;
  }
}

TEST_F(CommonSectionsTest, LogLevelIsInfoUnlessGiven) {
  EXPECT_EQ(CheckLog(Load("")).level, LogLevel::kInfo);
  EXPECT_EQ(CheckLog(Load("log: {level: debug}\n")).level, LogLevel::kDebug);
  EXPECT_EQ(CheckLog(Load("log: {level: warning}\n")).level,
            LogLevel::kWarning);
  EXPECT_EQ(CheckLog(Load("log: {level: error}\n")).level, LogLevel::kError);
  EXPECT_EQ(CheckLog(Load("log: {file: /l}\n")).file, "/l");
}

TEST_F(CommonSectionsTest, DrainDeadlineHasARange) {
  EXPECT_EQ(CheckDrainDeadline(Load("")), absl::Seconds(10));
  CheckDrainDeadline(Load("drain_deadline: 11m\n"));
  EXPECT_FALSE(check_->status().ok());
}

TEST(CheckHostPortTest, WantsBoth) {
  for (const char* text : {"127.0.0.1:1", "[::]:8443", "[::1]:65535",
                           "pdp.example.org:8443", "localhost:443"}) {
    EXPECT_TRUE(CheckHostPort(text, false).ok()) << text;
  }
  for (const char* text :
       {"", ":", ":8443", "localhost", "localhost:", "localhost:0",
        "localhost:65536", "localhost:-1", "localhost:x", "::1:8443", "[::1]",
        "[::1]8443", "[localhost]:1", "https://pdp:8443", "a b:1", "unix:/s",
        "pdp:8443/"}) {
    EXPECT_FALSE(CheckHostPort(text, false).ok()) << text;
  }
  EXPECT_TRUE(CheckHostPort("127.0.0.1:0", true).ok());
}

}  // namespace
}  // namespace pullgate
