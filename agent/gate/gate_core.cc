// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/gate/gate_core.h"

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/strip.h"
#include "agent/authorize/verdict_proto.h"
#include "common/observe/names.h"
#include "common/wire/decision_proto.h"
#include "common/wire/time_proto.h"

namespace pullgate::agent {
namespace {

namespace pb = pullgate::audit::v1;

constexpr size_t kMaxServerName = 255;  // as audit_event.proto says

std::string CauseText(pb::ClosedTunnel::Cause cause) {
  absl::string_view name = pb::ClosedTunnel::Cause_Name(cause);
  absl::ConsumePrefix(&name, "CAUSE_");
  return std::string(name);
}

void FillTransport(const UsableRoute& route, pb::Transport* transport) {
  transport->set_scheme(wire::ToProto(route.scheme));
  transport->set_host(route.server_name.empty() ? route.address.ToString()
                                                : route.server_name);
  transport->set_address(route.address.ToString());
  transport->set_port(route.port);
  transport->set_certificate_check(wire::ToProto(route.certificate_check));
}

pb::AuditEvent EventOf(const OpenPull& pull, const EarlyEnd& end) {
  pb::AuditEvent event;
  event.set_kind(pb::AuditEvent::KIND_TUNNEL_CLOSED);
  event.set_asked(pull.given().asked);
  event.set_registry(pull.registry().ToString());
  event.set_message(end.detail);
  event.set_decided_by(ToProto(pull.given().decided_by));
  if (const IssuedDecision* issued = pull.given().verdict->issued.get()) {
    event.set_policy_revision(issued->policy_revision);
    event.set_decision_id(issued->decision_id);
    event.set_trust_bundle_id(issued->trust_bundle_id);
  }
  FillTransport(pull.route(), event.mutable_transport());
  pb::ClosedTunnel& closed = *event.mutable_closed_tunnel();
  closed.set_cause(end.cause);
  closed.set_detail(end.detail);
  closed.set_verdict_event_id(pull.given().event_id);
  return event;
}

}  // namespace

void CountRequest(const GateCore& core, const char* result) {
  core.parts.metrics->CounterOf(names::kGateRequests, {result}).Increment();
}

void CountBytes(const GateCore& core, uint64_t to_registry,
                uint64_t to_client) {
  Metrics& metrics = *core.parts.metrics;
  metrics.CounterOf(names::kGateBytes, {"to_registry"})
      .Increment(static_cast<double>(to_registry));
  metrics.CounterOf(names::kGateBytes, {"to_client"})
      .Increment(static_cast<double>(to_client));
}

void ReportEarlyEnd(const GateCore& core, const OpenPull& pull,
                    const EarlyEnd& end, const std::string& server_name,
                    uint64_t to_registry, uint64_t to_client) {
  pb::AuditEvent event = EventOf(pull, end);
  wire::ToProto(core.parts.wall->Now(), event.mutable_event_time());
  pb::ClosedTunnel& closed = *event.mutable_closed_tunnel();
  closed.set_server_name(
      absl::CHexEscape(server_name).substr(0, kMaxServerName));
  closed.set_bytes_to_registry(static_cast<int64_t>(to_registry));
  closed.set_bytes_to_client(static_cast<int64_t>(to_client));
  const std::string cause = CauseText(end.cause);
  core.parts.metrics->CounterOf(names::kGateEarlyEnds, {cause}).Increment();
  // The connection ends whether or not that can be recorded; it is logged
  // either way.
  core.parts.spool->AppendAsync(
      event.SerializeAsString(),
      [log = core.parts.log, registry = pull.given().asked, cause,
       detail = end.detail](const absl::StatusOr<std::string>& event_id) {
        log->Warning("the gate ended a pull",
                     {{names::kRegistry, registry},
                      {names::kReason, cause},
                      {names::kError, detail},
                      {names::kEventId, event_id.ok() ? *event_id : ""},
                      {names::kStatus, event_id.status()}});
      });
}

}  // namespace pullgate::agent
