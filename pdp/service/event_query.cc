// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/event_query.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/registry/registry_address.h"
#include "common/status/error_info.h"
#include "common/status/status_macros.h"
#include "common/wire/time_proto.h"
#include "pdp/service/token.h"

namespace pullgate::pdp {
namespace {

namespace pb = pullgate::audit::v1;
namespace decision = pullgate::decision::v1;

constexpr char kListing[] = "list of events";
constexpr char kTail[] = "stream of events";

absl::Status Wrong(absl::string_view field, absl::string_view what) {
  return InField(absl::StrCat("filter.", field),
                 absl::InvalidArgumentError(what));
}

absl::Status ParseRegistry(const pb::EventFilter& filter, LedgerFilter& out) {
  if (filter.registry().empty()) return absl::OkStatus();
  auto registry = RegistryAddress::ParseQuestion(filter.registry());
  if (!registry.ok()) return InField("filter.registry", registry.status());
  out.registry = registry->ToString();
  return absl::OkStatus();
}

absl::Status ParseVerdict(const pb::EventFilter& filter, LedgerFilter& out) {
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

absl::Status ParseTimes(const pb::EventFilter& filter, LedgerFilter& out) {
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
std::string ScopeOf(const pb::EventFilter& filter) {
  return filter.SerializeAsString();
}

}  // namespace

absl::StatusOr<LedgerFilter> ParseEventFilter(const pb::EventFilter& filter) {
  LedgerFilter out;
  if (!filter.vch().empty()) {
    absl::StatusOr<VchId> vch = VchId::ParseName(filter.vch());
    if (!vch.ok()) return InField("filter.vch", vch.status());
    out.vch = *std::move(vch);
  }
  PULLGATE_RETURN_IF_ERROR(ParseRegistry(filter, out));
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

std::string MakeListToken(const pb::EventFilter& filter, int64_t before) {
  return MakeToken(kListing, ScopeOf(filter), absl::StrCat(before));
}

absl::StatusOr<int64_t> ReadListToken(const pb::EventFilter& filter,
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
