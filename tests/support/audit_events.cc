// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/audit_events.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/audit/event_hash.h"

namespace pullgate {

using pullgate::audit::v1::AuditEvent;

VchId Vch(absl::string_view text) { return VchId::Parse(text).value(); }

AuditEvent SampleEvent(int64_t seconds) {
  AuditEvent event;
  event.mutable_event_time()->set_seconds(seconds);
  event.set_asked("registry.corp.example/team/service:1.2.3");
  event.set_registry("registry.corp.example");
  event.set_effect(pullgate::decision::v1::EFFECT_PERMIT);
  event.set_message(
      "registry.corp.example is whitelisted and its certificate was verified");
  event.set_policy_revision(7);
  event.set_trust_bundle_id("0123456789abcdef0123456789abcdef");
  event.set_decision_id("00112233445566778899aabbccddeeff");
  event.set_decided_by(AuditEvent::DECIDED_BY_CACHE);
  event.mutable_transport()->set_host("registry.corp.example");
  event.mutable_transport()->set_address("192.0.2.7");
  event.mutable_transport()->set_port(443);
  auto& certificate = *event.mutable_certificate();
  certificate.set_sha256_fingerprint(std::string(64, 'a'));
  certificate.set_subject("CN=registry.corp.example");
  certificate.set_issuer("CN=Corp CA");
  certificate.add_dns_names("registry.corp.example");
  certificate.set_verified(true);
  auto& attempt = *event.add_attempts();
  attempt.set_address("192.0.2.7");
  attempt.set_port(443);
  attempt.set_outcome(pullgate::audit::v1::Attempt::OUTCOME_REGISTRY);
  attempt.set_http_status(401);
  return event;
}

std::vector<AuditEvent> SampleEvents(const VchId& vch, absl::string_view epoch,
                                     int64_t first, int64_t last) {
  std::vector<AuditEvent> events;
  std::string previous_hash;
  for (int64_t sequence = 1; sequence <= last; ++sequence) {
    AuditEvent event = SampleEvent(sequence);
    event.set_vch(vch.Name());
    event.set_epoch(std::string(epoch));
    event.set_sequence(sequence);
    event.set_event_id(absl::StrCat(vch.text(), "/", epoch, "/", sequence));
    event.set_previous_hash(previous_hash);
    if (sequence == 1) {
      event.set_kind(AuditEvent::KIND_EPOCH_STARTED);
      event.mutable_epoch_start()->set_cause(
          pullgate::audit::v1::EpochStart::CAUSE_FIRST_START);
    }
    previous_hash = ToBytes(HashEvent(event.SerializeAsString()));
    if (sequence >= first) events.push_back(std::move(event));
  }
  return events;
}

void Chain(std::vector<AuditEvent>& events) {
  for (size_t i = 1; i < events.size(); ++i) {
    if (events[i].sequence() != events[i - 1].sequence() + 1) continue;
    events[i].set_previous_hash(
        ToBytes(HashEvent(events[i - 1].SerializeAsString())));
  }
}

std::vector<int64_t> SequencesOf(const std::vector<AuditEvent>& events) {
  std::vector<int64_t> sequences;
  sequences.reserve(events.size());
  for (const AuditEvent& event : events) sequences.push_back(event.sequence());
  return sequences;
}

}  // namespace pullgate
