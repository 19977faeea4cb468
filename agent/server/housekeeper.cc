// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/server/housekeeper.h"

#include <utility>

#include "common/observe/names.h"
#include "common/wire/time_proto.h"

namespace pullgate::agent {

Housekeeper::Housekeeper(std::string public_ca_file,
                         std::shared_ptr<const PublicCaSet> public_cas,
                         PolicyUpdater* updater, AgentStatusSources sources,
                         const Logger* log, Metrics* metrics)
    : public_ca_file_(std::move(public_ca_file)),
      updater_(updater),
      sources_(std::move(sources)),
      log_(log),
      metrics_(metrics),
      public_cas_(std::move(public_cas)),
      thread_([this] { Run(); }) {}

Housekeeper::~Housekeeper() {
  {
    MutexLock lock(&mu_);
    stopped_ = true;
    changed_.NotifyAll();
  }
  thread_.join();
}

absl::Status Housekeeper::ReloadPublicCas() {
  MutexLock lock(&reload_mu_);
  if (!public_cas_->ChangedOnDisk()) return absl::OkStatus();
  absl::StatusOr<std::shared_ptr<const PublicCaSet>> loaded =
      PublicCaSet::Load(public_ca_file_);
  absl::Status status =
      loaded.ok() ? updater_->SetPublicCas(*loaded) : loaded.status();
  if (status.ok()) {
    public_cas_ = *std::move(loaded);
    log_->Info("public CA set read again",
               {{names::kFile, public_ca_file_},
                {names::kCount, public_cas_->certificates().size()}});
  } else if (status != last_failure_) {
    log_->Error("the changed public CA set cannot be used; the old one stays",
                {{names::kFile, public_ca_file_}, {names::kError, status}});
  }
  last_failure_ = status;
  return status;
}

void Housekeeper::Run() {
  bool stopped = false;
  while (!stopped) {
    UpdateGauges();
    ReloadPublicCas().IgnoreError();  // logged there
    MutexLock lock(&mu_);
    while (!stopped_ && changed_.WaitFor(&mu_, kInterval)) {
    }
    stopped = stopped_;
  }
}

void Housekeeper::UpdateGauges() {
  const pullgate::agent::v1::GetStatusResponse status = AgentStatus(sources_);
  const auto set = [this](const MetricInfo& info, double value) {
    metrics_->GaugeOf(info).Set(value);
  };
  set(names::kPdpConnected, status.pdp().synced() ? 1 : 0);
  set(names::kPolicyRevision, static_cast<double>(status.policy().revision()));
  set(names::kLeaseExpiry,
      static_cast<double>(status.policy().lease_expire_time().seconds()));
  set(names::kSpoolEvents,
      static_cast<double>(status.spool().unacked_events()));
  set(names::kSpoolBytes, static_cast<double>(status.spool().bytes()));
  set(names::kSpoolOldestAge, absl::ToDoubleSeconds(wire::DurationFromProto(
                                  status.spool().oldest_unacked_age())));
  set(names::kSpoolDropped,
      static_cast<double>(status.spool().last_gap().dropped_total()));
  set(names::kSpoolLastSequence,
      static_cast<double>(status.spool().last_sequence()));
  set(names::kLastAck,
      static_cast<double>(status.spool().last_ack_time().seconds()));
  set(names::kReportReconnects,
      static_cast<double>(status.spool().reconnects()));
  const auto entries = [this](const char* cache, int64_t count) {
    metrics_->GaugeOf(names::kCacheEntries, {cache})
        .Set(static_cast<double>(count));
  };
  entries("decisions", status.cache().decisions());
  entries("verdicts", status.cache().verdicts());
  entries("dns", status.cache().dns_names());
}

}  // namespace pullgate::agent
