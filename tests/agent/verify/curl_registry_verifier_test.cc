// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Where the verifier connects to, and what it sends there. What may answer is
// in registry_servers_test.cc.

#include "agent/verify/curl_registry_verifier.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "agent/verify/registry_verifier.h"
#include "common/net/ip_address.h"
#include "common/policy/decision.h"
#include "common/registry/dns_name.h"
#include "common/registry/registry_address.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/registry_server.h"
#include "tests/support/test_ca.h"
#include "tests/support/test_trust.h"

namespace pullgate::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using Outcome = Attempt::Outcome;
using Failure = Verification::Failure;

constexpr char kHost[] = "registry.example.com";
const absl::Time kNow =
    absl::FromCivil(absl::CivilDay(2026, 6, 1), absl::UTCTimeZone());

IpAddress Ip(const std::string& text) { return *IpAddress::Parse(text); }

class CurlRegistryVerifierTest : public testing::Test {
 protected:
  // A good TLS registry.
  std::unique_ptr<RegistryServer> Serve(const std::string& address,
                                        uint16_t port,
                                        const TestCertificate& leaf) {
    RegistryServerOptions options;
    options.address = address;
    options.port = port;
    options.chain = {&leaf};
    return RegistryServer::Start(options);
  }

  VerifyRequest Request(const RegistryHost& host, uint16_t port,
                        const std::vector<std::string>& addresses) {
    VerifyRequest request{
        RegistryAddress(std::nullopt, host, port), {}, bundle_, {0}, false};
    Route route;
    route.host = host;
    route.port = port;
    route.pinned = true;
    for (const std::string& address : addresses) {
      route.addresses.push_back(Ip(address));
    }
    request.routes = {route};
    return request;
  }

  static void AllowInsecure(VerifyRequest& request) {
    request.routes[0].certificate_check = CertificateCheck::kNone;
    request.routes.push_back(request.routes[0]);
    request.routes[1].scheme = Scheme::kHttp;
  }

  Verification Verify(const VerifyRequest& request,
                      absl::Duration limit = absl::Seconds(20)) {
    CurlRegistryVerifierOptions options;
    options.attempt_limit = limit;
    options.connect_limit = limit;
    return CurlRegistryVerifier(&clock_, options)
        .Verify(request, kNow + absl::Minutes(5));
  }

  const FakeClock clock_{kNow};
  const RegistryHost name_ = *DnsName::Parse(kHost);
  const TestCertificate root_ = MakeTestRoot("Test Root");
  const TestCertificate leaf_ = root_.Issue(TestLeafOptions({kHost}));
  const std::shared_ptr<const TrustBundle> bundle_ = TrustOnly({&root_});
};

TEST_F(CurlRegistryVerifierTest, ConnectsToThePinnedAddressByTheNameAsked) {
  const auto server = Serve("127.0.0.1", 0, leaf_);
  const Verification result =
      Verify(Request(name_, server->port(), {"127.0.0.1"}));
  ASSERT_TRUE(result.usable.has_value()) << result.message;
  EXPECT_EQ(result.usable->server_name, kHost);
  EXPECT_THAT(server->server_names(), ElementsAre(kHost));
  ASSERT_THAT(server->requests(), SizeIs(1));
  EXPECT_THAT(server->requests()[0], HasSubstr("GET /v2/ HTTP/1.1\r\n"));
  EXPECT_THAT(server->requests()[0],
              HasSubstr(absl::StrCat("\r\nHost: ", kHost, ":", server->port(),
                                     "\r\n")));
  ASSERT_THAT(result.attempts, SizeIs(1));
  EXPECT_TRUE(result.attempts[0].verified);
  ASSERT_THAT(result.attempts[0].chain, SizeIs(1));
  EXPECT_EQ(result.attempts[0].chain[0].issuer, "CN=Test Root");
  EXPECT_EQ(result.attempts[0].chain[0].sha256_fingerprint,
            result.usable->certificate_sha256);
}

TEST_F(CurlRegistryVerifierTest, AnAddressIsVerifiedAsSuchAndNotSentAsName) {
  const TestCertificate by_address =
      root_.Issue(TestLeafOptions({"127.0.0.1"}));
  const auto good = Serve("127.0.0.1", 0, by_address);
  EXPECT_EQ(
      Verify(Request(Ip("127.0.0.1"), good->port(), {"127.0.0.1"})).failure,
      Failure::kNone);
  EXPECT_THAT(good->server_names(), ElementsAre(""));
  const auto by_name = Serve("127.0.0.1", 0, leaf_);
  const Verification rejected =
      Verify(Request(Ip("127.0.0.1"), by_name->port(), {"127.0.0.1"}));
  EXPECT_EQ(rejected.failure, Failure::kCertificateRejected);
  EXPECT_EQ(rejected.message,
            absl::StrCat("127.0.0.1:", by_name->port(),
                         " presented a certificate that has no IP address "
                         "among its subject alternative names, so cannot be "
                         "127.0.0.1's"));
}

TEST_F(CurlRegistryVerifierTest, ReachesIpv6) {
  const TestCertificate leaf = root_.Issue(TestLeafOptions({"::1", kHost}));
  const auto server = Serve("::1", 0, leaf);
  if (server == nullptr) GTEST_SKIP() << "this machine has no ::1";
  EXPECT_EQ(Verify(Request(Ip("::1"), server->port(), {"::1"})).failure,
            Failure::kNone);
  EXPECT_EQ(Verify(Request(name_, server->port(), {"::1"})).failure,
            Failure::kNone);
}

TEST_F(CurlRegistryVerifierTest, SaysWhoPresentedWhatWhere) {
  TestCertificateOptions options = TestLeafOptions({kHost});
  options.not_after =
      absl::FromCivil(absl::CivilDay(2026, 1, 2), absl::UTCTimeZone());
  const TestCertificate expired = root_.Issue(options);
  const auto server = Serve("127.0.0.5", 0, expired);
  const Verification result =
      Verify(Request(name_, server->port(), {"127.0.0.5"}));
  EXPECT_EQ(result.message,
            absl::StrCat("registry.example.com:", server->port(),
                         " at 127.0.0.5 presented a certificate that expired "
                         "on 2026-01-02"));
  EXPECT_EQ(result.attempts[0].verify_failure, "expired on 2026-01-02");
  EXPECT_THAT(result.attempts[0].chain, SizeIs(1));
}

TEST_F(CurlRegistryVerifierTest, RefusedIsToldFromSilent) {
  const auto server = Serve("127.0.0.2", 0, leaf_);
  const Verification result =
      Verify(Request(name_, server->port(), {"127.0.0.1", "127.0.0.2"}));
  ASSERT_TRUE(result.usable.has_value()) << result.message;
  EXPECT_EQ(result.usable->address, Ip("127.0.0.2"));
  EXPECT_EQ(result.attempts[0].outcome, Outcome::kRefused);
}

TEST_F(CurlRegistryVerifierTest, AnImpostorAtOneAddressEndsTheWalk) {
  const TestCertificate forged = MakeSelfSigned(TestLeafOptions({kHost}));
  const auto impostor = Serve("127.0.0.2", 0, forged);
  const auto honest = Serve("127.0.0.3", impostor->port(), leaf_);
  ASSERT_NE(honest, nullptr);
  const Verification result =
      Verify(Request(name_, impostor->port(), {"127.0.0.2", "127.0.0.3"}));
  EXPECT_EQ(result.failure, Failure::kCertificateRejected);
  EXPECT_EQ(honest->connections(), 0);
}

TEST_F(CurlRegistryVerifierTest, ATcpConnectionThatNeverComesIsATimeOut) {
  // A queue of one that is full: the kernel drops further handshakes.
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(bind(listener, any, size), 0);
  ASSERT_EQ(listen(listener, 0), 0);
  ASSERT_EQ(getsockname(listener, any, &size), 0);
  std::vector<int> fillers;
  for (int i = 0; i < 4; ++i) {
    fillers.push_back(
        socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    connect(fillers.back(), any, size);
  }
  const Verification result =
      Verify(Request(name_, ntohs(address.sin_port), {"127.0.0.1"}),
             absl::Milliseconds(200));
  EXPECT_EQ(result.failure, Failure::kUnreachable);
  EXPECT_EQ(result.attempts[0].outcome, Outcome::kTimedOut)
      << result.attempts[0].detail;
  for (const int fd : fillers) close(fd);
  close(listener);
}

TEST_F(CurlRegistryVerifierTest, SendsNothingThroughAProxyOfTheEnvironment) {
  RegistryServerOptions options;  // would answer 200 to anything
  const auto proxy = RegistryServer::Start(options);
  const std::string url = absl::StrCat("http://127.0.0.1:", proxy->port());
  for (const char* variable :
       {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
    setenv(variable, url.c_str(), 1);
  }
  const auto server = Serve("127.0.0.2", 0, leaf_);
  VerifyRequest request = Request(name_, server->port(), {"127.0.0.2"});
  EXPECT_EQ(Verify(request).failure, Failure::kNone);
  AllowInsecure(request);
  EXPECT_EQ(Verify(request).failure, Failure::kNone);
  request.routes.erase(request.routes.begin());  // plain HTTP alone
  EXPECT_EQ(Verify(request).failure, Failure::kUnreachable);
  for (const char* variable :
       {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
    unsetenv(variable);
  }
  EXPECT_EQ(proxy->connections(), 0);
}

TEST_F(CurlRegistryVerifierTest, SendsNoCredentialsOfTheHomeDirectory) {
  std::string home = absl::StrCat(testing::TempDir(), "/homeXXXXXX");
  ASSERT_NE(mkdtemp(&home[0]), nullptr);
  std::ofstream(home + "/.netrc")
      << "machine registry.example.com login me password secret\n";
  setenv("HOME", home.c_str(), 1);
  setenv("NETRC", (home + "/.netrc").c_str(), 1);
  RegistryServerOptions options;
  options.chain = {&leaf_};
  options.status = "401 Unauthorized";
  options.headers = "WWW-Authenticate: Basic realm=\"r\"\r\n";
  const auto server = RegistryServer::Start(options);
  const Verification result =
      Verify(Request(name_, server->port(), {"127.0.0.1"}));
  EXPECT_EQ(result.failure, Failure::kNone);
  EXPECT_EQ(result.attempts[0].http_status, 401);
  ASSERT_THAT(server->requests(), SizeIs(1));
  EXPECT_THAT(absl::AsciiStrToLower(server->requests()[0]),
              Not(HasSubstr("authorization")));
}

TEST_F(CurlRegistryVerifierTest, DoesNotFollowARedirect) {
  const auto elsewhere = RegistryServer::Start({});
  RegistryServerOptions options;
  options.chain = {&leaf_};
  options.status = "307 Temporary Redirect";
  options.headers =
      absl::StrCat("Location: http://127.0.0.1:", elsewhere->port(), "/\r\n");
  const auto server = RegistryServer::Start(options);
  VerifyRequest request = Request(name_, server->port(), {"127.0.0.1"});
  AllowInsecure(request);
  EXPECT_EQ(Verify(request).failure, Failure::kUnreachable);
  EXPECT_EQ(elsewhere->connections(), 0);
  EXPECT_EQ(server->connections(), 1);  // and no HTTP either
}

TEST_F(CurlRegistryVerifierTest, VerifiesEveryConnectionAnew) {
  const auto server = Serve("127.0.0.1", 0, leaf_);
  VerifyRequest request = Request(name_, server->port(), {"127.0.0.1"});
  EXPECT_EQ(Verify(request).failure, Failure::kNone);
  request.ca_entries = {};  // out of scope from now on
  EXPECT_EQ(Verify(request).failure, Failure::kCertificateRejected);
  EXPECT_EQ(server->connections(), 2);
}

TEST_F(CurlRegistryVerifierTest, RemarksOnAMissingRegistryHeader) {
  RegistryServerOptions options;
  options.chain = {&leaf_};
  options.headers = "";
  const auto server = RegistryServer::Start(options);
  const Verification result =
      Verify(Request(name_, server->port(), {"127.0.0.1"}));
  EXPECT_EQ(result.failure, Failure::kNone);
  EXPECT_THAT(result.attempts[0].detail,
              HasSubstr("without Docker-Distribution-API-Version"));
}

TEST_F(CurlRegistryVerifierTest, InsecureSaysWhetherItWouldVerify) {
  const auto server = Serve("127.0.0.1", 0, leaf_);
  VerifyRequest request = Request(name_, server->port(), {"127.0.0.1"});
  AllowInsecure(request);
  Verification result = Verify(request);
  EXPECT_TRUE(result.attempts[0].verified);
  EXPECT_EQ(result.attempts[0].verify_failure, "");
  request.ca_entries = {};
  result = Verify(request);
  EXPECT_EQ(result.failure, Failure::kNone);
  EXPECT_FALSE(result.attempts[0].verified);
  EXPECT_THAT(result.attempts[0].verify_failure, HasSubstr("CN=Test Root"));
}

TEST_F(CurlRegistryVerifierTest, SaysWhatWouldHaveToBeTrusted) {
  RegistryServerOptions options;
  options.chain = {&leaf_, &root_};
  const auto server = RegistryServer::Start(options);
  VerifyRequest request = Request(name_, server->port(), {"127.0.0.1"});
  EXPECT_FALSE(Verify(request).attempts[0].advice.has_value());
  request.ca_entries = {};
  const Verification result = Verify(request);
  EXPECT_EQ(result.failure, Failure::kCertificateRejected);
  ASSERT_TRUE(result.attempts[0].advice.has_value());
  const TrustAdvice& advice = *result.attempts[0].advice;
  ASSERT_TRUE(advice.to_trust.has_value());
  EXPECT_EQ(advice.to_trust->subject, "CN=Test Root");
  EXPECT_EQ(advice.remaining_failure, "");
}

TEST_F(CurlRegistryVerifierTest, PlainHttpIsReachedAtThePinnedAddress) {
  RegistryServerOptions options;
  options.address = "127.0.0.4";
  const auto server = RegistryServer::Start(options);
  VerifyRequest request = Request(name_, server->port(), {"127.0.0.4"});
  AllowInsecure(request);
  const Verification result = Verify(request);
  ASSERT_TRUE(result.usable.has_value()) << result.message;
  EXPECT_EQ(result.usable->scheme, Scheme::kHttp);
  EXPECT_EQ(result.usable->address, Ip("127.0.0.4"));
  EXPECT_EQ(result.message,
            absl::StrCat("registry.example.com:", server->port(),
                         " at 127.0.0.4 answered over plain HTTP"));
}

TEST_F(CurlRegistryVerifierTest, TlsOnTheHttpPortIsNoRegistry) {
  const auto server = Serve("127.0.0.1", 0, leaf_);
  VerifyRequest request = Request(name_, server->port(), {"127.0.0.1"});
  request.routes[0].scheme = Scheme::kHttp;
  request.routes[0].certificate_check = CertificateCheck::kNone;
  const Verification result = Verify(request);
  EXPECT_EQ(result.failure, Failure::kUnreachable);
  EXPECT_EQ(result.attempts[0].outcome, Outcome::kNotARegistry)
      << result.attempts[0].detail;
}

TEST_F(CurlRegistryVerifierTest, ThreadsShareOneVerifier) {
  const auto server = Serve("127.0.0.1", 0, leaf_);
  const VerifyRequest request = Request(name_, server->port(), {"127.0.0.1"});
  CurlRegistryVerifier verifier(&clock_);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const Verification result =
          verifier.Verify(request, kNow + absl::Minutes(5));
      EXPECT_EQ(result.failure, Failure::kNone) << result.message;
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(CurlRegistryVerifierTest, APastDeadlineConnectsNowhere) {
  const auto server = Serve("127.0.0.1", 0, leaf_);
  const VerifyRequest request = Request(name_, server->port(), {"127.0.0.1"});
  CurlRegistryVerifier verifier(&clock_);
  const Verification result = verifier.Verify(request, kNow);
  EXPECT_EQ(result.failure, Failure::kUnreachable);
  EXPECT_EQ(server->connections(), 0);
}

// The server has one hand: while it sends the first its body, none is served.
TEST_F(CurlRegistryVerifierTest, LeavesTheConnectionOpenForWhoWantsItSo) {
  RegistryServerOptions options;
  options.chain = {&leaf_};
  options.answer = RegistryServerOptions::Answer::kEndlessBody;
  const auto server = RegistryServer::Start(options);
  const VerifyRequest request = Request(name_, server->port(), {"127.0.0.1"});
  VerifyRequest leaving = request;
  std::shared_ptr<void> open;
  leaving.left_open = &open;
  EXPECT_TRUE(Verify(leaving).usable.has_value());
  EXPECT_NE(open, nullptr);
  EXPECT_FALSE(Verify(request, absl::Milliseconds(50)).usable.has_value());
  open.reset();
  EXPECT_TRUE(Verify(request).usable.has_value()) << "closed with the pointer";
  EXPECT_TRUE(Verify(request).usable.has_value()) << "closed by itself";
}

}  // namespace
}  // namespace pullgate::agent
