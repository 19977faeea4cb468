// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_SERVER_HOUSEKEEPER_H_
#define PULLGATE_AGENT_SERVER_HOUSEKEEPER_H_

#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "agent/service/agent_status.h"
#include "agent/sync/policy_updater.h"
#include "common/crypto/public_ca_set.h"
#include "common/observe/log.h"
#include "common/observe/metrics.h"
#include "common/sync/mutex.h"

namespace pullgate::agent {

// Does now and then what nobody asks for: reads the public CA set again when
// its file changed, and brings the gauges up to date.
//
// One thread of its own. Thread-safe. Pointers are not owned and outlive this.
class Housekeeper {
 public:
  static constexpr absl::Duration kInterval = absl::Seconds(5);

  // `public_cas`: the set in use, read from `public_ca_file`.
  Housekeeper(std::string public_ca_file,
              std::shared_ptr<const PublicCaSet> public_cas,
              PolicyUpdater* updater, AgentStatusSources sources,
              const Logger* log, Metrics* metrics);
  // Stops.
  ~Housekeeper();

  // Reads the public CA set again if its file changed. A file that cannot be
  // read changes nothing and is logged.
  absl::Status ReloadPublicCas() ABSL_LOCKS_EXCLUDED(reload_mu_);

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mu_);
  void UpdateGauges();

  const std::string public_ca_file_;
  PolicyUpdater* const updater_;
  const AgentStatusSources sources_;
  const Logger* const log_;
  Metrics* const metrics_;

  Mutex reload_mu_;
  std::shared_ptr<const PublicCaSet> public_cas_ ABSL_GUARDED_BY(reload_mu_);
  // Logged once, not at every look.
  absl::Status last_failure_ ABSL_GUARDED_BY(reload_mu_);

  Mutex mu_;
  CondVar changed_;
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;

  std::thread thread_;  // last: it uses the rest
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_SERVER_HOUSEKEEPER_H_
