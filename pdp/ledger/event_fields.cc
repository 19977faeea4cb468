// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/event_fields.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"

namespace pullgate::pdp {

using pullgate::audit::v1::AuditEvent;

namespace {

constexpr int64_t kHourNs = int64_t{3600} * 1'000'000'000;

int64_t TimeNs(const AuditEvent& event) {
  return absl::ToUnixNanos(absl::FromUnixSeconds(event.event_time().seconds()) +
                           absl::Nanoseconds(event.event_time().nanos()));
}

int64_t FloorDiv(int64_t value, int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

// Of what an event says in numbers, at most.
constexpr size_t kNumberBytes = 128;

constexpr absl::string_view kVchs = "vchs/";

}  // namespace

EventFields::Part EventFields::Append(absl::string_view text) {
  const Part part = {static_cast<uint32_t>(text_.size()),
                     static_cast<uint32_t>(text.size())};
  text_.append(text.data(), text.size());
  return part;
}

EventFields::Part EventFields::AppendNumber(int64_t number) {
  return number == 0 ? Part() : Append(absl::AlphaNum(number).Piece());
}

// Written as the agent, "{vch}/{epoch}", behind what stands before the VCH.
void EventFields::ReadAgent(const AuditEvent& event) {
  vch_ = Append(event.vch());
  Append("/");
  epoch_ = Append(event.epoch());
  const uint32_t prefix =
      absl::StartsWith(event.vch(), kVchs) ? kVchs.size() : 0;
  PartOf(EventField::kAgent) = {prefix, vch_.size + 1 + epoch_.size - prefix};
}

EventFields::Part EventFields::AppendRule(const AuditEvent& event) {
  if (!event.has_rule()) return Part();
  Part rule = Append(event.rule().place());
  rule.size += Append(absl::string_view("\0", 1)).size;
  rule.size += Append(event.rule().text()).size;
  return rule;
}

EventFields::Part EventFields::AppendTransport(const AuditEvent& event) {
  if (!event.has_transport()) return Part();
  return Append(
      absl::StrCat(static_cast<int>(event.transport().scheme()), "/",
                   static_cast<int>(event.transport().certificate_check())));
}

void EventFields::Read(const AuditEvent& event) {
  const std::string& certificate = event.certificate().sha256_fingerprint();
  const std::string& address = event.transport().address();
  text_.clear();
  text_.reserve(event.vch().size() + event.epoch().size() +
                event.registry().size() + event.rule().place().size() +
                event.rule().text().size() + certificate.size() +
                address.size() + kNumberBytes);
  ReadAgent(event);
  time_ns_ = TimeNs(event);
  PartOf(EventField::kKind) =
      AppendNumber(std::max<int>(event.kind(), AuditEvent::KIND_VERDICT));
  PartOf(EventField::kRegistry) = Append(event.registry());
  PartOf(EventField::kEffect) = AppendNumber(event.effect());
  PartOf(EventField::kReason) = AppendNumber(event.reason());
  PartOf(EventField::kRule) = AppendRule(event);
  PartOf(EventField::kTransport) = AppendTransport(event);
  PartOf(EventField::kPolicyRevision) = AppendNumber(event.policy_revision());
  PartOf(EventField::kCertificate) = Append(certificate);
  PartOf(EventField::kAddress) = Append(address);
  PartOf(EventField::kHour) =
      Append(absl::AlphaNum(FloorDiv(time_ns_, kHourNs)).Piece());
}

absl::string_view VchOfAgent(absl::string_view agent) {
  return agent.substr(0, agent.find('/'));
}

std::string ValueOfRule(absl::string_view place, absl::string_view text) {
  return absl::StrCat(place, absl::string_view("\0", 1), text);
}

RuleParts PartsOfRule(absl::string_view rule) {
  const size_t end = rule.find('\0');
  if (end == absl::string_view::npos) return {};
  return {rule.substr(0, end), rule.substr(end + 1)};
}

absl::string_view HostOfRegistry(absl::string_view registry) {
  const size_t scheme = registry.find("://");
  if (scheme != absl::string_view::npos) registry.remove_prefix(scheme + 3);
  if (absl::ConsumePrefix(&registry, "[")) {
    return registry.substr(0, registry.find(']'));
  }
  const size_t colon = registry.find(':');
  // More than one: an IPv6 address, which has no port without brackets.
  if (colon != absl::string_view::npos &&
      registry.find(':', colon + 1) != absl::string_view::npos) {
    return registry;
  }
  return registry.substr(0, colon);
}

}  // namespace pullgate::pdp
