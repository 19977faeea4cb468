// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// A verification that nobody wants any more.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "agent/verify/curl_registry_verifier.h"
#include "agent/verify/registry_verifier.h"
#include "agent/verify/stop_signal.h"
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

using Opening = RegistryServerOptions::Opening;
using ServerAnswer = RegistryServerOptions::Answer;

TEST(StopSignalTest, WakesWhoWaits) {
  StopSignal signal;
  int woken = 0;
  {
    const StopSignal::Waiter waiter(&signal, [&] { ++woken; });
    EXPECT_FALSE(waiter.stopped());
    signal.Stop();
    EXPECT_TRUE(waiter.stopped());
  }
  EXPECT_EQ(woken, 1);
  signal.Stop();
  EXPECT_EQ(woken, 1) << "nobody waits any more";
}

TEST(StopSignalTest, IsNotTakenBack) {
  StopSignal signal;
  signal.Stop();
  int woken = 0;
  const StopSignal::Waiter late(&signal, [&] { ++woken; });
  EXPECT_TRUE(late.stopped());
  EXPECT_EQ(woken, 0);
}

TEST(StopSignalTest, NobodyStopsWhoHasNoSignal) {
  const StopSignal::Waiter waiter(nullptr, [] { FAIL(); });
  EXPECT_FALSE(waiter.stopped());
}

class StopTest : public testing::Test {
 protected:
  static constexpr char kHost[] = "registry.example.com";

  std::unique_ptr<RegistryServer> Serve(RegistryServerOptions options) const {
    options.address = "127.0.0.1";
    options.chain = {&leaf_};
    return RegistryServer::Start(options);
  }

  // Both 127.0.0.1 and 127.0.0.2, where nobody listens; without verification
  // HTTP would follow.
  VerifyRequest Request(uint16_t port, StopSignal* stop) const {
    VerifyRequest request{
        RegistryAddress(std::nullopt, name_, port), {}, bundle_, {0}, false};
    Route route;
    route.host = name_;
    route.port = port;
    route.pinned = true;
    route.certificate_check = CertificateCheck::kNone;
    route.addresses = {*IpAddress::Parse("127.0.0.1"),
                       *IpAddress::Parse("127.0.0.2")};
    request.routes = {route, route};
    request.routes[1].scheme = Scheme::kHttp;
    request.stop = stop;
    return request;
  }

  // The limits are longer than any test runs.
  Verification Verify(const VerifyRequest& request) const {
    CurlRegistryVerifierOptions options;
    options.attempt_limit = absl::Hours(1);
    options.connect_limit = absl::Hours(1);
    return CurlRegistryVerifier(&clock_, options)
        .Verify(request, clock_.Now() + absl::Hours(9));
  }

  // Stops a verification that waits for `server`.
  void ExpectStops(const RegistryServer& server) const {
    StopSignal stop;
    Verification result;
    std::thread verifier(
        [&] { result = Verify(Request(server.port(), &stop)); });
    while (server.connections() == 0) std::this_thread::yield();
    stop.Stop();
    verifier.join();
    EXPECT_FALSE(result.usable.has_value());
    EXPECT_EQ(server.connections(), 1);
    for (const Attempt& attempt : result.attempts) {
      EXPECT_EQ(attempt.outcome, Attempt::Outcome::kSkipped) << attempt.detail;
      EXPECT_TRUE(absl::StrContains(attempt.detail, "nobody waits for it"))
          << attempt.detail;
    }
  }

  const FakeClock clock_{
      absl::FromCivil(absl::CivilDay(2026, 6, 1), absl::UTCTimeZone())};
  const RegistryHost name_ = *DnsName::Parse(kHost);
  const TestCertificate root_ = MakeTestRoot("Test Root");
  const TestCertificate leaf_ = root_.Issue(TestLeafOptions({kHost}));
  const std::shared_ptr<const TrustBundle> bundle_ = TrustOnly({&root_});
};

TEST_F(StopTest, EndsTheWaitForAHandshake) {
  RegistryServerOptions options;
  options.opening = Opening::kSilent;
  ExpectStops(*Serve(options));
}

TEST_F(StopTest, WithinAHandshakeIsNotTheRegistrysFault) {
  RegistryServerOptions options;
  options.opening = Opening::kTlsPartThenSilent;
  ExpectStops(*Serve(options));
}

TEST_F(StopTest, EndsTheWaitForAnAnswer) {
  RegistryServerOptions options;
  options.answer = ServerAnswer::kSilent;
  ExpectStops(*Serve(options));
}

TEST_F(StopTest, EndsAnAnswerThatNeverEnds) {
  RegistryServerOptions options;
  options.answer = ServerAnswer::kSlowHeader;
  ExpectStops(*Serve(options));
}

TEST_F(StopTest, BeforeItConnectsNowhere) {
  const auto server = Serve(RegistryServerOptions());
  StopSignal stop;
  stop.Stop();
  EXPECT_FALSE(Verify(Request(server->port(), &stop)).usable.has_value());
  EXPECT_EQ(server->connections(), 0);
}

TEST_F(StopTest, ThatNeverComesChangesNothing) {
  const auto server = Serve(RegistryServerOptions());
  StopSignal stop;
  EXPECT_TRUE(Verify(Request(server->port(), &stop)).usable.has_value());
}

}  // namespace
}  // namespace pullgate::agent
