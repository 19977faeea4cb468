// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/event_query.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/net/ip_prefix.h"
#include "common/registry/dns_name.h"
#include "common/registry/registry_address.h"
#include "common/status/error_info.h"
#include "common/status/status_macros.h"
#include "common/wire/time_proto.h"
#include "pdp/service/token.h"

namespace pullgate::pdp {
namespace {

namespace audit_pb = pullgate::audit::v1;
namespace decision = pullgate::decision::v1;

constexpr char kListing[] = "list of events";
constexpr char kTail[] = "stream of events";

absl::Status Wrong(absl::string_view field, absl::string_view what) {
  return InField(absl::StrCat("filter.", field),
                 absl::InvalidArgumentError(what));
}

absl::Status ParseRegistry(const audit_pb::EventFilter& filter,
                           LedgerFilter& out) {
  if (filter.registry().empty()) return absl::OkStatus();
  auto registry = RegistryAddress::ParseQuestion(filter.registry());
  if (!registry.ok()) return InField("filter.registry", registry.status());
  out.registry = registry->ToString();
  return absl::OkStatus();
}

absl::Status ParseAddresses(const audit_pb::EventFilter& filter,
                            LedgerFilter& out) {
  if (!filter.registry_domain().empty()) {
    const auto name = DnsName::Parse(filter.registry_domain());
    if (!name.ok()) return InField("filter.registry_domain", name.status());
    out.registry_domain = name->text();
  }
  if (!filter.registry_cidr().empty()) {
    const auto prefix = IpPrefix::Parse(filter.registry_cidr());
    if (!prefix.ok()) return InField("filter.registry_cidr", prefix.status());
    out.registry_cidr = *prefix;
  }
  return absl::OkStatus();
}

absl::Status ParseAgent(const audit_pb::EventFilter& filter,
                        LedgerFilter& out) {
  const std::string& agent = filter.agent();
  if (agent.empty()) return absl::OkStatus();
  const size_t slash = agent.find('/');
  const bool whole = slash != std::string::npos && slash + 1 < agent.size() &&
                     agent.find('/', slash + 1) == std::string::npos;
  if (!whole) {
    return Wrong("agent",
                 "expected \"{vch}/{epoch}\", the beginning of an event_id");
  }
  out.agent = agent;
  return absl::OkStatus();
}

absl::Status ParseRules(const audit_pb::EventFilter& filter,
                        LedgerFilter& out) {
  out.rules.reserve(static_cast<size_t>(filter.rules_size()));
  for (int i = 0; i < filter.rules_size(); ++i) {
    const decision::RuleReference& rule = filter.rules(i);
    const std::string place = absl::StrCat("rules[", i, "]");
    if (rule.list() != decision::RULE_LIST_UNSPECIFIED || rule.index() != 0) {
      return Wrong(place,
                   "events are found by a rule's place and text alone; give "
                   "place: \"whitelist[3]\" instead of list and index");
    }
    if (rule.place().empty() && rule.text().empty()) {
      return Wrong(place, "expected a place, \"whitelist[3]\", or a text");
    }
    out.rules.push_back({rule.place(), rule.text()});
  }
  return absl::OkStatus();
}

absl::Status ParseTransport(const audit_pb::EventFilter& filter,
                            LedgerFilter& out) {
  if (filter.scheme() != decision::SCHEME_UNSPECIFIED) {
    if (!decision::Scheme_IsValid(filter.scheme())) {
      return Wrong("scheme", "expected SCHEME_HTTPS, SCHEME_HTTP or none");
    }
    out.scheme = filter.scheme();
  }
  if (filter.certificate_check() != decision::CERTIFICATE_CHECK_UNSPECIFIED) {
    if (!decision::CertificateCheck_IsValid(filter.certificate_check())) {
      return Wrong("certificate_check",
                   "expected CERTIFICATE_CHECK_REQUIRED, "
                   "CERTIFICATE_CHECK_NONE or none");
    }
    out.certificate_check = filter.certificate_check();
  }
  return absl::OkStatus();
}

absl::Status ParseCertificate(const audit_pb::EventFilter& filter,
                              LedgerFilter& out) {
  if (filter.certificate_sha256().empty()) return absl::OkStatus();
  std::string hex = absl::StrReplaceAll(
      absl::AsciiStrToLower(filter.certificate_sha256()), {{":", ""}});
  if (hex.size() != 64 ||
      hex.find_first_not_of("0123456789abcdef") != std::string::npos) {
    return Wrong("certificate_sha256", "expected a SHA-256: 64 hex digits");
  }
  out.certificate_sha256 = std::move(hex);
  return absl::OkStatus();
}

absl::Status ParseKinds(const audit_pb::EventFilter& filter,
                        LedgerFilter& out) {
  for (int i = 0; i < filter.kinds_size(); ++i) {
    const auto kind = filter.kinds(i);
    if (kind == audit_pb::AuditEvent::KIND_UNSPECIFIED ||
        !audit_pb::AuditEvent::Kind_IsValid(kind)) {
      return Wrong(absl::StrCat("kinds[", i, "]"),
                   "this kind is unknown here; none at all means all kinds");
    }
    out.kinds.push_back(kind);
  }
  return absl::OkStatus();
}

absl::Status ParseVerdict(const audit_pb::EventFilter& filter,
                          LedgerFilter& out) {
  if (filter.effect() != decision::EFFECT_UNSPECIFIED) {
    if (!decision::Effect_IsValid(filter.effect())) {
      return Wrong("effect", "expected EFFECT_PERMIT, EFFECT_DENY or none");
    }
    out.effect = filter.effect();
  }
  if (filter.reason() != decision::DENY_REASON_UNSPECIFIED) {
    if (!decision::DenyReason_IsValid(filter.reason())) {
      return Wrong("reason", "this reason is unknown here");
    }
    out.reason = filter.reason();
  }
  return absl::OkStatus();
}

absl::Status ParseTimes(const audit_pb::EventFilter& filter,
                        LedgerFilter& out) {
  if (filter.has_start_time()) {
    out.start = wire::TimeFromProto(filter.start_time());
  }
  if (filter.has_end_time()) out.end = wire::TimeFromProto(filter.end_time());
  if (out.start && out.end && *out.start > *out.end) {
    return Wrong("end_time", "is before start_time");
  }
  return absl::OkStatus();
}

// What tokens are bound to: equal filters have equal texts.
std::string ScopeOf(const audit_pb::EventFilter& filter) {
  return filter.SerializeAsString();
}

}  // namespace

absl::StatusOr<LedgerFilter> ParseEventFilter(
    const audit_pb::EventFilter& filter) {
  LedgerFilter out;
  if (!filter.vch().empty()) {
    absl::StatusOr<VchId> vch = VchId::ParseName(filter.vch());
    if (!vch.ok()) return InField("filter.vch", vch.status());
    out.vch = *std::move(vch);
  }
  PULLGATE_RETURN_IF_ERROR(ParseAgent(filter, out));
  PULLGATE_RETURN_IF_ERROR(ParseRegistry(filter, out));
  PULLGATE_RETURN_IF_ERROR(ParseAddresses(filter, out));
  PULLGATE_RETURN_IF_ERROR(ParseRules(filter, out));
  PULLGATE_RETURN_IF_ERROR(ParseTransport(filter, out));
  PULLGATE_RETURN_IF_ERROR(ParseCertificate(filter, out));
  PULLGATE_RETURN_IF_ERROR(ParseKinds(filter, out));
  PULLGATE_RETURN_IF_ERROR(ParseVerdict(filter, out));
  PULLGATE_RETURN_IF_ERROR(ParseTimes(filter, out));
  if (filter.policy_revision() < 0) {
    return Wrong("policy_revision", "expected 0 (any) or more");
  }
  if (filter.policy_revision() > 0) {
    out.policy_revision = filter.policy_revision();
  }
  return out;
}

std::string MakeListToken(const audit_pb::EventFilter& filter, int64_t before) {
  return MakeToken(kListing, ScopeOf(filter), absl::StrCat(before));
}

absl::StatusOr<int64_t> ReadListToken(const audit_pb::EventFilter& filter,
                                      absl::string_view token) {
  auto text = ReadToken(kListing, ScopeOf(filter), token);
  if (!text.ok()) return InField("page_token", text.status());
  int64_t before = 0;
  if (!absl::SimpleAtoi(*text, &before) || before < 1) {
    return InField("page_token", absl::InvalidArgumentError("malformed"));
  }
  return before;
}

std::string MakeCursor(int64_t position) {
  return MakeToken(kTail, "", absl::StrCat(position));
}

absl::StatusOr<int64_t> ReadCursor(absl::string_view cursor) {
  auto text = ReadToken(kTail, "", cursor);
  if (!text.ok()) return InField("cursor", text.status());
  int64_t position = 0;
  if (!absl::SimpleAtoi(*text, &position) || position < 0) {
    return InField("cursor", absl::InvalidArgumentError("malformed"));
  }
  return position;
}

}  // namespace pullgate::pdp
