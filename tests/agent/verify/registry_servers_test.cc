// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// The table of docs/semantics.md §6: what may answer at a registry's address,
// and what comes of it with certificate check REQUIRED and with NONE. Real
// sockets, real TLS.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/tls1.h>

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "agent/verify/curl_registry_verifier.h"
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

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using Answer = RegistryServerOptions::Answer;
using Opening = RegistryServerOptions::Opening;
using Outcome = Attempt::Outcome;
using Failure = Verification::Failure;

constexpr char kHost[] = "registry.example.com";
const absl::Time kNow =
    absl::FromCivil(absl::CivilDay(2026, 6, 1), absl::UTCTimeZone());

// The certificates of the table, made once.
struct Pki {
  TestCertificate root = MakeTestRoot("Test Root");
  TestCertificate issuing = root.Issue(TestCaOptions("Issuing CA"));
  TestCertificate good = issuing.Issue(TestLeafOptions({kHost}));
  TestCertificate expired = root.Issue([] {
    TestCertificateOptions options = TestLeafOptions({kHost});
    options.not_after = kNow - absl::Hours(24);
    return options;
  }());
  TestCertificate wrong_name = root.Issue(TestLeafOptions({"other.test"}));
  TestCertificate self_signed = MakeSelfSigned(TestLeafOptions({kHost}));
  TestCertificate weak = root.Issue([] {
    TestCertificateOptions options = TestLeafOptions({kHost});
    options.key = TestCertificateOptions::Key::kRsa1024;
    return options;
  }());
};

const Pki& ThePki() {
  static const Pki* const pki = new Pki();
  return *pki;
}

enum class Certificate {
  kPlainHttp,
  kGood,
  kExpired,
  kWrongName,
  kSelfSigned,
  kWeak,
};

// What comes of it.
enum class Result { kHttps, kHttp, kRejected, kUnreachable };

struct Row {
  const char* name;
  Certificate certificate;
  Opening opening;
  Answer answer;
  const char* status;
  Result required;
  Result none;
  Outcome outcome;     // of the HTTPS attempt with REQUIRED
  const char* detail;  // part of it
  int max_tls_version = 0;
  bool demand_client_certificate = false;
};

std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}

// With NONE, HTTP at the same port gets the same server: where HTTPS met one
// that is no TLS server, HTTP works only if it is an HTTP server.
const Row kRows[] = {
    {"Good", Certificate::kGood, Opening::kServe, Answer::kResponse, "200 OK",
     Result::kHttps, Result::kHttps, Outcome::kRegistry, "HTTP 200"},
    {"Unauthorized", Certificate::kGood, Opening::kServe, Answer::kResponse,
     "401 Unauthorized", Result::kHttps, Result::kHttps, Outcome::kRegistry,
     "HTTP 401"},
    {"EndlessBody", Certificate::kGood, Opening::kServe, Answer::kEndlessBody,
     "200 OK", Result::kHttps, Result::kHttps, Outcome::kRegistry, "HTTP 200"},
    {"BodyNeverComes", Certificate::kGood, Opening::kServe,
     Answer::kHeaderThenSilent, "200 OK", Result::kHttps, Result::kHttps,
     Outcome::kRegistry, "HTTP 200"},
    {"InterimResponse", Certificate::kGood, Opening::kServe,
     Answer::kInterimFirst, "200 OK", Result::kHttps, Result::kHttps,
     Outcome::kRegistry, "HTTP 200"},

    {"Expired", Certificate::kExpired, Opening::kServe, Answer::kResponse,
     "200 OK", Result::kRejected, Result::kHttps, Outcome::kCertificateRejected,
     "presented a certificate that expired on 2026-05-31"},
    {"WrongName", Certificate::kWrongName, Opening::kServe, Answer::kResponse,
     "200 OK", Result::kRejected, Result::kHttps, Outcome::kCertificateRejected,
     "is for other.test, not for registry.example.com"},
    {"SelfSigned", Certificate::kSelfSigned, Opening::kServe, Answer::kResponse,
     "200 OK", Result::kRejected, Result::kHttps, Outcome::kCertificateRejected,
     "is self-signed"},
    {"WeakKey", Certificate::kWeak, Opening::kServe, Answer::kResponse,
     "200 OK", Result::kRejected, Result::kHttps, Outcome::kCertificateRejected,
     "too small"},
    {"ExpiredAndNoRegistry", Certificate::kExpired, Opening::kServe,
     Answer::kResponse, "404 Not Found", Result::kRejected,
     Result::kUnreachable, Outcome::kCertificateRejected, "expired"},

    {"Redirect", Certificate::kGood, Opening::kServe, Answer::kResponse,
     "302 Found", Result::kUnreachable, Result::kUnreachable,
     Outcome::kNotARegistry, "HTTP 302 on /v2/, a redirect"},
    {"NotFound", Certificate::kGood, Opening::kServe, Answer::kResponse,
     "404 Not Found", Result::kUnreachable, Result::kUnreachable,
     Outcome::kNotARegistry, "HTTP 404"},
    {"ServerError", Certificate::kGood, Opening::kServe, Answer::kResponse,
     "500 Internal Server Error", Result::kUnreachable, Result::kUnreachable,
     Outcome::kNotARegistry, "HTTP 500"},
    {"HugeHeader", Certificate::kGood, Opening::kServe, Answer::kHugeHeader,
     "200 OK", Result::kUnreachable, Result::kUnreachable,
     Outcome::kNotARegistry, "64 KiB"},
    {"NotHttp", Certificate::kGood, Opening::kServe, Answer::kGarbage, "",
     Result::kUnreachable, Result::kUnreachable, Outcome::kNotARegistry,
     "not HTTP"},
    {"ClosesAfterRequest", Certificate::kGood, Opening::kServe, Answer::kClose,
     "", Result::kUnreachable, Result::kUnreachable, Outcome::kNotARegistry,
     "without an answer"},
    {"SilentAfterRequest", Certificate::kGood, Opening::kServe, Answer::kSilent,
     "", Result::kUnreachable, Result::kUnreachable, Outcome::kSilent,
     "did not answer in time"},
    {"DemandsClientCertificate", Certificate::kGood, Opening::kServe,
     Answer::kResponse, "200 OK", Result::kUnreachable, Result::kUnreachable,
     Outcome::kTlsFailed, "demands a client certificate", 0, true},
    {"DemandsClientCertificateInTls12", Certificate::kGood, Opening::kServe,
     Answer::kResponse, "200 OK", Result::kUnreachable, Result::kUnreachable,
     Outcome::kTlsFailed, "demands a client certificate", TLS1_2_VERSION, true},
    {"Tls12", Certificate::kGood, Opening::kServe, Answer::kResponse, "200 OK",
     Result::kHttps, Result::kHttps, Outcome::kRegistry, "HTTP 200",
     TLS1_2_VERSION},
    {"Tls11Only", Certificate::kGood, Opening::kServe, Answer::kResponse,
     "200 OK", Result::kRejected, Result::kUnreachable, Outcome::kTlsFailed,
     "does not speak TLS 1.2", TLS1_1_VERSION},

    {"TlsAlert", Certificate::kGood, Opening::kTlsAlert, Answer::kResponse, "",
     Result::kRejected, Result::kUnreachable, Outcome::kTlsFailed,
     "an alert (handshake failure)"},
    {"TlsThenSilent", Certificate::kGood, Opening::kTlsPartThenSilent,
     Answer::kResponse, "", Result::kUnreachable, Result::kUnreachable,
     Outcome::kSilent, "fell silent within the TLS handshake"},
    {"TlsThenCloses", Certificate::kGood, Opening::kTlsPartThenClose,
     Answer::kResponse, "", Result::kRejected, Result::kUnreachable,
     Outcome::kTlsFailed, "within the TLS handshake"},
    {"TlsThenResets", Certificate::kGood, Opening::kTlsPartThenReset,
     Answer::kResponse, "", Result::kRejected, Result::kUnreachable,
     Outcome::kTlsFailed, "within the TLS handshake"},
    {"OneTlsByteThenCloses", Certificate::kGood, Opening::kTlsByteThenClose,
     Answer::kResponse, "", Result::kRejected, Result::kUnreachable,
     Outcome::kTlsFailed, "within the TLS handshake"},
    {"Silent", Certificate::kGood, Opening::kSilent, Answer::kResponse, "",
     Result::kUnreachable, Result::kUnreachable, Outcome::kSilent,
     "took the connection and was silent"},

    {"PlainHttp", Certificate::kPlainHttp, Opening::kServe, Answer::kResponse,
     "200 OK", Result::kUnreachable, Result::kHttp, Outcome::kNotTls,
     "answered in plain HTTP"},
    {"PlainHttpUnauthorized", Certificate::kPlainHttp, Opening::kServe,
     Answer::kResponse, "401 Unauthorized", Result::kUnreachable, Result::kHttp,
     Outcome::kNotTls, "answered in plain HTTP"},
    {"PlainHttpNotFound", Certificate::kPlainHttp, Opening::kServe,
     Answer::kResponse, "404 Not Found", Result::kUnreachable,
     Result::kUnreachable, Outcome::kNotTls, "answered in plain HTTP"},
    {"Garbage", Certificate::kPlainHttp, Opening::kGarbage, Answer::kResponse,
     "", Result::kUnreachable, Result::kUnreachable, Outcome::kNotTls,
     "something that is not TLS"},
    {"Closes", Certificate::kPlainHttp, Opening::kClose, Answer::kResponse, "",
     Result::kUnreachable, Result::kUnreachable, Outcome::kNotTls,
     "before any TLS"},
    {"Resets", Certificate::kPlainHttp, Opening::kReset, Answer::kResponse, "",
     Result::kUnreachable, Result::kUnreachable, Outcome::kNotTls,
     "before any TLS"},
    {"ResetsAfterHello", Certificate::kPlainHttp, Opening::kResetAfterFirstData,
     Answer::kResponse, "", Result::kUnreachable, Result::kUnreachable,
     Outcome::kNotTls, "before any TLS"},
};

std::vector<const TestCertificate*> ChainOf(Certificate certificate) {
  const Pki& pki = ThePki();
  switch (certificate) {
    case Certificate::kPlainHttp:
      return {};
    case Certificate::kGood:
      return {&pki.good, &pki.issuing};
    case Certificate::kExpired:
      return {&pki.expired};
    case Certificate::kWrongName:
      return {&pki.wrong_name};
    case Certificate::kSelfSigned:
      return {&pki.self_signed};
    case Certificate::kWeak:
      return {&pki.weak};
  }
  return {};
}

Route MakeRoute(Scheme scheme, uint16_t port, CertificateCheck check) {
  Route route;
  route.scheme = scheme;
  route.host = *DnsName::Parse(kHost);
  route.port = port;
  route.certificate_check = check;
  route.pinned = true;
  route.addresses = {*IpAddress::Parse("127.0.0.1")};
  return route;
}

class RegistryServersTest : public testing::TestWithParam<Row> {
 protected:
  RegistryServersTest() : bundle_(TrustOnly({&ThePki().root})) {
    const Row& row = GetParam();
    RegistryServerOptions options;
    options.chain = ChainOf(row.certificate);
    options.opening = row.opening;
    options.answer = row.answer;
    options.status = row.status;
    options.max_tls_version = row.max_tls_version;
    options.demand_client_certificate = row.demand_client_certificate;
    if (absl::string_view(row.name) == "Redirect") {
      options.headers = "Location: http://127.0.0.1:1/v2/\r\n";
    }
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
        RegistryAddress(std::nullopt, *DnsName::Parse(kHost), port),
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
    const FakeClock clock(kNow);
    return CurlRegistryVerifier(&clock, limits_)
        .Verify(request, kNow + absl::Minutes(1));
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

  const std::shared_ptr<const TrustBundle> bundle_;
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

INSTANTIATE_TEST_SUITE_P(Table, RegistryServersTest, testing::ValuesIn(kRows),
                         [](const testing::TestParamInfo<Row>& info) {
                           return info.param.name;
                         });

}  // namespace
}  // namespace pullgate::agent
