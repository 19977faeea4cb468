// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/summary_handler.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status/error_info.h"
#include "common/status/status_macros.h"
#include "common/wire/time_proto.h"
#include "pdp/ledger/event_fields.h"
#include "pdp/service/event_query.h"

namespace pullgate::pdp {
namespace {

namespace audit_pb = pullgate::audit::v1;
namespace dec = pullgate::decision::v1;
using Request = audit_pb::SummarizeEventsRequest;

absl::StatusOr<GroupField> ParseField(int field) {
  switch (field) {
    case Request::FIELD_VCH:
      return GroupField::kVch;
    case Request::FIELD_AGENT:
      return GroupField::kAgent;
    case Request::FIELD_REGISTRY:
      return GroupField::kRegistry;
    case Request::FIELD_EFFECT:
      return GroupField::kEffect;
    case Request::FIELD_REASON:
      return GroupField::kReason;
    case Request::FIELD_RULE:
      return GroupField::kRule;
    case Request::FIELD_TRANSPORT:
      return GroupField::kTransport;
    case Request::FIELD_POLICY_REVISION:
      return GroupField::kPolicyRevision;
    case Request::FIELD_CERTIFICATE:
      return GroupField::kCertificate;
    case Request::FIELD_KIND:
      return GroupField::kKind;
    case Request::FIELD_ADDRESS:
      return GroupField::kAddress;
    default:
      return absl::InvalidArgumentError("events are not counted by this field");
  }
}

absl::StatusOr<std::vector<GroupField>> ParseFields(const Request& request) {
  std::vector<GroupField> fields;
  fields.reserve(static_cast<size_t>(request.group_by_size()) + 1);
  if (request.by_hour()) fields.push_back(GroupField::kHour);
  for (int i = 0; i < request.group_by_size(); ++i) {
    const std::string place = absl::StrCat("group_by[", i, "]");
    const auto field = ParseField(request.group_by(i));
    if (!field.ok()) return InField(place, field.status());
    if (std::find(fields.begin(), fields.end(), *field) != fields.end()) {
      return InField(place, absl::InvalidArgumentError("is asked for twice"));
    }
    fields.push_back(*field);
  }
  return fields;
}

// 0 for what is empty: the ledger keeps no zeros.
int64_t NumberOf(absl::string_view value) {
  int64_t number = 0;
  return absl::SimpleAtoi(value, &number) ? number : 0;
}

template <typename Enum>
Enum EnumOf(absl::string_view value) {
  return static_cast<Enum>(NumberOf(value));
}

void SetTransport(const std::string& value, audit_pb::EventGroup& group) {
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(value, absl::MaxSplits('/', 1));
  group.set_scheme(EnumOf<dec::Scheme>(parts.first));
  group.set_certificate_check(EnumOf<dec::CertificateCheck>(parts.second));
}

void SetRule(const std::string& value, audit_pb::EventGroup& group) {
  if (value.empty()) return;
  const RuleParts parts = PartsOfRule(value);
  group.mutable_rule()->set_place(std::string(parts.place));
  group.mutable_rule()->set_text(std::string(parts.text));
}

void SetValue(GroupField field, const std::string& value,
              audit_pb::EventGroup& group) {
  switch (field) {
    case GroupField::kHour:
      group.mutable_hour()->set_seconds(NumberOf(value) * 3600);
      break;
    case GroupField::kVch:
      // The ledger's own events are of none.
      if (!value.empty()) group.set_vch(absl::StrCat("vchs/", value));
      break;
    case GroupField::kAgent:
      group.set_agent(value);
      break;
    case GroupField::kRegistry:
      group.set_registry(value);
      break;
    case GroupField::kEffect:
      group.set_effect(EnumOf<dec::Effect>(value));
      break;
    case GroupField::kReason:
      group.set_reason(EnumOf<dec::DenyReason>(value));
      break;
    case GroupField::kRule:
      SetRule(value, group);
      break;
    case GroupField::kTransport:
      SetTransport(value, group);
      break;
    case GroupField::kPolicyRevision:
      group.set_policy_revision(NumberOf(value));
      break;
    case GroupField::kCertificate:
      group.set_certificate_sha256(value);
      break;
    case GroupField::kKind:
      group.set_kind(EnumOf<audit_pb::AuditEvent::Kind>(value));
      break;
    case GroupField::kAddress:
      group.set_address(value);
      break;
  }
}

bool Before(const audit_pb::EventGroup& a, const audit_pb::EventGroup& b) {
  return std::forward_as_tuple(a.hour().seconds(), -a.count(),
                               a.first_event_time().seconds(),
                               a.first_event_time().nanos()) <
         std::forward_as_tuple(b.hour().seconds(), -b.count(),
                               b.first_event_time().seconds(),
                               b.first_event_time().nanos());
}

}  // namespace

absl::StatusOr<audit_pb::SummarizeEventsResponse> SummarizeEvents(
    const Request& request, AuditLedger& ledger) {
  PULLGATE_ASSIGN_OR_RETURN(const LedgerFilter filter,
                            ParseEventFilter(request.filter()));
  PULLGATE_ASSIGN_OR_RETURN(const std::vector<GroupField> fields,
                            ParseFields(request));
  PULLGATE_ASSIGN_OR_RETURN(const std::vector<EventCount> counts,
                            ledger.Summarize(filter, fields, kMaxEventGroups));
  audit_pb::SummarizeEventsResponse response;
  int64_t events = 0;
  for (const EventCount& count : counts) {
    audit_pb::EventGroup& group = *response.add_groups();
    for (size_t i = 0; i < fields.size(); ++i) {
      SetValue(fields[i], count.values[i], group);
    }
    group.set_count(count.count);
    wire::ToProto(absl::FromUnixNanos(count.first_ns),
                  group.mutable_first_event_time());
    wire::ToProto(absl::FromUnixNanos(count.last_ns),
                  group.mutable_last_event_time());
    events += count.count;
  }
  response.set_events(events);
  std::sort(response.mutable_groups()->begin(),
            response.mutable_groups()->end(), Before);
  return response;
}

}  // namespace pullgate::pdp
