// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/server/run_pdp.h"

#include <signal.h>

#include <memory>
#include <utility>

#include "common/config/print_config.h"
#include "common/observe/file_log_sink.h"
#include "common/observe/log.h"
#include "common/observe/metrics.h"
#include "common/observe/names.h"
#include "common/process/signals.h"
#include "common/process/stop_sign.h"
#include "common/rpc/grpc_log.h"
#include "common/rpc/single_callback_thread.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "pdp/server/pdp_options.h"
#include "pdp/server/pdp_server.h"

namespace pullgate::pdp {
namespace {

void ReadAgain(const std::string& config_file, const Clock& clock,
               FileLogSink& sink, Logger& log, PdpServer& server) {
  if (const absl::Status reopened = sink.Reopen(); !reopened.ok()) {
    log.Error("log file not opened anew", {{names::kStatus, reopened}});
  }
  absl::StatusOr<PdpOptions> next = LoadPdpOptions(config_file, clock.Now());
  const absl::Status status = next.ok() ? server.Reload(*next) : next.status();
  if (status.ok()) {
    log.Info("configuration read again", {{names::kFile, config_file}});
  } else {
    log.Error("configuration not taken over; the last one stays",
              {{names::kFile, config_file}, {names::kStatus, status}});
  }
}

}  // namespace

absl::Status RunPdp(const std::string& config_file) {
  PULLGATE_RETURN_IF_ERROR(BlockSignals({SIGTERM, SIGINT, SIGHUP}));
  const SystemClock clock;
  PULLGATE_ASSIGN_OR_RETURN(const PdpOptions options,
                            LoadPdpOptions(config_file, clock.Now()));
  PULLGATE_ASSIGN_OR_RETURN(const auto sink,
                            FileLogSink::Open(options.log.file));
  Logger log(sink.get(), &clock, options.log.level);
  const GrpcLogRoute grpc_log(&log, &clock);
  Metrics metrics;
  const SingleCallbackThread single_callback_thread;
  log.Info("starting",
           {{names::kVersion, kPdpVersion}, {names::kFile, config_file}});
  for (const Finding& finding : options.default_policy_findings) {
    log.Warning("default policy", {{names::kRule, finding.place},
                                   {names::kReason, finding.message}});
  }
  PULLGATE_ASSIGN_OR_RETURN(
      const auto server,
      PdpServer::Start(options, {&log, sink.get(), &metrics, &clock}));
  StopSign stop;
  PULLGATE_ASSIGN_OR_RETURN(
      const auto signals,
      SignalWatcher::Start({SIGTERM, SIGINT, SIGHUP}, [&](int signal) {
        if (signal == SIGHUP) {
          ReadAgain(config_file, clock, *sink, log, *server);
        } else {
          log.Info("asked to stop", {{names::kSignal, signal}});
          stop.Set();
        }
      }));
  stop.Await();
  server->Shutdown();
  return absl::OkStatus();
}

absl::StatusOr<std::string> EffectivePdpConfig(const std::string& config_file) {
  PULLGATE_ASSIGN_OR_RETURN(const PdpOptions options,
                            LoadPdpOptions(config_file, SystemClock().Now()));
  return PrintConfig(options.effective);
}

}  // namespace pullgate::pdp
