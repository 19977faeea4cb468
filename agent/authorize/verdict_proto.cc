// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/authorize/verdict_proto.h"

#include <algorithm>
#include <vector>

#include "agent/authorize/certificate_proto.h"
#include "agent/authorize/probe_advice.h"
#include "common/wire/decision_proto.h"
#include "common/wire/time_proto.h"

namespace pullgate::agent {
namespace {

namespace audit_pb = pullgate::audit::v1;
namespace decision_pb = pullgate::decision::v1;
namespace agent_pb = pullgate::agent::v1;

// As audit_event.proto says.
constexpr size_t kMaxAttempts = 128;

audit_pb::Attempt::Outcome ToProto(Attempt::Outcome outcome) {
  switch (outcome) {
    case Attempt::Outcome::kRegistry:
      return audit_pb::Attempt::OUTCOME_REGISTRY;
    case Attempt::Outcome::kRefused:
      return audit_pb::Attempt::OUTCOME_REFUSED;
    case Attempt::Outcome::kUnreachable:
      return audit_pb::Attempt::OUTCOME_UNREACHABLE;
    case Attempt::Outcome::kTimedOut:
      return audit_pb::Attempt::OUTCOME_TIMED_OUT;
    case Attempt::Outcome::kNotTls:
      return audit_pb::Attempt::OUTCOME_NOT_TLS;
    case Attempt::Outcome::kTlsFailed:
      return audit_pb::Attempt::OUTCOME_TLS_FAILED;
    case Attempt::Outcome::kCertificateRejected:
      return audit_pb::Attempt::OUTCOME_CERTIFICATE_REJECTED;
    case Attempt::Outcome::kSilent:
      return audit_pb::Attempt::OUTCOME_SILENT;
    case Attempt::Outcome::kNotARegistry:
      return audit_pb::Attempt::OUTCOME_NOT_A_REGISTRY;
    case Attempt::Outcome::kSkipped:
      return audit_pb::Attempt::OUTCOME_SKIPPED;
  }
  return audit_pb::Attempt::OUTCOME_UNSPECIFIED;
}

decision_pb::EvidenceSource ToProto(EvidenceSource source) {
  switch (source) {
    case EvidenceSource::kNone:
      return decision_pb::EVIDENCE_SOURCE_UNSPECIFIED;
    case EvidenceSource::kCaller:
      return decision_pb::EVIDENCE_SOURCE_CALLER;
    case EvidenceSource::kPdp:
      return decision_pb::EVIDENCE_SOURCE_PDP;
  }
  return decision_pb::EVIDENCE_SOURCE_UNSPECIFIED;
}

decision_pb::Effect EffectOf(const Verdict& verdict) {
  return verdict.permits() ? decision_pb::EFFECT_PERMIT
                           : decision_pb::EFFECT_DENY;
}

void FillDecision(const IssuedDecision& issued, const RegistryAddress& registry,
                  decision_pb::Decision* proto) {
  wire::ToProto(issued.decision, proto);
  proto->set_registry(registry.ToString());
  proto->set_policy_revision(issued.policy_revision);
  proto->set_trust_bundle_id(issued.trust_bundle_id);
  wire::ToProto(issued.ttl, proto->mutable_ttl());
  proto->set_decision_id(issued.decision_id);
  *proto->mutable_evidence() = wire::ToProto(issued.evidence);
  proto->set_evidence_source(ToProto(issued.evidence_source));
}

void FillPermit(const UsableRoute& usable, absl::Time expires,
                agent_pb::Permit* permit) {
  permit->set_scheme(wire::ToProto(usable.scheme));
  permit->set_address(usable.address.ToString());
  permit->set_port(usable.port);
  permit->set_server_name(usable.server_name);
  permit->set_certificate_sha256(usable.certificate_sha256);
  permit->set_certificate_check(wire::ToProto(usable.certificate_check));
  wire::ToProto(expires, permit->mutable_expire_time());
}

// The attempt that presented a certificate last; null if none did.
const Attempt* LastPresented(const Verdict& verdict) {
  if (verdict.verification == nullptr) return nullptr;
  const std::vector<Attempt>& attempts = verdict.verification->attempts;
  const auto last =
      std::find_if(attempts.rbegin(), attempts.rend(),
                   [](const Attempt& a) { return !a.chain.empty(); });
  return last == attempts.rend() ? nullptr : &*last;
}

// What the two answers have in common.
template <typename Response>
void FillCommon(const Verdict& verdict, const RegistryAddress& registry,
                absl::Time expires, Response* response) {
  response->set_effect(EffectOf(verdict));
  response->set_reason(verdict.reason);
  response->set_message(verdict.message);
  if (verdict.permits()) {
    FillPermit(*verdict.verification->usable, expires,
               response->mutable_permit());
  }
  if (verdict.issued != nullptr) {
    FillDecision(*verdict.issued, registry, response->mutable_decision());
  }
  if (verdict.verification == nullptr) return;
  for (const Attempt& attempt : verdict.verification->attempts) {
    *response->add_attempts() = ToProto(attempt);
  }
}

// Where a permitted pull goes.
void FillTransport(const Verdict& verdict, audit_pb::Transport* transport) {
  const UsableRoute& usable = *verdict.verification->usable;
  transport->set_scheme(wire::ToProto(usable.scheme));
  transport->set_host(usable.server_name.empty() ? usable.address.ToString()
                                                 : usable.server_name);
  transport->set_address(usable.address.ToString());
  transport->set_port(usable.port);
  transport->set_certificate_check(wire::ToProto(usable.certificate_check));
}

void FillDecided(const IssuedDecision& issued, audit_pb::AuditEvent* event) {
  if (issued.decision.rule) {
    *event->mutable_rule() = wire::ToProto(*issued.decision.rule);
  }
  event->set_policy_revision(issued.policy_revision);
  event->set_trust_bundle_id(issued.trust_bundle_id);
  event->set_decision_id(issued.decision_id);
  event->set_evidence_source(ToProto(issued.evidence_source));
}

}  // namespace

audit_pb::AuditEvent::DecidedBy ToProto(DecidedBy decided_by) {
  switch (decided_by) {
    case DecidedBy::kNobody:
      return audit_pb::AuditEvent::DECIDED_BY_UNSPECIFIED;
    case DecidedBy::kPdp:
      return audit_pb::AuditEvent::DECIDED_BY_PDP;
    case DecidedBy::kCache:
      return audit_pb::AuditEvent::DECIDED_BY_CACHE;
    case DecidedBy::kAgent:
      return audit_pb::AuditEvent::DECIDED_BY_AGENT;
  }
  return audit_pb::AuditEvent::DECIDED_BY_UNSPECIFIED;
}

audit_pb::Attempt ToProto(const Attempt& attempt) {
  audit_pb::Attempt proto;
  proto.set_scheme(wire::ToProto(attempt.scheme));
  proto.set_address(attempt.address.ToString());
  proto.set_port(attempt.port);
  proto.set_outcome(ToProto(attempt.outcome));
  proto.set_detail(attempt.detail);
  proto.set_http_status(static_cast<uint32_t>(attempt.http_status));
  wire::ToProto(attempt.elapsed, proto.mutable_elapsed());
  return proto;
}

audit_pb::Certificate CertificateToProto(const Attempt& attempt, size_t index) {
  audit_pb::Certificate proto = CertificateToProto(attempt.chain[index]);
  if (index == 0) {
    proto.set_verified(attempt.verified);
    proto.set_failure(attempt.verify_failure);
  }
  return proto;
}

void FillResponse(const Verdict& verdict, const RegistryAddress& registry,
                  absl::Time expires,
                  agent_pb::AuthorizePullResponse* response) {
  FillCommon(verdict, registry, expires, response);
  if (const Attempt* presented = LastPresented(verdict)) {
    *response->mutable_certificate() = CertificateToProto(*presented, 0);
  }
}

void FillResponse(const Verdict& verdict, const RegistryAddress& registry,
                  absl::Time expires,
                  agent_pb::ProbeRegistryResponse* response) {
  FillCommon(verdict, registry, expires, response);
  response->set_decided_by(ToProto(verdict.decided_by));
  const Attempt* presented = LastPresented(verdict);
  if (presented == nullptr) return;
  for (size_t i = 0; i < presented->chain.size(); ++i) {
    *response->add_chain() = CertificateToProto(*presented, i);
  }
  FillTrust(*verdict.verification, response->mutable_trust());
}

void FillEvent(const Verdict& verdict, const RegistryAddress& registry,
               audit_pb::AuditEvent* event) {
  event->set_kind(audit_pb::AuditEvent::KIND_VERDICT);
  event->set_registry(registry.ToString());
  event->set_effect(EffectOf(verdict));
  event->set_reason(verdict.reason);
  event->set_message(verdict.message);
  *event->mutable_evidence() = wire::ToProto(
      verdict.issued == nullptr ? verdict.evidence : verdict.issued->evidence);
  if (verdict.issued != nullptr) FillDecided(*verdict.issued, event);
  if (verdict.permits()) FillTransport(verdict, event->mutable_transport());
  if (const Attempt* presented = LastPresented(verdict)) {
    *event->mutable_certificate() = CertificateToProto(*presented, 0);
  }
  if (verdict.verification == nullptr) return;
  const std::vector<Attempt>& attempts = verdict.verification->attempts;
  for (size_t i = 0; i < std::min(attempts.size(), kMaxAttempts); ++i) {
    *event->add_attempts() = ToProto(attempts[i]);
  }
}

}  // namespace pullgate::agent
