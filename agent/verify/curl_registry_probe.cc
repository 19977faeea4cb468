// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/verify/curl_registry_probe.h"

#include <errno.h>
#include <openssl/ssl.h>
#include <openssl/tls1.h>
#include <openssl/x509.h>

#include <algorithm>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "agent/verify/certificate_verifier.h"
#include "agent/verify/http_exchange.h"
#include "agent/verify/insecure_transport_token.h"
#include "agent/verify/registry_probe.h"
#include "agent/verify/registry_verifier.h"
#include "agent/verify/tls_observer.h"
#include "agent/verify/trust_advice.h"
#include "common/registry/registry_address.h"

namespace pullgate::agent {
namespace {

using End = HttpExchangeFacts::End;
using Outcome = Attempt::Outcome;
using FirstBytes = TlsFacts::FirstBytes;

void Say(Attempt& attempt, Outcome outcome, std::string detail) {
  attempt.outcome = outcome;
  attempt.detail = std::move(detail);
}

std::string ErrnoText(int error) {
  return std::generic_category().message(error);
}

void ClassifyNotConnected(const HttpExchangeFacts& http, bool https,
                          Attempt& attempt) {
  switch (http.os_error) {
    case ECONNREFUSED:
      return Say(attempt, Outcome::kRefused, "refused the connection");
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ENETDOWN:
    case EHOSTDOWN:
    case EACCES:  // forbidden by a router or by this machine's firewall
    case EPERM:
      return Say(
          attempt, Outcome::kUnreachable,
          absl::StrCat("is unreachable (", ErrnoText(http.os_error), ")"));
    case ETIMEDOUT:
      return Say(attempt, Outcome::kTimedOut, "took no connection in time");
    case ECONNRESET:  // connected, and gone before this side looked
      return https ? Say(attempt, Outcome::kNotTls,
                         "closed the connection before any TLS")
                   : Say(attempt, Outcome::kNotARegistry,
                         "closed the connection without an answer");
    default:
      return Say(
          attempt, Outcome::kSkipped,
          absl::StrCat("could not be tried: ", ErrnoText(http.os_error)));
  }
}

// "an alert (handshake failure)".
std::string AlertText(int alert) {
  return absl::StrCat("an alert (", SSL_alert_desc_string_long(alert), ")");
}

bool IsVersionFailure(const TlsFacts& tls) {
  return tls.alert_received == SSL_AD_PROTOCOL_VERSION ||
         tls.alert_sent == SSL_AD_PROTOCOL_VERSION;
}

std::string TlsFailure(const TlsFacts& tls) {
  if (tls.client_certificate_requested && tls.alert_received >= 0) {
    return absl::StrCat("demands a client certificate and answered with ",
                        AlertText(tls.alert_received));
  }
  if (IsVersionFailure(tls)) return "does not speak TLS 1.2 or newer";
  if (tls.alert_received >= 0) {
    return absl::StrCat("ended the TLS handshake with ",
                        AlertText(tls.alert_received));
  }
  if (tls.alert_sent >= 0) {
    return absl::StrCat("broke the TLS protocol; it was sent ",
                        AlertText(tls.alert_sent));
  }
  return "closed the connection within the TLS handshake";
}

std::string NotTlsDetail(const TlsFacts& tls) {
  if (absl::StartsWith(tls.beginning, "HTTP/")) {
    return "answered in plain HTTP, not TLS";
  }
  return tls.first_bytes == FirstBytes::kOther
             ? "answered with something that is not TLS"
             : "closed the connection before any TLS";
}

// HTTPS, TCP connected, TLS not complete.
void ClassifyHandshake(const HttpExchangeFacts& http, const TlsFacts& tls,
                       bool enforced, Attempt& attempt) {
  if (enforced && tls.checked && !tls.verdict.verified) {
    return Say(
        attempt, Outcome::kCertificateRejected,
        absl::StrCat("presented a certificate that ", tls.verdict.failure));
  }
  if (tls.first_bytes == FirstBytes::kOther) {
    return Say(attempt, Outcome::kNotTls, NotTlsDetail(tls));
  }
  if (http.end == End::kTimedOut) {
    return Say(attempt, Outcome::kSilent,
               tls.first_bytes == FirstBytes::kNone
                   ? "took the connection and was silent"
                   : "did not finish the TLS handshake in time");
  }
  if (tls.first_bytes == FirstBytes::kTls) {
    return Say(attempt, Outcome::kTlsFailed, TlsFailure(tls));
  }
  if (tls.peer_closed && http.end == End::kClosed) {
    return Say(attempt, Outcome::kNotTls, NotTlsDetail(tls));
  }
  // No word of the peer, and not its doing: no reason to go on without TLS.
  Say(attempt, Outcome::kSkipped,
      absl::StrCat("could not be tried: ", http.error.empty()
                                               ? "the handshake failed here"
                                               : http.error));
}

void ClassifyStatus(const HttpExchangeFacts& http, Attempt& attempt) {
  attempt.http_status = http.http_status;
  const bool registry = http.http_status == 200 || http.http_status == 401;
  std::string detail =
      absl::StrCat("answered HTTP ", http.http_status, " on /v2/");
  if (registry && !http.has_registry_header) {
    absl::StrAppend(&detail, ", without Docker-Distribution-API-Version");
  } else if (!registry && http.http_status / 100 == 3) {
    absl::StrAppend(&detail, ", a redirect, which is not followed");
  } else if (!registry) {
    absl::StrAppend(&detail, "; a registry answers 200 or 401");
  }
  Say(attempt, registry ? Outcome::kRegistry : Outcome::kNotARegistry,
      std::move(detail));
}

// The connection stands, with HTTPS also TLS.
void ClassifyHttp(const HttpExchangeFacts& http, const TlsFacts* tls,
                  Attempt& attempt) {
  switch (http.end) {
    case End::kHeaders:
      return ClassifyStatus(http, attempt);
    case End::kTimedOut:
      return Say(attempt, Outcome::kSilent,
                 "took the request and did not answer in time");
    case End::kTooLong:
      return Say(attempt, Outcome::kNotARegistry,
                 absl::StrCat("answered with more than ",
                              kMaxResponseHeaderBytes >> 10, " KiB of header"));
    case End::kNotHttp:
      return Say(attempt, Outcome::kNotARegistry,
                 "answered with something that is not HTTP/1.1");
    case End::kClosed:
      if (tls != nullptr && tls->alert_received > 0) {
        return Say(attempt, Outcome::kTlsFailed, TlsFailure(*tls));
      }
      return Say(attempt, Outcome::kNotARegistry,
                 "closed the connection without an answer");
    case End::kNotConnected:
    case End::kLocal:
      return Say(attempt, Outcome::kSkipped,
                 absl::StrCat("could not be tried: ", http.error));
  }
}

}  // namespace

void Classify(const HttpExchangeFacts& http, const TlsFacts* tls, bool enforced,
              Attempt& attempt) {
  attempt.elapsed = http.elapsed;
  if (tls != nullptr && tls->checked) {
    attempt.chain = tls->chain;
    attempt.verified = tls->verdict.verified;
    attempt.verify_failure = tls->verdict.failure;
  }
  const bool connected = http.connected || (tls != nullptr && tls->started);
  if (!connected && http.end == End::kNotConnected) {
    return ClassifyNotConnected(http, tls != nullptr, attempt);
  }
  if (!connected && http.end == End::kTimedOut) {
    return Say(attempt, Outcome::kTimedOut, "took no connection in time");
  }
  if (!connected) {
    return Say(attempt, Outcome::kSkipped,
               absl::StrCat("could not be tried: ", http.error));
  }
  if (tls == nullptr) return ClassifyHttp(http, nullptr, attempt);
  if (!http.secured) return ClassifyHandshake(http, *tls, enforced, attempt);
  // A resumed session, or a handshake without a certificate, would get here
  // unseen.
  if (enforced && !(tls->checked && tls->verdict.verified)) {
    return Say(
        attempt, Outcome::kCertificateRejected,
        absl::StrCat("presented a certificate that ", tls->verdict.failure));
  }
  if (!tls->checked) {
    return Say(attempt, Outcome::kTlsFailed, "presented no certificate");
  }
  ClassifyHttp(http, tls, attempt);
}

HttpExchangeRequest CurlRegistryProbe::RequestFor(const ProbeTarget& target,
                                                  Scheme scheme,
                                                  absl::Duration limit) const {
  return {scheme,
          target.host,
          target.port,
          target.address,
          std::min(connect_limit_, limit),
          limit,
          target.left_open,
          target.stop};
}

Attempt CurlRegistryProbe::ProbeHttps(const ProbeTarget& target,
                                      const TrustAnchors& anchors,
                                      absl::Duration limit,
                                      bool enforce) const {
  Attempt attempt;
  attempt.scheme = Scheme::kHttps;
  attempt.address = target.address;
  attempt.port = target.port;
  const auto observer = std::make_shared<TlsObserver>(
      [&](X509* leaf, STACK_OF(X509) * presented) {
        const absl::Time now = clock_->Now();
        CertificateVerdict verdict =
            VerifyServerCertificate(leaf, presented, anchors, target.host, now);
        if (!verdict.verified) {
          attempt.advice =
              AdviseTrust(leaf, presented, anchors, target.host, now);
        }
        return verdict;
      },
      enforce);
  const HttpExchangeFacts http =
      ExchangeHttp(RequestFor(target, Scheme::kHttps, limit), observer);
  Classify(http, &observer->facts(), enforce, attempt);
  return attempt;
}

Attempt CurlRegistryProbe::ProbeVerified(const ProbeTarget& target,
                                         const TrustAnchors& anchors,
                                         absl::Duration limit) {
  return ProbeHttps(target, anchors, limit, /*enforce=*/true);
}

Attempt CurlRegistryProbe::ProbeUnverified(const ProbeTarget& target,
                                           const TrustAnchors& anchors,
                                           absl::Duration limit,
                                           InsecureTransportToken /*token*/) {
  return ProbeHttps(target, anchors, limit, /*enforce=*/false);
}

Attempt CurlRegistryProbe::ProbePlaintext(const ProbeTarget& target,
                                          absl::Duration limit,
                                          InsecureTransportToken /*token*/) {
  Attempt attempt;
  attempt.scheme = Scheme::kHttp;
  attempt.address = target.address;
  attempt.port = target.port;
  Classify(ExchangeHttp(RequestFor(target, Scheme::kHttp, limit), nullptr),
           nullptr, /*enforced=*/false, attempt);
  return attempt;
}

}  // namespace pullgate::agent
