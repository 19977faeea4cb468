// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/agent/verify/registry_server_rows.h"

#include <openssl/tls1.h>

namespace pullgate::agent {
namespace {

using Answer = RegistryServerOptions::Answer;
using Opening = RegistryServerOptions::Opening;
using Outcome = Attempt::Outcome;

constexpr const char* kHost = kRowHost;
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

}  // namespace

absl::Time RowTime() { return kNow; }

const TestCertificate& RowRoot() { return ThePki().root; }

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
    case Certificate::kHundredCertificates:
    case Certificate::kThousandCertificates: {
      std::vector<const TestCertificate*> chain(
          certificate == Certificate::kHundredCertificates ? 100 : 1000,
          &pki.issuing);
      chain.front() = &pki.good;
      return chain;
    }
  }
  return {};
}

const std::vector<Row>& RegistryServerRows() {
  static const auto* const rows = new std::vector<Row>{
      {"Good", Certificate::kGood, Opening::kServe, Answer::kResponse, "200 OK",
       Result::kHttps, Result::kHttps, Outcome::kRegistry, "HTTP 200"},
      {"Unauthorized", Certificate::kGood, Opening::kServe, Answer::kResponse,
       "401 Unauthorized", Result::kHttps, Result::kHttps, Outcome::kRegistry,
       "HTTP 401"},
      {"EndlessBody", Certificate::kGood, Opening::kServe, Answer::kEndlessBody,
       "200 OK", Result::kHttps, Result::kHttps, Outcome::kRegistry,
       "HTTP 200"},
      {"BodyNeverComes", Certificate::kGood, Opening::kServe,
       Answer::kHeaderThenSilent, "200 OK", Result::kHttps, Result::kHttps,
       Outcome::kRegistry, "HTTP 200"},
      {"InterimResponse", Certificate::kGood, Opening::kServe,
       Answer::kInterimFirst, "200 OK", Result::kHttps, Result::kHttps,
       Outcome::kRegistry, "HTTP 200"},

      {"Expired", Certificate::kExpired, Opening::kServe, Answer::kResponse,
       "200 OK", Result::kRejected, Result::kHttps,
       Outcome::kCertificateRejected,
       "presented a certificate that expired on 2026-05-31"},
      {"WrongName", Certificate::kWrongName, Opening::kServe, Answer::kResponse,
       "200 OK", Result::kRejected, Result::kHttps,
       Outcome::kCertificateRejected,
       "is for other.test, not for registry.example.com"},
      {"SelfSigned", Certificate::kSelfSigned, Opening::kServe,
       Answer::kResponse, "200 OK", Result::kRejected, Result::kHttps,
       Outcome::kCertificateRejected, "is self-signed"},
      {"WeakKey", Certificate::kWeak, Opening::kServe, Answer::kResponse,
       "200 OK", Result::kRejected, Result::kHttps,
       Outcome::kCertificateRejected, "too small"},
      {"ExpiredAndNoRegistry", Certificate::kExpired, Opening::kServe,
       Answer::kResponse, "404 Not Found", Result::kRejected,
       Result::kUnreachable, Outcome::kCertificateRejected, "expired"},

      {"RealmElsewhere", Certificate::kGood, Opening::kServe, Answer::kResponse,
       "401 Unauthorized", Result::kHttps, Result::kHttps, Outcome::kRegistry,
       "HTTP 401", 0, false,
       "WWW-Authenticate: Bearer realm=\"http://127.0.0.1:{}/token\"\r\n"},
      {"AsksForAPassword", Certificate::kGood, Opening::kServe,
       Answer::kResponse, "401 Unauthorized", Result::kHttps, Result::kHttps,
       Outcome::kRegistry, "HTTP 401", 0, false,
       "WWW-Authenticate: Basic realm=\"r\"\r\nWWW-Authenticate: NTLM\r\n"
       "WWW-Authenticate: Negotiate\r\n"},
      {"ProxyAsksForAPassword", Certificate::kGood, Opening::kServe,
       Answer::kResponse, "407 Proxy Authentication Required",
       Result::kUnreachable, Result::kUnreachable, Outcome::kNotARegistry,
       "HTTP 407", 0, false, "Proxy-Authenticate: Basic realm=\"r\"\r\n"},

      {"Redirect", Certificate::kGood, Opening::kServe, Answer::kResponse,
       "302 Found", Result::kUnreachable, Result::kUnreachable,
       Outcome::kNotARegistry, "HTTP 302 on /v2/, a redirect", 0, false,
       "Location: https://127.0.0.1:{}/v2/\r\n"},
      {"RedirectToPlainHttp", Certificate::kGood, Opening::kServe,
       Answer::kResponse, "307 Temporary Redirect", Result::kUnreachable,
       Result::kUnreachable, Outcome::kNotARegistry,
       "HTTP 307 on /v2/, a redirect", 0, false,
       "Location: http://127.0.0.1:{}/v2/\r\n"},
      {"RedirectForGood", Certificate::kGood, Opening::kServe,
       Answer::kResponse, "308 Permanent Redirect", Result::kUnreachable,
       Result::kUnreachable, Outcome::kNotARegistry,
       "HTTP 308 on /v2/, a redirect", 0, false,
       "Location: //127.0.0.1:{}/v2/\r\n"},
      {"NotFound", Certificate::kGood, Opening::kServe, Answer::kResponse,
       "404 Not Found", Result::kUnreachable, Result::kUnreachable,
       Outcome::kNotARegistry, "HTTP 404"},
      {"ServerError", Certificate::kGood, Opening::kServe, Answer::kResponse,
       "500 Internal Server Error", Result::kUnreachable, Result::kUnreachable,
       Outcome::kNotARegistry, "HTTP 500"},
      {"HugeHeader", Certificate::kGood, Opening::kServe, Answer::kHugeHeader,
       "200 OK", Result::kUnreachable, Result::kUnreachable,
       Outcome::kNotARegistry, "64 KiB"},
      {"HugeHeaderLine", Certificate::kGood, Opening::kServe,
       Answer::kHugeHeaderLine, "200 OK", Result::kUnreachable,
       Result::kUnreachable, Outcome::kNotARegistry, "64 KiB"},
      {"EndlessInterimResponses", Certificate::kGood, Opening::kServe,
       Answer::kEndlessInterim, "200 OK", Result::kUnreachable,
       Result::kUnreachable, Outcome::kNotARegistry, "64 KiB"},
      {"HeaderWithoutEnd", Certificate::kGood, Opening::kServe,
       Answer::kSlowHeader, "200 OK", Result::kUnreachable,
       Result::kUnreachable, Outcome::kSilent, "did not answer in time"},
      {"NotHttp", Certificate::kGood, Opening::kServe, Answer::kGarbage, "",
       Result::kUnreachable, Result::kUnreachable, Outcome::kNotARegistry,
       "not HTTP"},
      {"ClosesAfterRequest", Certificate::kGood, Opening::kServe,
       Answer::kClose, "", Result::kUnreachable, Result::kUnreachable,
       Outcome::kNotARegistry, "without an answer"},
      {"ResetsAfterHandshake", Certificate::kGood, Opening::kTlsThenReset,
       Answer::kResponse, "", Result::kUnreachable, Result::kUnreachable,
       Outcome::kNotARegistry, "without an answer"},
      {"ResetsAfterRequest", Certificate::kGood, Opening::kServe,
       Answer::kReset, "", Result::kUnreachable, Result::kUnreachable,
       Outcome::kNotARegistry, "without an answer"},
      {"ResetsInHeader", Certificate::kGood, Opening::kServe,
       Answer::kResetInHeader, "200 OK", Result::kUnreachable,
       Result::kUnreachable, Outcome::kNotARegistry, "without an answer"},
      {"SilentAfterRequest", Certificate::kGood, Opening::kServe,
       Answer::kSilent, "", Result::kUnreachable, Result::kUnreachable,
       Outcome::kSilent, "did not answer in time"},
      {"DemandsClientCertificate", Certificate::kGood, Opening::kServe,
       Answer::kResponse, "200 OK", Result::kUnreachable, Result::kUnreachable,
       Outcome::kTlsFailed, "demands a client certificate", 0, true},
      {"DemandsClientCertificateInTls12", Certificate::kGood, Opening::kServe,
       Answer::kResponse, "200 OK", Result::kUnreachable, Result::kUnreachable,
       Outcome::kTlsFailed, "demands a client certificate", TLS1_2_VERSION,
       true},
      {"Tls12", Certificate::kGood, Opening::kServe, Answer::kResponse,
       "200 OK", Result::kHttps, Result::kHttps, Outcome::kRegistry, "HTTP 200",
       TLS1_2_VERSION},
      {"Tls11Only", Certificate::kGood, Opening::kServe, Answer::kResponse,
       "200 OK", Result::kRejected, Result::kUnreachable, Outcome::kTlsFailed,
       "does not speak TLS 1.2", TLS1_1_VERSION},
      {"Tls10Only", Certificate::kGood, Opening::kServe, Answer::kResponse,
       "200 OK", Result::kRejected, Result::kUnreachable, Outcome::kTlsFailed,
       "does not speak TLS 1.2", TLS1_VERSION},
      {"HundredCertificates", Certificate::kHundredCertificates,
       Opening::kServe, Answer::kResponse, "200 OK", Result::kRejected,
       Result::kHttps, Outcome::kCertificateRejected, "100 certificates"},
      {"ThousandCertificates", Certificate::kThousandCertificates,
       Opening::kServe, Answer::kResponse, "200 OK", Result::kRejected,
       Result::kUnreachable, Outcome::kTlsFailed, "broke the TLS protocol"},

      {"TlsAlert", Certificate::kGood, Opening::kTlsAlert, Answer::kResponse,
       "", Result::kRejected, Result::kUnreachable, Outcome::kTlsFailed,
       "an alert (handshake failure)"},
      {"TlsThenSilent", Certificate::kGood, Opening::kTlsPartThenSilent,
       Answer::kResponse, "", Result::kUnreachable, Result::kUnreachable,
       Outcome::kSilent, "did not finish the TLS handshake in time"},
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
       Answer::kResponse, "401 Unauthorized", Result::kUnreachable,
       Result::kHttp, Outcome::kNotTls, "answered in plain HTTP"},
      {"PlainHttpNotFound", Certificate::kPlainHttp, Opening::kServe,
       Answer::kResponse, "404 Not Found", Result::kUnreachable,
       Result::kUnreachable, Outcome::kNotTls, "answered in plain HTTP"},
      {"Garbage", Certificate::kPlainHttp, Opening::kGarbage, Answer::kResponse,
       "", Result::kUnreachable, Result::kUnreachable, Outcome::kNotTls,
       "something that is not TLS"},
      {"Closes", Certificate::kPlainHttp, Opening::kClose, Answer::kResponse,
       "", Result::kUnreachable, Result::kUnreachable, Outcome::kNotTls,
       "before any TLS"},
      {"Resets", Certificate::kPlainHttp, Opening::kReset, Answer::kResponse,
       "", Result::kUnreachable, Result::kUnreachable, Outcome::kNotTls,
       "before any TLS"},
      {"ResetsAfterHello", Certificate::kPlainHttp,
       Opening::kResetAfterFirstData, Answer::kResponse, "",
       Result::kUnreachable, Result::kUnreachable, Outcome::kNotTls,
       "before any TLS"},
  };
  return *rows;
}

}  // namespace pullgate::agent
