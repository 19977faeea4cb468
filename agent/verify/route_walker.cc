// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/verify/route_walker.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "agent/verify/insecure_transport_token.h"
#include "agent/verify/registry_probe.h"
#include "agent/verify/registry_verifier.h"
#include "common/net/ip_address.h"
#include "common/policy/decide.h"
#include "common/policy/decision.h"
#include "common/registry/dns_name.h"
#include "common/registry/registry_address.h"
#include "common/time/clock.h"

namespace pullgate::agent {
namespace {

using Outcome = Attempt::Outcome;

constexpr size_t kMaxAttemptsQuoted = 4;
constexpr char kStopped[] = "nobody waits for it any more";
// Less is not worth a connection.
constexpr absl::Duration kShortestLimit = absl::Milliseconds(1);

bool NeedsVerification(const Route& route) {
  return route.scheme == Scheme::kHttps &&
         route.certificate_check == CertificateCheck::kRequired;
}

// Whether what happened over HTTPS leaves HTTP open.
bool MayGoPlaintext(Outcome outcome) {
  switch (outcome) {
    case Outcome::kRefused:
    case Outcome::kUnreachable:
    case Outcome::kTimedOut:
    case Outcome::kNotTls:
      return true;
    case Outcome::kRegistry:
    case Outcome::kTlsFailed:
    case Outcome::kCertificateRejected:
    case Outcome::kSilent:
    case Outcome::kNotARegistry:
    case Outcome::kSkipped:
      return false;
  }
  return false;
}

std::string HostAndPort(const RegistryHost& host, uint16_t port) {
  return RegistryAddress(std::nullopt, host, port).ToString();
}

// "registry.example.com:5000 at 192.0.2.7".
std::string Where(const RegistryHost& host, const Attempt& attempt) {
  std::string text = HostAndPort(host, attempt.port);
  if (std::holds_alternative<DnsName>(host)) {
    absl::StrAppend(&text, " at ", attempt.address.ToString());
  }
  return text;
}

UsableRoute Usable(const Route& route, const Attempt& attempt) {
  UsableRoute usable;
  usable.scheme = route.scheme;
  usable.address = attempt.address;
  usable.port = route.port;
  usable.certificate_check = route.certificate_check;
  if (const DnsName* name = std::get_if<DnsName>(&route.host)) {
    usable.server_name = name->text();
  }
  if (!attempt.chain.empty()) {
    usable.certificate_sha256 = attempt.chain.front().sha256_fingerprint;
  }
  return usable;
}

std::string SuccessMessage(const RegistryHost& host, const Route& route,
                           const Attempt& attempt) {
  const std::string where = Where(host, attempt);
  if (route.scheme == Scheme::kHttp) {
    return absl::StrCat(where, " answered over plain HTTP");
  }
  if (route.certificate_check == CertificateCheck::kRequired) {
    return absl::StrCat(where, " was verified by its certificate");
  }
  return absl::StrCat(
      where, " answered over HTTPS and was not verified; its certificate is ",
      attempt.verified ? "one that would have verified"
                       : absl::StrCat("one that ", attempt.verify_failure));
}

}  // namespace

RouteWalker::RouteWalker(const VerifyRequest& request, RegistryProbe* probe,
                         const Clock* clock, absl::Duration attempt_limit,
                         absl::Time deadline)
    : request_(request),
      probe_(probe),
      clock_(clock),
      attempt_limit_(attempt_limit),
      deadline_(deadline),
      reference_(ConnectHost(request.asked)),
      anchors_{request.bundle.get(), request.ca_entries},
      verified_only_(std::any_of(request.routes.begin(), request.routes.end(),
                                 NeedsVerification)) {}

Verification RouteWalker::Walk() {
  for (const Route& route : request_.routes) {
    addresses_left_ += route.addresses.size();
  }
  for (const Route& route : request_.routes) Take(route);
  if (!result_.usable.has_value()) ExplainFailure();
  return std::move(result_);
}

std::string RouteWalker::Objection(const Route& route) const {
  if (!route.pinned || route.addresses.empty()) {
    return "the route has no pinned address";
  }
  if (route.host != reference_) {
    return absl::StrCat("the route leads to ", HostToString(route.host),
                        ", which is not what was asked");
  }
  if (route.scheme == Scheme::kHttps) return std::string();
  if (route.certificate_check != CertificateCheck::kNone || verified_only_) {
    return "a registry that is to be verified is never reached by plain HTTP";
  }
  return no_plaintext_;
}

void RouteWalker::Take(const Route& route) {
  const std::string objection = Objection(route);
  if (!objection.empty() && route.addresses.empty()) {
    Skip(route, IpAddress(), objection);
  }
  for (const IpAddress& address : route.addresses) {
    const bool ended = rejected_ || result_.usable.has_value();
    if (ended && !request_.exhaustive) return;
    const absl::Duration limit = NextLimit();
    --addresses_left_;
    if (!objection.empty()) {
      Skip(route, address, objection);
    } else if (IsStopped()) {
      Skip(route, address, kStopped);
    } else if (limit < kShortestLimit) {
      Skip(route, address, "no time was left");
    } else {
      Attempt attempt = ProbeAt(route, address, limit);
      // One that was broken off looks like a fault of the registry.
      if (IsStopped()) return Skip(route, address, kStopped);
      Judge(route, std::move(attempt));
    }
  }
}

bool RouteWalker::IsStopped() const {
  return request_.stop != nullptr && request_.stop->stopped();
}

absl::Duration RouteWalker::NextLimit() const {
  const absl::Duration left = deadline_ - clock_->Now();
  return std::min(attempt_limit_, left / static_cast<int64_t>(std::max<size_t>(
                                             1, addresses_left_)));
}

Attempt RouteWalker::ProbeAt(const Route& route, const IpAddress& address,
                             absl::Duration limit) {
  const ProbeTarget target{reference_, route.port, address, request_.left_open,
                           request_.stop};
  if (NeedsVerification(route)) {
    return probe_->ProbeVerified(target, anchors_, limit);
  }
  if (route.scheme == Scheme::kHttps) {
    return probe_->ProbeUnverified(target, anchors_, limit,
                                   InsecureTransportToken());
  }
  return probe_->ProbePlaintext(target, limit, InsecureTransportToken());
}

void RouteWalker::Skip(const Route& route, const IpAddress& address,
                       std::string why) {
  Attempt attempt;
  attempt.scheme = route.scheme;
  attempt.address = address;
  attempt.port = route.port;
  attempt.outcome = Outcome::kSkipped;
  attempt.detail = absl::StrCat("was not tried: ", why);
  Judge(route, std::move(attempt));
}

bool RouteWalker::Works(const Route& route, const Attempt& attempt) const {
  if (attempt.outcome == Outcome::kRegistry) return true;
  return request_.any_http_answer &&
         attempt.outcome == Outcome::kNotARegistry &&
         attempt.http_status != 0 &&
         (attempt.verified || !NeedsVerification(route));
}

void RouteWalker::Judge(const Route& route, Attempt attempt) {
  const bool ended = rejected_ || result_.usable.has_value();
  if (route.scheme == Scheme::kHttps && no_plaintext_.empty() &&
      !MayGoPlaintext(attempt.outcome)) {
    no_plaintext_ = absl::StrCat("over HTTPS, ", attempt.address.ToString(),
                                 " ", attempt.detail);
  }
  if (!ended && NeedsVerification(route) &&
      attempt.outcome == Outcome::kCertificateRejected) {
    rejected_ = true;
    result_.message =
        absl::StrCat(Where(reference_, attempt), " ", attempt.detail);
  }
  if (!ended && Works(route, attempt)) {
    result_.usable = Usable(route, attempt);
    result_.failure = Verification::Failure::kNone;
    result_.message = SuccessMessage(reference_, route, attempt);
  }
  result_.attempts.push_back(std::move(attempt));
}

void RouteWalker::ExplainFailure() {
  result_.failure = Verification::Failure::kCertificateRejected;
  if (rejected_) return;
  for (const Attempt& attempt : result_.attempts) {
    // Somebody speaks TLS there and failed what REQUIRED asks for before its
    // certificate was seen.
    if (verified_only_ && attempt.outcome == Outcome::kTlsFailed &&
        !attempt.verified) {
      result_.message =
          absl::StrCat(Where(reference_, attempt), " ", attempt.detail);
      return;
    }
  }
  result_.failure = Verification::Failure::kUnreachable;
  result_.message = UnreachableMessage();
}

std::string RouteWalker::UnreachableMessage() const {
  std::string text =
      absl::StrCat("no route to ", HostToString(reference_), " works");
  for (size_t i = 0; i < result_.attempts.size(); ++i) {
    if (i == kMaxAttemptsQuoted) {
      absl::StrAppend(&text, "; and ", result_.attempts.size() - i, " more");
      break;
    }
    const Attempt& attempt = result_.attempts[i];
    absl::StrAppend(&text, i == 0 ? ": " : "; ", SchemeName(attempt.scheme),
                    " port ", attempt.port, " at ", attempt.address.ToString(),
                    " ", attempt.detail);
  }
  return text;
}

}  // namespace pullgate::agent
