// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/event_fields.h"

#include <algorithm>

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

// Zero is what an event that does not say has.
void SetNumber(int64_t number, std::string& value) {
  value.clear();
  if (number != 0) absl::StrAppend(&value, number);
}

void SetAgent(const AuditEvent& event, std::string& value) {
  value.clear();
  absl::StrAppend(&value, absl::StripPrefix(event.vch(), "vchs/"), "/",
                  event.epoch());
}

void AppendRule(absl::string_view place, absl::string_view text,
                std::string& value) {
  absl::StrAppend(&value, place, absl::string_view("\0", 1), text);
}

void SetRule(const AuditEvent& event, std::string& value) {
  value.clear();
  if (!event.has_rule()) return;
  AppendRule(event.rule().place(), event.rule().text(), value);
}

void SetTransport(const AuditEvent& event, std::string& value) {
  value.clear();
  if (!event.has_transport()) return;
  absl::StrAppend(&value, static_cast<int>(event.transport().scheme()), "/",
                  static_cast<int>(event.transport().certificate_check()));
}

}  // namespace

void ReadEventFields(const AuditEvent& event, EventFields* fields) {
  const auto value = [fields](EventField field) -> std::string& {
    return fields->values[IndexOf(field)];
  };
  fields->time_ns = TimeNs(event);
  SetNumber(std::max<int>(event.kind(), AuditEvent::KIND_VERDICT),
            value(EventField::kKind));
  SetAgent(event, value(EventField::kAgent));
  value(EventField::kRegistry) = event.registry();
  SetNumber(event.effect(), value(EventField::kEffect));
  SetNumber(event.reason(), value(EventField::kReason));
  SetRule(event, value(EventField::kRule));
  SetTransport(event, value(EventField::kTransport));
  SetNumber(event.policy_revision(), value(EventField::kPolicyRevision));
  value(EventField::kCertificate) = event.certificate().sha256_fingerprint();
  value(EventField::kAddress) = event.transport().address();
  std::string& hour = value(EventField::kHour);
  hour.clear();
  absl::StrAppend(&hour, FloorDiv(fields->time_ns, kHourNs));
}

absl::string_view VchOfAgent(absl::string_view agent) {
  return agent.substr(0, agent.find('/'));
}

std::string ValueOfRule(absl::string_view place, absl::string_view text) {
  std::string value;
  AppendRule(place, text, value);
  return value;
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
