// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/server/run_agent.h"

#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <thread>

#include "agent/server/agent_options.h"
#include "agent/server/agent_server.h"
#include "agent/server/agent_version.h"
#include "common/config/load_config.h"
#include "common/config/print_config.h"
#include "common/observe/file_log_sink.h"
#include "common/observe/names.h"
#include "common/process/signals.h"
#include "common/process/stop_sign.h"
#include "common/rpc/grpc_log.h"
#include "common/rpc/single_callback_thread.h"
#include "common/status/status_macros.h"
#include "common/sync/mutex.h"
#include "common/time/clock.h"
#include "pullgate/config/v1/agent_config.pb.h"

namespace pullgate::agent {
namespace {

// Beyond the drain deadline: for what has to be ended, not waited for.
constexpr absl::Duration kGrace = absl::Seconds(5);

absl::StatusOr<AgentOptions> LoadOptions(const std::string& config_file,
                                         config::v1::AgentConfig& config) {
  PULLGATE_ASSIGN_OR_RETURN(const ConfigSource source,
                            LoadConfigFile(config_file, config));
  return AgentOptionsFromConfig(source, config);
}

void ReadAgain(const std::string& config_file, FileLogSink& sink, Logger& log,
               AgentServer& server) {
  if (const absl::Status reopened = sink.Reopen(); !reopened.ok()) {
    log.Error("log file not opened anew", {{names::kStatus, reopened}});
  }
  config::v1::AgentConfig config;
  const absl::StatusOr<AgentOptions> options = LoadOptions(config_file, config);
  if (options.ok()) {
    log.set_level(options->log.level);
  } else {
    log.Error(
        "configuration not taken over; the last one stays",
        {{names::kFile, config_file}, {names::kStatus, options.status()}});
  }
  server.Reload();
  log.Info("read again what may change", {{names::kFile, config_file}});
}

void EndAtTheLatestAfter(absl::Duration limit) {
  std::thread([limit] {
    Mutex mu;
    CondVar never;
    MutexLock lock(&mu);
    while (never.WaitFor(&mu, limit)) {
    }
    _exit(EXIT_FAILURE);
  }).detach();
}

}  // namespace

absl::Status RunAgent(const std::string& config_file) {
  PULLGATE_RETURN_IF_ERROR(BlockSignals({SIGTERM, SIGINT, SIGHUP}));
  config::v1::AgentConfig config;
  PULLGATE_ASSIGN_OR_RETURN(const AgentOptions options,
                            LoadOptions(config_file, config));
  const SystemClock clock;
  PULLGATE_ASSIGN_OR_RETURN(const std::unique_ptr<FileLogSink> sink,
                            FileLogSink::Open(options.log.file));
  Logger log(sink.get(), &clock, options.log.level);
  const GrpcLogRoute grpc_log(&log, &clock);
  const SingleCallbackThread single_callback_thread;
  log.Info("starting",
           {{names::kVersion, kAgentVersion}, {names::kFile, config_file}});
  PULLGATE_ASSIGN_OR_RETURN(const std::unique_ptr<AgentServer> server,
                            AgentServer::Start(options, &log, &clock));
  StopSign stop;
  PULLGATE_ASSIGN_OR_RETURN(
      const std::unique_ptr<SignalWatcher> signals,
      SignalWatcher::Start({SIGTERM, SIGINT, SIGHUP}, [&](int signal) {
        if (signal == SIGHUP) {
          ReadAgain(config_file, *sink, log, *server);
        } else {
          log.Info("asked to stop", {{names::kSignal, signal}});
          stop.Set();
        }
      }));
  stop.Await();
  EndAtTheLatestAfter(options.drain_deadline + kGrace);
  server->Stop();
  log.Info("stopped");
  return absl::OkStatus();
}

absl::StatusOr<std::string> EffectiveAgentConfig(
    const std::string& config_file) {
  config::v1::AgentConfig config;
  PULLGATE_RETURN_IF_ERROR(LoadOptions(config_file, config).status());
  return PrintConfig(config);
}

}  // namespace pullgate::agent
