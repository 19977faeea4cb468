// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/event_check.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/policy/evidence.h"
#include "common/status/error_info.h"
#include "common/status/status_macros.h"

namespace pullgate::pdp {
namespace {

namespace decision_pb = pullgate::decision::v1;
using pullgate::audit::v1::AuditEvent;

absl::Status Wrong(absl::string_view field, absl::string_view what) {
  return InField(field, absl::InvalidArgumentError(what));
}

// What google.protobuf.Timestamp may say.
bool IsTime(const google::protobuf::Timestamp& time) {
  return time.seconds() >= -62'135'596'800 &&
         time.seconds() <= 253'402'300'799 && time.nanos() >= 0 &&
         time.nanos() <= 999'999'999;
}

absl::Status CheckIdentity(const VchId& vch, absl::string_view epoch,
                           const AuditEvent& event) {
  if (event.vch() != vch.Name()) {
    return Wrong("vch", absl::StrCat("expected ", vch.Name(),
                                     ", whose events this stream reports"));
  }
  if (event.epoch() != epoch) {
    return Wrong("epoch", "expected the epoch that this stream began with");
  }
  if (event.sequence() < 1) return Wrong("sequence", "expected 1 or more");
  const std::string id =
      absl::StrCat(vch.text(), "/", epoch, "/", event.sequence());
  if (event.event_id() != id) {
    return Wrong("event_id", absl::StrCat("expected \"", id, "\""));
  }
  return absl::OkStatus();
}

absl::Status CheckVerdict(const AuditEvent& event) {
  switch (event.effect()) {
    case decision_pb::EFFECT_PERMIT:
      if (event.reason() == decision_pb::DENY_REASON_UNSPECIFIED) {
        return absl::OkStatus();
      }
      return Wrong("reason", "a permit has no reason to deny");
    case decision_pb::EFFECT_DENY:
      if (event.reason() != decision_pb::DENY_REASON_UNSPECIFIED) {
        return absl::OkStatus();
      }
      return Wrong("reason", "a denial says why");
    default:
      return Wrong("effect", "expected EFFECT_PERMIT or EFFECT_DENY");
  }
}

// Whether what an event of its kind is about is there.
absl::Status CheckKind(const AuditEvent& event) {
  switch (event.kind()) {
    case AuditEvent::KIND_UNSPECIFIED:
    case AuditEvent::KIND_VERDICT:
      return CheckVerdict(event);
    case AuditEvent::KIND_EPOCH_STARTED:
      if (event.has_epoch_start()) return absl::OkStatus();
      return Wrong("epoch_start", "an event of this kind has it");
    case AuditEvent::KIND_GAP:
      if (event.has_gap()) return absl::OkStatus();
      return Wrong("gap", "an event of this kind has it");
    case AuditEvent::KIND_TUNNEL_CLOSED:
      if (event.has_closed_tunnel()) return absl::OkStatus();
      return Wrong("closed_tunnel", "an event of this kind has it");
    default:
      return Wrong("kind", "an agent reports no events of this kind");
  }
}

absl::Status CheckBounds(const AuditEvent& event) {
  if (event.attempts_size() > kMaxEventAttempts) {
    return Wrong("attempts", absl::StrCat("more than ", kMaxEventAttempts));
  }
  if (event.evidence().addresses_size() > kMaxEvidenceAddresses) {
    return Wrong("evidence.addresses",
                 absl::StrCat("more than ", kMaxEvidenceAddresses));
  }
  if (event.evidence().names_size() > kMaxEvidenceNames) {
    return Wrong("evidence.names",
                 absl::StrCat("more than ", kMaxEvidenceNames));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckEvent(const VchId& vch, absl::string_view epoch,
                        const AuditEvent& event, size_t bytes) {
  if (bytes > kMaxEventBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("more than ", kMaxEventBytes, " bytes"));
  }
  PULLGATE_RETURN_IF_ERROR(CheckIdentity(vch, epoch, event));
  if (!event.has_event_time() || !IsTime(event.event_time())) {
    return Wrong("event_time", "expected a time of the years 1 to 9999");
  }
  PULLGATE_RETURN_IF_ERROR(CheckKind(event));
  return CheckBounds(event);
}

absl::Status CheckEpoch(absl::string_view epoch) {
  const bool spelled = std::all_of(epoch.begin(), epoch.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' ||
           c == '_';
  });
  if (!epoch.empty() && epoch.size() <= kMaxEpochBytes && spelled) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "expected 1 to ", kMaxEpochBytes, " letters, digits, '-' and '_'"));
}

}  // namespace pullgate::pdp
