// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// The verifier against each row of the table in registry_server_rows.h. Real
// sockets, real TLS.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "agent/verify/curl_registry_verifier.h"
#include "agent/verify/registry_verifier.h"
#include "common/net/ip_address.h"
#include "common/policy/decision.h"
#include "common/registry/dns_name.h"
#include "common/registry/registry_address.h"
#include "tests/agent/verify/registry_server_rows.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/registry_server.h"
#include "tests/support/test_ca.h"
#include "tests/support/test_trust.h"

namespace pullgate::agent {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using Opening = RegistryServerOptions::Opening;
using Outcome = Attempt::Outcome;
using Failure = Verification::Failure;

Route MakeRoute(Scheme scheme, uint16_t port, CertificateCheck check) {
  Route route;
  route.scheme = scheme;
  route.host = *DnsName::Parse(kRowHost);
  route.port = port;
  route.certificate_check = check;
  route.pinned = true;
  route.addresses = {*IpAddress::Parse("127.0.0.1")};
  return route;
}

class RegistryServersTest : public testing::TestWithParam<Row> {
 protected:
  RegistryServersTest() : bundle_(TrustOnly({&RowRoot()})) {
    const Row& row = GetParam();
    RegistryServerOptions options;
    options.chain = ChainOf(row.certificate);
    options.opening = row.opening;
    options.answer = row.answer;
    options.status = row.status;
    options.max_tls_version = row.max_tls_version;
    options.demand_client_certificate = row.demand_client_certificate;
    options.headers = absl::StrReplaceAll(
        row.headers, {{"{}", absl::StrCat(elsewhere_->port())}});
    server_ = RegistryServer::Start(options);
    // Long enough for a busy machine where an answer comes, short where the
    // answer is silence.
    limits_.attempt_limit = row.outcome == Outcome::kSilent
                                ? absl::Milliseconds(700)
                                : absl::Seconds(20);
    limits_.connect_limit = limits_.attempt_limit;
  }

  Verification Verify(bool insecure) {
    const uint16_t port = server_->port();
    VerifyRequest request{
        RegistryAddress(std::nullopt, *DnsName::Parse(kRowHost), port),
        {},
        bundle_,
        {0},
        false};
    const CertificateCheck check =
        insecure ? CertificateCheck::kNone : CertificateCheck::kRequired;
    request.routes = {MakeRoute(Scheme::kHttps, port, check)};
    if (insecure) {
      request.routes.push_back(MakeRoute(Scheme::kHttp, port, check));
    }
    const FakeClock clock(RowTime());
    return CurlRegistryVerifier(&clock, limits_)
        .Verify(request, RowTime() + absl::Minutes(1));
  }

  static Result ResultOf(const Verification& verification) {
    EXPECT_EQ(verification.usable.has_value(),
              verification.failure == Failure::kNone);
    EXPECT_THAT(verification.message, Not(IsEmpty()));
    if (verification.usable.has_value()) {
      return verification.usable->scheme == Scheme::kHttps ? Result::kHttps
                                                           : Result::kHttp;
    }
    return verification.failure == Failure::kCertificateRejected
               ? Result::kRejected
               : Result::kUnreachable;
  }

  bool PlainRequestSeen() const {
    return GetParam().certificate == Certificate::kPlainHttp &&
           !server_->requests().empty();
  }

  void ExpectDiscretion() const {
    EXPECT_EQ(elsewhere_->connections(), 0);
    for (const std::string& request : server_->requests()) {
      const std::string header = absl::AsciiStrToLower(request);
      EXPECT_THAT(header, Not(HasSubstr("authorization")));
      EXPECT_THAT(header, Not(HasSubstr("cookie")));
    }
  }

  const std::shared_ptr<const TrustBundle> bundle_;
  const std::unique_ptr<RegistryServer> elsewhere_ = RegistryServer::Start({});
  std::unique_ptr<RegistryServer> server_;
  CurlRegistryVerifierOptions limits_;
};

TEST_P(RegistryServersTest, WithVerification) {
  const Row& row = GetParam();
  const Verification result = Verify(/*insecure=*/false);
  EXPECT_EQ(ResultOf(result), row.required) << result.message;
  ASSERT_THAT(result.attempts, SizeIs(1));
  const Attempt& attempt = result.attempts[0];
  EXPECT_EQ(attempt.outcome, row.outcome) << attempt.detail;
  EXPECT_THAT(attempt.detail, HasSubstr(row.detail));
  EXPECT_EQ(server_->connections(), 1);
  EXPECT_FALSE(PlainRequestSeen());
  ExpectDiscretion();
  // Nobody is asked anything before he is known.
  if (row.outcome == Outcome::kCertificateRejected) {
    EXPECT_THAT(server_->requests(), IsEmpty());
  }
  if (row.outcome != Outcome::kRegistry) {
    EXPECT_THAT(result.message, HasSubstr(row.detail));
  }
}

TEST_P(RegistryServersTest, WithoutVerification) {
  const Row& row = GetParam();
  const Verification result = Verify(/*insecure=*/true);
  EXPECT_EQ(ResultOf(result), row.none) << result.message;
  ExpectDiscretion();
  const bool may_fall_back = row.outcome == Outcome::kNotTls;
  EXPECT_EQ(PlainRequestSeen(), may_fall_back && row.opening == Opening::kServe)
      << result.message;
  if (result.usable.has_value()) {
    EXPECT_EQ(result.usable->certificate_check, CertificateCheck::kNone);
    EXPECT_EQ(result.usable->certificate_sha256.empty(),
              row.none == Result::kHttp);
    EXPECT_EQ(result.attempts[0].verified, row.required == Result::kHttps);
    return;
  }
  ASSERT_THAT(result.attempts, SizeIs(2));
  EXPECT_EQ(result.attempts[1].outcome == Outcome::kSkipped, !may_fall_back)
      << result.attempts[1].detail;
}

INSTANTIATE_TEST_SUITE_P(Table, RegistryServersTest,
                         testing::ValuesIn(RegistryServerRows()),
                         [](const testing::TestParamInfo<Row>& info) {
                           return info.param.name;
                         });

}  // namespace
}  // namespace pullgate::agent
