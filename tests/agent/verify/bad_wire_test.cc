// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// A good registry behind a connection that is slow, or reset at every byte in
// turn: no time limit is overrun, nothing cut short counts, and no TLS that has
// begun is given up for HTTP.

#include "tests/fakes/bad_wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "agent/verify/curl_registry_verifier.h"
#include "agent/verify/registry_verifier.h"
#include "common/policy/decision.h"
#include "common/registry/dns_name.h"
#include "common/registry/registry_address.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/registry_server.h"
#include "tests/support/test_ca.h"
#include "tests/support/test_trust.h"

namespace pullgate::agent {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Outcome = Attempt::Outcome;

constexpr char kHost[] = "registry.example.com";
const absl::Time kNow =
    absl::FromCivil(absl::CivilDay(2026, 6, 1), absl::UTCTimeZone());

class BadWireTest : public testing::Test {
 protected:
  BadWireTest() {
    RegistryServerOptions options;
    options.chain = {&leaf_};
    registry_ = RegistryServer::Start(options);
  }

  Verification Verify(const BadWire& wire, CertificateCheck check,
                      absl::Duration limit) {
    Route route;
    route.host = *DnsName::Parse(kHost);
    route.port = wire.port();
    route.certificate_check = check;
    route.pinned = true;
    route.addresses = {*IpAddress::Parse("127.0.0.1")};
    VerifyRequest request{RegistryAddress(std::nullopt, route.host, route.port),
                          {route},
                          bundle_,
                          {0},
                          false};
    if (check == CertificateCheck::kNone) {
      route.scheme = Scheme::kHttp;
      request.routes.push_back(route);
    }
    return CurlRegistryVerifier(&clock_, {limit, limit})
        .Verify(request, kNow + absl::Minutes(1));
  }

  const FakeClock clock_{kNow};
  const TestCertificate root_ = MakeTestRoot("Test Root");
  const TestCertificate leaf_ = root_.Issue(TestLeafOptions({kHost}));
  const std::shared_ptr<const TrustBundle> bundle_ = TrustOnly({&root_});
  std::unique_ptr<RegistryServer> registry_;
};

TEST_F(BadWireTest, ByteByByteIsAsGoodAsAny) {
  const BadWire wire(registry_->port(), {});
  const Verification result =
      Verify(wire, CertificateCheck::kRequired, absl::Seconds(20));
  EXPECT_TRUE(result.usable.has_value()) << result.message;
  EXPECT_EQ(result.attempts[0].outcome, Outcome::kRegistry);
}

TEST_F(BadWireTest, AHandshakeThatDripsIsLeftInTime) {
  BadWire::Options slow;
  slow.pause_millis = 50;  // more than a minute for all of it
  for (const CertificateCheck check :
       {CertificateCheck::kRequired, CertificateCheck::kNone}) {
    const BadWire wire(registry_->port(), slow);
    const Verification result = Verify(wire, check, absl::Milliseconds(300));
    EXPECT_FALSE(result.usable.has_value());
    EXPECT_EQ(result.failure, Verification::Failure::kUnreachable);
    EXPECT_EQ(result.attempts[0].outcome, Outcome::kSilent);
    EXPECT_THAT(result.message, HasSubstr("did not finish the TLS handshake"));
    EXPECT_THAT(registry_->requests(), IsEmpty());
  }
}

TEST_F(BadWireTest, AResetAtAnyByteNeverPermitsAndNeverDowngrades) {
  // Every byte of the first record's header, then steps that divide no record.
  int reset_after = 0;
  int resets = 0;
  while (true) {
    SCOPED_TRACE(reset_after);
    BadWire::Options cut;
    cut.reset_after = reset_after;
    const BadWire wire(registry_->port(), cut);
    const Verification verified =
        Verify(wire, CertificateCheck::kRequired, absl::Seconds(20));
    const Verification insecure =
        Verify(wire, CertificateCheck::kNone, absl::Seconds(20));
    if (wire.resets() == 0) {
      EXPECT_TRUE(verified.usable.has_value()) << verified.message;
      break;
    }
    ++resets;
    // Whoever got all of the header needs no more.
    for (const Verification* result : {&verified, &insecure}) {
      if (!result->usable.has_value()) continue;
      EXPECT_EQ(result->usable->scheme, Scheme::kHttps);
      EXPECT_EQ(result->attempts[0].http_status, 200);
      EXPECT_TRUE(result->attempts[0].verified);
    }
    EXPECT_THAT(verified.attempts, SizeIs(1));
    if (!insecure.usable.has_value()) {
      ASSERT_THAT(insecure.attempts, SizeIs(2));
      EXPECT_EQ(insecure.attempts[1].outcome == Outcome::kSkipped,
                reset_after > 0)
          << insecure.attempts[0].detail << "; " << insecure.attempts[1].detail;
    }
    reset_after += reset_after < 8 ? 1 : 61;
  }
  EXPECT_GT(resets, 20);
}

}  // namespace
}  // namespace pullgate::agent
