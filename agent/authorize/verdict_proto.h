// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUTHORIZE_VERDICT_PROTO_H_
#define PULLGATE_AGENT_AUTHORIZE_VERDICT_PROTO_H_

#include <string>

#include "absl/time/time.h"
#include "agent/authorize/verdict.h"
#include "agent/verify/registry_verifier.h"
#include "common/registry/registry_address.h"
#include "pullgate/agent/v1/agent_service.pb.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::agent {

// The crossing from verdicts to answers and events. Nothing here can fail.

pullgate::audit::v1::Attempt ToProto(const Attempt& attempt);
pullgate::audit::v1::AuditEvent::DecidedBy ToProto(DecidedBy decided_by);

// Certificate number `index` of what an attempt was presented with. Whether it
// verified is said of the leaf only.
pullgate::audit::v1::Certificate CertificateToProto(const Attempt& attempt,
                                                    size_t index);

// The answer, without decided_by and event_id. `expires`: when a permit ends,
// by the wall clock.
void FillResponse(const Verdict& verdict, const RegistryAddress& registry,
                  absl::Time expires,
                  pullgate::agent::v1::AuthorizePullResponse* response);

// The answer with explanation and chain.
void FillResponse(const Verdict& verdict, const RegistryAddress& registry,
                  absl::Time expires,
                  pullgate::agent::v1::ProbeRegistryResponse* response);

// The event, without what is about the occasion: vch, epoch, sequence,
// event_id, event_time, asked, decided_by, elapsed.
void FillEvent(const Verdict& verdict, const RegistryAddress& registry,
               pullgate::audit::v1::AuditEvent* event);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUTHORIZE_VERDICT_PROTO_H_
