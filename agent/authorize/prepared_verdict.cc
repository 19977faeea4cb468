// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/authorize/prepared_verdict.h"

#include <optional>
#include <utility>

#include "agent/authorize/verdict_proto.h"
#include "pullgate/agent/v1/agent_service.pb.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::agent {
namespace {

std::shared_ptr<const PreparedVerdict> Make(const Verdict& verdict,
                                            const RegistryAddress& registry,
                                            absl::Time wall_expires) {
  auto prepared = std::make_shared<PreparedVerdict>();
  pullgate::agent::v1::AuthorizePullResponse response;
  FillResponse(verdict, registry, wall_expires, &response);
  response.SerializeToString(&prepared->response);
  pullgate::audit::v1::AuditEvent event;
  FillEvent(verdict, registry, &event);
  event.SerializeToString(&prepared->event);
  prepared->effect = event.effect();
  prepared->reason = event.reason();
  prepared->message = verdict.message;
  prepared->rule = event.rule().place();
  prepared->address = event.transport().address();
  prepared->policy_revision = event.policy_revision();
  prepared->issued = verdict.issued;
  prepared->verification = verdict.verification;
  prepared->expires = verdict.expires;
  return prepared;
}

}  // namespace

std::shared_ptr<const PreparedVerdict> VerdictPreparer::Prepare(
    const Verdict& verdict, const RegistryAddress& registry) {
  const Key key = {verdict.issued.get(), verdict.verification.get()};
  const bool cached = verdict.decided_by == DecidedBy::kCache;
  if (cached) {
    std::optional<std::shared_ptr<const PreparedVerdict>> known =
        cache_.Find(key);
    // A lease that was shortened meanwhile shortens the permit too.
    if (known && (*known)->expires <= verdict.expires) return *std::move(known);
  }
  std::shared_ptr<const PreparedVerdict> prepared =
      Make(verdict, registry, wall_->Now() + (verdict.expires - boot_->Now()));
  if (cached) cache_.Put(key, prepared, verdict.expires);
  return prepared;
}

}  // namespace pullgate::agent
