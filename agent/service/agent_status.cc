// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/service/agent_status.h"

#include <algorithm>
#include <memory>

#include "common/audit/event_hash.h"
#include "common/wire/time_proto.h"

namespace pullgate::agent {
namespace {

namespace pb = pullgate::agent::v1;

void FillPolicy(const PolicyHolder& holder,
                pb::GetStatusResponse::PolicyStatus* status) {
  const std::shared_ptr<const ActivePolicy> policy = holder.Current();
  if (policy == nullptr) return;
  status->set_revision(policy->revision);
  wire::ToProto(policy->received, status->mutable_receive_time());
  const PolicyHolder::LeaseState lease = holder.lease();
  status->set_lease_valid(lease.valid);
  if (lease.wall_expires == absl::InfinitePast()) return;  // never had one
  wire::ToProto(lease.wall_expires, status->mutable_lease_expire_time());
}

void FillPdp(const SyncClient& sync, pb::GetStatusResponse::PdpStatus* status) {
  const SyncClient::Status now = sync.status();
  status->set_synced(now.synced);
  status->set_last_error(now.last_error);
  if (now.last_contact == absl::InfinitePast()) return;  // never
  wire::ToProto(now.last_contact, status->mutable_last_contact_time());
}

void FillSpool(const AgentStatusSources& sources,
               pb::GetStatusResponse::SpoolStatus* status) {
  const Spool::Status spool = sources.spool->status();
  status->set_epoch(spool.epoch);
  status->set_last_sequence(spool.last_sequence);
  status->set_acked_sequence(spool.acked_sequence);
  status->set_unacked_events(spool.events);
  status->set_bytes(spool.bytes);
  status->set_max_bytes(spool.max_bytes);
  if (spool.last_sequence > 0) status->set_last_hash(ToHex(spool.last_hash));
  if (spool.gap.dropped_total() > 0) *status->mutable_last_gap() = spool.gap;
  const EventUploader::Status uploader = sources.uploader->status();
  status->set_last_error(spool.last_error.empty() ? uploader.last_error
                                                  : spool.last_error);
  status->set_reconnects(uploader.reconnects);
  if (uploader.last_ack != absl::InfinitePast()) {
    wire::ToProto(uploader.last_ack, status->mutable_last_ack_time());
  }
  if (spool.oldest_unacked == absl::InfiniteFuture()) return;  // none
  wire::ToProto(std::max(absl::ZeroDuration(),
                         sources.wall->Now() - spool.oldest_unacked),
                status->mutable_oldest_unacked_age());
}

}  // namespace

pb::GetStatusResponse AgentStatus(const AgentStatusSources& sources) {
  pb::GetStatusResponse response;
  response.set_vch(sources.vch.Name());
  response.set_agent_version(sources.agent_version);
  wire::ToProto(sources.start_time, response.mutable_start_time());
  FillPolicy(*sources.holder, response.mutable_policy());
  FillPdp(*sources.sync, response.mutable_pdp());
  FillSpool(sources, response.mutable_spool());
  pb::GetStatusResponse::CacheStatus& cache = *response.mutable_cache();
  cache.set_decisions(static_cast<int64_t>(sources.decisions->size()));
  cache.set_verdicts(static_cast<int64_t>(sources.verdicts->size()));
  cache.set_dns_names(static_cast<int64_t>(sources.dns_names()));
  if (sources.gate != nullptr) sources.gate(response.mutable_gate());
  return response;
}

}  // namespace pullgate::agent
