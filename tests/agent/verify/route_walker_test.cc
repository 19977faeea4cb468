// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/verify/route_walker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "agent/verify/registry_probe.h"
#include "agent/verify/registry_verifier.h"
#include "common/net/ip_address.h"
#include "common/policy/decision.h"
#include "common/registry/dns_name.h"
#include "common/registry/registry_address.h"
#include "tests/fakes/fake_clock.h"
#include "tests/support/test_ca.h"
#include "tests/support/test_trust.h"

namespace pullgate::agent {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Outcome = Attempt::Outcome;
using Failure = Verification::Failure;

// Answers as told, by scheme and address; refuses connections otherwise. Each
// probe takes as long as told on the clock.
class FakeProbe final : public RegistryProbe {
 public:
  explicit FakeProbe(FakeClock* clock) : clock_(clock) {}

  void Answer(const std::string& where, Outcome outcome) {
    outcomes_[where] = outcome;
  }
  void TakeEachTime(absl::Duration duration) { duration_ = duration; }
  // For outcome kNotARegistry: with what status, and whether the certificate
  // had verified.
  void NotRegistriesAnswer(int http_status, bool verified) {
    http_status_ = http_status;
    not_registry_verified_ = verified;
  }

  Attempt ProbeVerified(const ProbeTarget& target, const TrustAnchors&,
                        absl::Duration limit) override {
    return Probe("verified", Scheme::kHttps, target, limit);
  }
  Attempt ProbeUnverified(const ProbeTarget& target, const TrustAnchors&,
                          absl::Duration limit,
                          InsecureTransportToken) override {
    return Probe("unverified", Scheme::kHttps, target, limit);
  }
  Attempt ProbePlaintext(const ProbeTarget& target, absl::Duration limit,
                         InsecureTransportToken) override {
    return Probe("plain", Scheme::kHttp, target, limit);
  }

  // "verified registry.example.com:5000@10.0.0.1".
  std::vector<std::string> calls;
  std::vector<absl::Duration> limits;

 private:
  Attempt Probe(const std::string& how, Scheme scheme,
                const ProbeTarget& target, absl::Duration limit) {
    calls.push_back(absl::StrCat(how, " ", HostToString(target.host), ":",
                                 target.port, "@", target.address.ToString()));
    limits.push_back(limit);
    clock_->Advance(duration_);
    Attempt attempt;
    attempt.scheme = scheme;
    attempt.address = target.address;
    attempt.port = target.port;
    const auto told = outcomes_.find(
        absl::StrCat(SchemeName(scheme), " ", target.address.ToString()));
    attempt.outcome =
        told == outcomes_.end() ? Outcome::kRefused : told->second;
    attempt.verified =
        how == "verified" && attempt.outcome == Outcome::kRegistry;
    if (attempt.outcome == Outcome::kNotARegistry) {
      attempt.http_status = http_status_;
      attempt.verified = how == "verified" && not_registry_verified_;
    }
    attempt.detail =
        absl::StrCat("was told outcome ", static_cast<int>(attempt.outcome));
    attempt.verify_failure = "is a fake";
    if (scheme == Scheme::kHttps) {
      attempt.chain.emplace_back().sha256_fingerprint = "abcd";
    }
    return attempt;
  }

  FakeClock* const clock_;
  absl::Duration duration_;
  std::map<std::string, Outcome> outcomes_;
  int http_status_ = 404;
  bool not_registry_verified_ = true;
};

IpAddress Ip(const std::string& text) { return *IpAddress::Parse(text); }

Route MakeRoute(Scheme scheme, CertificateCheck check,
                const std::vector<std::string>& addresses) {
  Route route;
  route.scheme = scheme;
  route.host = *DnsName::Parse("registry.example.com");
  route.port = 5000;
  route.certificate_check = check;
  route.pinned = true;
  for (const std::string& address : addresses) {
    route.addresses.push_back(Ip(address));
  }
  return route;
}

class RouteWalkerTest : public testing::Test {
 protected:
  RouteWalkerTest() {
    request_.asked = *RegistryAddress::Parse("registry.example.com:5000");
    request_.bundle = TrustOnly({});
  }

  void Verified(const std::vector<std::string>& addresses) {
    request_.routes = {
        MakeRoute(Scheme::kHttps, CertificateCheck::kRequired, addresses)};
  }
  void Insecure(const std::vector<std::string>& addresses) {
    request_.routes = {
        MakeRoute(Scheme::kHttps, CertificateCheck::kNone, addresses),
        MakeRoute(Scheme::kHttp, CertificateCheck::kNone, addresses)};
  }

  Verification Walk() {
    return RouteWalker(request_, &probe_, &clock_, absl::Seconds(5),
                       clock_.Now() + absl::Seconds(10))
        .Walk();
  }

  FakeClock clock_{absl::FromUnixSeconds(1780000000)};
  FakeProbe probe_{&clock_};
  VerifyRequest request_{*RegistryAddress::Parse("x"), {}, nullptr, {}, false};
};

TEST_F(RouteWalkerTest, UsesTheFirstAddressThatVerifies) {
  Verified({"10.0.0.1", "10.0.0.2", "10.0.0.3"});
  probe_.Answer("https 10.0.0.2", Outcome::kRegistry);
  probe_.Answer("https 10.0.0.3", Outcome::kRegistry);
  const Verification result = Walk();
  ASSERT_TRUE(result.usable.has_value()) << result.message;
  EXPECT_EQ(result.failure, Failure::kNone);
  EXPECT_EQ(result.usable->address, Ip("10.0.0.2"));
  EXPECT_EQ(result.usable->port, 5000);
  EXPECT_EQ(result.usable->scheme, Scheme::kHttps);
  EXPECT_EQ(result.usable->server_name, "registry.example.com");
  EXPECT_EQ(result.usable->certificate_check, CertificateCheck::kRequired);
  EXPECT_EQ(result.usable->certificate_sha256, "abcd");
  EXPECT_THAT(result.attempts, SizeIs(2));
  EXPECT_THAT(probe_.calls,
              ElementsAre("verified registry.example.com:5000@10.0.0.1",
                          "verified registry.example.com:5000@10.0.0.2"));
}

TEST_F(RouteWalkerTest, ARejectedCertificateEndsTheWalk) {
  Verified({"10.0.0.1", "10.0.0.2"});
  probe_.Answer("https 10.0.0.1", Outcome::kCertificateRejected);
  probe_.Answer("https 10.0.0.2", Outcome::kRegistry);
  const Verification result = Walk();
  EXPECT_FALSE(result.usable.has_value());
  EXPECT_EQ(result.failure, Failure::kCertificateRejected);
  EXPECT_EQ(result.message,
            "registry.example.com:5000 at 10.0.0.1 was told outcome 6");
  EXPECT_THAT(probe_.calls, SizeIs(1));
}

TEST_F(RouteWalkerTest, NoOtherFailureEndsAVerifiedWalk) {
  for (const Outcome outcome :
       {Outcome::kRefused, Outcome::kUnreachable, Outcome::kTimedOut,
        Outcome::kNotTls, Outcome::kTlsFailed, Outcome::kSilent,
        Outcome::kNotARegistry, Outcome::kSkipped}) {
    Verified({"10.0.0.1", "10.0.0.2"});
    probe_.Answer("https 10.0.0.1", outcome);
    probe_.Answer("https 10.0.0.2", Outcome::kRegistry);
    EXPECT_EQ(Walk().failure, Failure::kNone) << static_cast<int>(outcome);
  }
}

TEST_F(RouteWalkerTest, AVerifiedRegistryIsNeverReachedOtherwise) {
  for (const Outcome outcome :
       {Outcome::kRefused, Outcome::kUnreachable, Outcome::kTimedOut,
        Outcome::kNotTls, Outcome::kTlsFailed, Outcome::kSilent,
        Outcome::kNotARegistry, Outcome::kCertificateRejected}) {
    Insecure({"10.0.0.1"});
    // As no engine would say it.
    request_.routes[0].certificate_check = CertificateCheck::kRequired;
    request_.exhaustive = true;
    probe_.calls.clear();
    probe_.Answer("https 10.0.0.1", outcome);
    probe_.Answer("http 10.0.0.1", Outcome::kRegistry);
    EXPECT_FALSE(Walk().usable.has_value());
    EXPECT_THAT(probe_.calls, ElementsAre(HasSubstr("verified")));
  }
}

TEST_F(RouteWalkerTest, TlsThatFailedBeforeACertificateIsAFailedCheck) {
  Verified({"10.0.0.1", "10.0.0.2"});
  probe_.Answer("https 10.0.0.2", Outcome::kTlsFailed);
  const Verification result = Walk();
  EXPECT_EQ(result.failure, Failure::kCertificateRejected);
  EXPECT_THAT(result.message, HasSubstr("10.0.0.2 was told outcome 5"));
}

TEST_F(RouteWalkerTest, SaysWhatHappenedOnEachAddress) {
  Verified({"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"});
  probe_.Answer("https 10.0.0.2", Outcome::kSilent);
  const Verification result = Walk();
  EXPECT_EQ(result.failure, Failure::kUnreachable);
  EXPECT_THAT(
      result.message,
      AllOf(HasSubstr("no route to registry.example.com works: https port "
                      "5000 at 10.0.0.1 was told outcome 1; "),
            HasSubstr("10.0.0.2 was told outcome 7"), HasSubstr("and 1 more")));
}

TEST_F(RouteWalkerTest, InsecureUsesHttpsFirst) {
  Insecure({"10.0.0.1"});
  probe_.Answer("https 10.0.0.1", Outcome::kRegistry);
  probe_.Answer("http 10.0.0.1", Outcome::kRegistry);
  const Verification result = Walk();
  ASSERT_TRUE(result.usable.has_value());
  EXPECT_EQ(result.usable->scheme, Scheme::kHttps);
  EXPECT_EQ(result.usable->certificate_check, CertificateCheck::kNone);
  EXPECT_THAT(result.message, HasSubstr("was not verified"));
  EXPECT_THAT(probe_.calls, ElementsAre(HasSubstr("unverified")));
}

TEST_F(RouteWalkerTest, HttpFollowsWhereNobodySpokeTls) {
  for (const Outcome outcome : {Outcome::kRefused, Outcome::kUnreachable,
                                Outcome::kTimedOut, Outcome::kNotTls}) {
    Insecure({"10.0.0.1", "10.0.0.2"});
    probe_.Answer("https 10.0.0.1", outcome);
    probe_.Answer("http 10.0.0.2", Outcome::kRegistry);
    const Verification result = Walk();
    ASSERT_TRUE(result.usable.has_value()) << static_cast<int>(outcome);
    EXPECT_EQ(result.usable->scheme, Scheme::kHttp);
    EXPECT_EQ(result.usable->address, Ip("10.0.0.2"));
    EXPECT_EQ(result.usable->certificate_sha256, "");
    EXPECT_THAT(result.attempts, SizeIs(4));
  }
}

TEST_F(RouteWalkerTest, OneAddressThatMaySpeakTlsKeepsHttpAwayFromAll) {
  for (const Outcome outcome :
       {Outcome::kTlsFailed, Outcome::kSilent, Outcome::kNotARegistry,
        Outcome::kCertificateRejected, Outcome::kSkipped}) {
    Insecure({"10.0.0.1", "10.0.0.2"});
    probe_.calls.clear();
    probe_.Answer("https 10.0.0.2", outcome);
    probe_.Answer("http 10.0.0.1", Outcome::kRegistry);
    probe_.Answer("http 10.0.0.2", Outcome::kRegistry);
    const Verification result = Walk();
    EXPECT_FALSE(result.usable.has_value()) << static_cast<int>(outcome);
    EXPECT_THAT(probe_.calls, SizeIs(2));
    ASSERT_THAT(result.attempts, SizeIs(4));
    EXPECT_EQ(result.attempts[3].outcome, Outcome::kSkipped);
    EXPECT_THAT(result.attempts[3].detail,
                HasSubstr("over HTTPS, 10.0.0.2 was told outcome"));
  }
}

TEST_F(RouteWalkerTest, AnAddressLeftForLackOfTimeKeepsHttpAway) {
  Insecure({"10.0.0.1", "10.0.0.2"});
  probe_.TakeEachTime(absl::Seconds(10));
  probe_.Answer("http 10.0.0.1", Outcome::kRegistry);
  const Verification result = Walk();
  EXPECT_FALSE(result.usable.has_value());
  EXPECT_THAT(probe_.calls, SizeIs(1));
  EXPECT_THAT(result.attempts[1].detail, HasSubstr("no time was left"));
}

TEST_F(RouteWalkerTest, SharesTheTimeLeftAmongTheAddressesLeft) {
  Verified({"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"});
  probe_.TakeEachTime(absl::Seconds(1));
  Walk();
  EXPECT_THAT(probe_.limits,
              ElementsAre(absl::Seconds(10) / 4, absl::Seconds(9) / 3,
                          absl::Seconds(8) / 2, absl::Seconds(5)));
}

TEST_F(RouteWalkerTest, AnUnpinnedRouteIsNotTakenAndKeepsHttpAway) {
  Insecure({"10.0.0.1"});
  request_.routes[0].pinned = false;
  probe_.Answer("https 10.0.0.1", Outcome::kRegistry);
  probe_.Answer("http 10.0.0.1", Outcome::kRegistry);
  EXPECT_FALSE(Walk().usable.has_value());
  request_.routes[0].pinned = true;
  request_.routes[0].addresses.clear();
  EXPECT_FALSE(Walk().usable.has_value());
  EXPECT_THAT(probe_.calls, IsEmpty());
}

TEST_F(RouteWalkerTest, ARouteToAnotherHostIsNotTaken) {
  Verified({"10.0.0.1"});
  request_.routes[0].host = *DnsName::Parse("evil.example.com");
  probe_.Answer("https 10.0.0.1", Outcome::kRegistry);
  const Verification result = Walk();
  EXPECT_FALSE(result.usable.has_value());
  EXPECT_THAT(probe_.calls, IsEmpty());
  EXPECT_THAT(result.message, HasSubstr("not what was asked"));
}

TEST_F(RouteWalkerTest, DockerHubIsVerifiedAsTheHostConnectedTo) {
  Verified({"10.0.0.1"});
  request_.asked = *RegistryAddress::Parse("docker.io");
  request_.routes[0].host = *DnsName::Parse("registry-1.docker.io");
  request_.routes[0].port = 443;
  probe_.Answer("https 10.0.0.1", Outcome::kRegistry);
  EXPECT_EQ(Walk().usable->server_name, "registry-1.docker.io");
}

TEST_F(RouteWalkerTest, AnAddressIsGivenNoServerName) {
  Verified({"10.0.0.1"});
  request_.asked = *RegistryAddress::Parse("10.0.0.1:5000");
  request_.routes[0].host = Ip("10.0.0.1");
  probe_.Answer("https 10.0.0.1", Outcome::kRegistry);
  const Verification result = Walk();
  EXPECT_EQ(result.usable->server_name, "");
  EXPECT_EQ(result.message, "10.0.0.1:5000 was verified by its certificate");
}

TEST_F(RouteWalkerTest, PlainHttpThatWasAskedForNeedsTheDesignation) {
  request_.routes = {
      MakeRoute(Scheme::kHttp, CertificateCheck::kNone, {"10.0.0.1"})};
  probe_.Answer("http 10.0.0.1", Outcome::kRegistry);
  EXPECT_EQ(Walk().usable->scheme, Scheme::kHttp);
  request_.routes[0].certificate_check = CertificateCheck::kRequired;
  EXPECT_FALSE(Walk().usable.has_value());
}

TEST_F(RouteWalkerTest, ExhaustiveTriesAllAndChangesNothing) {
  Verified({"10.0.0.1", "10.0.0.2", "10.0.0.3"});
  request_.exhaustive = true;
  probe_.Answer("https 10.0.0.1", Outcome::kRegistry);
  probe_.Answer("https 10.0.0.2", Outcome::kCertificateRejected);
  Verification result = Walk();
  EXPECT_EQ(result.usable->address, Ip("10.0.0.1"));
  EXPECT_THAT(result.attempts, SizeIs(3));

  probe_.Answer("https 10.0.0.1", Outcome::kCertificateRejected);
  probe_.Answer("https 10.0.0.2", Outcome::kRegistry);
  result = Walk();
  EXPECT_FALSE(result.usable.has_value());
  EXPECT_EQ(result.failure, Failure::kCertificateRejected);
  EXPECT_THAT(result.attempts, SizeIs(3));
}

TEST_F(RouteWalkerTest, AnyHttpAnswerWillDoOnlyWhereThatIsSaid) {
  for (const int status : {200, 302, 403, 404, 503}) {
    Verified({"10.0.0.1"});
    probe_.Answer("https 10.0.0.1", Outcome::kNotARegistry);
    probe_.NotRegistriesAnswer(status, /*verified=*/true);
    request_.any_http_answer = false;
    EXPECT_FALSE(Walk().usable.has_value()) << status;
    request_.any_http_answer = true;
    const Verification result = Walk();
    ASSERT_TRUE(result.usable.has_value()) << status;
    EXPECT_EQ(result.failure, Failure::kNone);
    EXPECT_EQ(result.attempts[0].outcome, Outcome::kNotARegistry);
  }
}

TEST_F(RouteWalkerTest, AnyHttpAnswerIsNoWayAroundVerification) {
  request_.any_http_answer = true;
  Verified({"10.0.0.1"});
  probe_.Answer("https 10.0.0.1", Outcome::kNotARegistry);
  probe_.NotRegistriesAnswer(404, /*verified=*/false);
  EXPECT_FALSE(Walk().usable.has_value());
  // What is no HTTP has no status.
  probe_.NotRegistriesAnswer(0, /*verified=*/true);
  EXPECT_FALSE(Walk().usable.has_value());
  probe_.Answer("https 10.0.0.1", Outcome::kCertificateRejected);
  EXPECT_EQ(Walk().failure, Failure::kCertificateRejected);
}

TEST_F(RouteWalkerTest, AnyHttpAnswerOverTlsLeavesNoPlaintextBehindIt) {
  request_.any_http_answer = true;
  Insecure({"10.0.0.1"});
  probe_.Answer("https 10.0.0.1", Outcome::kNotARegistry);
  probe_.Answer("http 10.0.0.1", Outcome::kRegistry);
  const Verification result = Walk();
  ASSERT_TRUE(result.usable.has_value());
  EXPECT_EQ(result.usable->scheme, Scheme::kHttps);
}

TEST_F(RouteWalkerTest, NoRoutesIsUnreachable) {
  const Verification result = Walk();
  EXPECT_EQ(result.failure, Failure::kUnreachable);
  EXPECT_FALSE(result.message.empty());
}

}  // namespace
}  // namespace pullgate::agent
