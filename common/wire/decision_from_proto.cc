// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/registry/redact.h"
#include "common/status/error_info.h"
#include "common/status/status_macros.h"
#include "common/wire/decision_proto.h"

namespace pullgate::wire {
namespace {

namespace decision_pb = pullgate::decision::v1;

std::string Item(absl::string_view field, int index) {
  return absl::StrCat(field, "[", index, "]");
}

RuleList RuleListFromProto(decision_pb::RuleList list) {
  switch (list) {
    case decision_pb::RULE_LIST_INSECURE:
      return RuleList::kInsecure;
    case decision_pb::RULE_LIST_PROTECTED:
      return RuleList::kProtected;
    case decision_pb::RULE_LIST_UNPINNABLE:
      return RuleList::kUnpinnable;
    default:
      return RuleList::kWhitelist;
  }
}

DenyReason ReasonFromProto(decision_pb::DenyReason reason) {
  switch (reason) {
    case decision_pb::DENY_REASON_PLAINTEXT_REFUSED:
      return DenyReason::kPlaintextRefused;
    case decision_pb::DENY_REASON_ADDRESS_REFUSED:
      return DenyReason::kAddressRefused;
    case decision_pb::DENY_REASON_EVIDENCE_UNAVAILABLE:
      return DenyReason::kEvidenceUnavailable;
    case decision_pb::DENY_REASON_NO_POLICY:
      return DenyReason::kNoPolicy;
    default:
      return DenyReason::kNotWhitelisted;
  }
}

absl::StatusOr<Scheme> SchemeFromProto(decision_pb::Scheme scheme) {
  switch (scheme) {
    case decision_pb::SCHEME_HTTPS:
      return Scheme::kHttps;
    case decision_pb::SCHEME_HTTP:
      return Scheme::kHttp;
    default:
      return InField("scheme", absl::InvalidArgumentError(
                                   "expected SCHEME_HTTPS or SCHEME_HTTP"));
  }
}

absl::StatusOr<RegistryHost> HostFromProto(const std::string& text) {
  absl::StatusOr<IpAddress> address = IpAddress::Parse(text);
  if (address.ok()) return RegistryHost(*address);
  PULLGATE_ASSIGN_OR_RETURN(DnsName name, DnsName::Parse(text));
  return RegistryHost(std::move(name));
}

// Plaintext is not a matter of a missing field: an HTTP route says NONE, or it
// is refused.
absl::Status CheckRoute(const Route& route) {
  if (route.scheme == Scheme::kHttp &&
      route.certificate_check != CertificateCheck::kNone) {
    return InField("certificate_check",
                   absl::InvalidArgumentError(
                       "an HTTP route needs CERTIFICATE_CHECK_NONE"));
  }
  if (route.pinned && route.addresses.empty()) {
    return InField("addresses",
                   absl::InvalidArgumentError("a pinned route needs one"));
  }
  return absl::OkStatus();
}

absl::StatusOr<Route> RouteFromProto(const decision_pb::Route& proto) {
  Route route;
  PULLGATE_ASSIGN_OR_RETURN(route.scheme, SchemeFromProto(proto.scheme()));
  absl::StatusOr<RegistryHost> host = HostFromProto(proto.host());
  if (!host.ok()) return InField("host", host.status());
  route.host = *std::move(host);
  if (proto.port() < 1 || proto.port() > 65535) {
    return InField("port",
                   absl::InvalidArgumentError("expected a port, 1 to 65535"));
  }
  route.port = static_cast<uint16_t>(proto.port());
  route.certificate_check =
      proto.certificate_check() == decision_pb::CERTIFICATE_CHECK_NONE
          ? CertificateCheck::kNone
          : CertificateCheck::kRequired;
  route.pinned = proto.pinned();
  for (int i = 0; i < proto.addresses_size(); ++i) {
    absl::StatusOr<IpAddress> address = IpAddress::Parse(proto.addresses(i));
    if (!address.ok()) return InField(Item("addresses", i), address.status());
    route.addresses.push_back(*address);
  }
  PULLGATE_RETURN_IF_ERROR(CheckRoute(route));
  return route;
}

absl::Status TooMany(absl::string_view field, int limit) {
  return InField(field, absl::InvalidArgumentError(
                            absl::StrCat("more than ", limit, " values")));
}

template <typename T>
void SortAndDeduplicate(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

absl::Status ReadAddresses(const decision_pb::Evidence& proto,
                           Evidence& evidence) {
  if (proto.addresses_size() > kMaxEvidenceAddresses) {
    return TooMany("addresses", kMaxEvidenceAddresses);
  }
  for (int i = 0; i < proto.addresses_size(); ++i) {
    absl::StatusOr<IpAddress> address = IpAddress::Parse(proto.addresses(i));
    if (!address.ok()) return InField(Item("addresses", i), address.status());
    evidence.addresses.push_back(*address);
  }
  SortAndDeduplicate(evidence.addresses);
  return absl::OkStatus();
}

absl::Status ReadNames(const decision_pb::Evidence& proto, Evidence& evidence) {
  if (proto.names_size() > kMaxEvidenceNames) {
    return TooMany("names", kMaxEvidenceNames);
  }
  for (const std::string& text : proto.names()) {
    // What confirmed but is no DNS name ("_registry.example") is ignored.
    absl::StatusOr<DnsName> name = DnsName::Parse(text);
    if (name.ok()) evidence.names.push_back(*std::move(name));
  }
  SortAndDeduplicate(evidence.names);
  return absl::OkStatus();
}

// Addresses are evidence about a name, names are evidence about an address.
absl::Status CheckKind(const decision_pb::Evidence& proto,
                       const RegistryAddress& question) {
  if (question.name() != nullptr && proto.names_size() > 0) {
    return InField("names",
                   absl::InvalidArgumentError(absl::StrCat(
                       "names are evidence about an address, but ",
                       question.ToString(), " is a name: give `addresses`")));
  }
  if (question.address() != nullptr && proto.addresses_size() > 0) {
    return InField("addresses",
                   absl::InvalidArgumentError(absl::StrCat(
                       "addresses are evidence about a name, but ",
                       question.ToString(), " is an address: give `names`")));
  }
  return absl::OkStatus();
}

Evidence::Outcome OutcomeFromProto(const decision_pb::Evidence& proto) {
  switch (proto.outcome()) {
    case decision_pb::Evidence::OUTCOME_LOOKED_UP:
      return Evidence::Outcome::kLookedUp;
    case decision_pb::Evidence::OUTCOME_UNSPECIFIED:
      return proto.addresses_size() + proto.names_size() > 0
                 ? Evidence::Outcome::kLookedUp
                 : Evidence::Outcome::kAbsent;
    default:
      return Evidence::Outcome::kFailed;
  }
}

}  // namespace

absl::StatusOr<Decision> DecisionFromProto(const decision_pb::Decision& proto) {
  Decision decision;
  decision.message = proto.message();
  if (proto.has_rule()) {
    decision.rule = RuleReference{RuleListFromProto(proto.rule().list()),
                                  proto.rule().index(), proto.rule().text()};
  }
  if (proto.effect() != decision_pb::EFFECT_PERMIT) {
    decision.reason = ReasonFromProto(proto.reason());
    return decision;
  }
  for (int i = 0; i < proto.routes_size(); ++i) {
    absl::StatusOr<Route> route = RouteFromProto(proto.routes(i));
    if (!route.ok()) return InField(Item("routes", i), route.status());
    decision.routes.push_back(*std::move(route));
  }
  if (decision.routes.empty()) {
    return InField("routes",
                   absl::InvalidArgumentError("a permit needs a route"));
  }
  decision.effect = Effect::kPermit;
  decision.reason = DenyReason::kNone;
  return decision;
}

absl::StatusOr<Evidence> EvidenceFromProto(const decision_pb::Evidence& proto,
                                           const RegistryAddress& question) {
  PULLGATE_RETURN_IF_ERROR(CheckKind(proto, question));
  Evidence evidence;
  evidence.outcome = OutcomeFromProto(proto);
  PULLGATE_RETURN_IF_ERROR(ReadAddresses(proto, evidence));
  PULLGATE_RETURN_IF_ERROR(ReadNames(proto, evidence));
  evidence.queried_name = RedactAddress(proto.queried_name());
  evidence.failure = RedactAddress(proto.failure());
  if (evidence.outcome == Evidence::Outcome::kFailed) {
    evidence.addresses.clear();
    evidence.names.clear();
  }
  return evidence;
}

}  // namespace pullgate::wire
