// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <thread>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/status/status.h"
#include "agent/server/agent_options.h"
#include "agent/server/agent_server.h"
#include "agent/server/agent_version.h"
#include "common/config/load_config.h"
#include "common/config/print_config.h"
#include "common/observe/file_log_sink.h"
#include "common/observe/names.h"
#include "common/process/signals.h"
#include "common/status/status_macros.h"
#include "common/sync/mutex.h"
#include "common/time/clock.h"

ABSL_FLAG(
    std::string, config, "/etc/pullgate/agent.yaml",
    "The configuration; deploy/config/agent.yaml explains every setting.");
ABSL_FLAG(
    bool, check_config, false,
    "Print the effective settings, or what is wrong with them, and exit.");
ABSL_FLAG(bool, version, false, "Print the version and exit.");

namespace pullgate::agent {
namespace {

// Beyond the drain deadline: for what has to be ended, not waited for.
constexpr absl::Duration kGrace = absl::Seconds(5);

// Waits until the process is asked to end.
class StopRequest {
 public:
  void Ask() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    asked_ = true;
    changed_.NotifyAll();
  }
  void Await() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    while (!asked_) changed_.Wait(&mu_);
  }

 private:
  Mutex mu_;
  CondVar changed_;
  bool asked_ ABSL_GUARDED_BY(mu_) = false;
};

absl::StatusOr<AgentOptions> LoadOptions(config::v1::AgentConfig& config) {
  PULLGATE_ASSIGN_OR_RETURN(
      const ConfigSource source,
      LoadConfigFile(absl::GetFlag(FLAGS_config), config));
  return AgentOptionsFromConfig(source, config);
}

// SIGHUP: the log file is opened anew, its level, the TLS files and the public
// CA set are read again. Everything else needs a restart.
void Reload(AgentServer& server, FileLogSink& sink, Logger& log) {
  if (const absl::Status reopened = sink.Reopen(); !reopened.ok()) {
    log.Error("the log file cannot be opened anew; the old one stays",
              {{names::kError, reopened}});
  }
  config::v1::AgentConfig config;
  const absl::StatusOr<AgentOptions> options = LoadOptions(config);
  if (options.ok()) {
    log.set_level(options->log.level);
  } else {
    log.Error("the changed configuration cannot be used; the old one stays",
              {{names::kError, options.status()}});
  }
  server.Reload();
  log.Info("reloaded");
}

// Ends the process if an orderly end takes too long: something under way could
// not be cut short. Nothing is lost by that, what is recorded is on disk.
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

absl::Status Run() {
  PULLGATE_RETURN_IF_ERROR(BlockSignals({SIGTERM, SIGINT, SIGHUP}));
  config::v1::AgentConfig config;
  PULLGATE_ASSIGN_OR_RETURN(const AgentOptions options, LoadOptions(config));
  if (absl::GetFlag(FLAGS_check_config)) {
    std::cout << PrintConfig(config);
    return absl::OkStatus();
  }
  const SystemClock clock;
  PULLGATE_ASSIGN_OR_RETURN(const std::unique_ptr<FileLogSink> sink,
                            FileLogSink::Open(options.log.file));
  Logger log(sink.get(), &clock, options.log.level);
  PULLGATE_ASSIGN_OR_RETURN(const std::unique_ptr<AgentServer> server,
                            AgentServer::Start(options, &log, &clock));
  StopRequest stop;
  PULLGATE_ASSIGN_OR_RETURN(
      const std::unique_ptr<SignalWatcher> signals,
      SignalWatcher::Start({SIGTERM, SIGINT, SIGHUP}, [&](int signal) {
        log.Info("signal received", {{names::kSignal, strsignal(signal)}});
        if (signal == SIGHUP) return Reload(*server, *sink, log);
        stop.Ask();
      }));
  stop.Await();
  EndAtTheLatestAfter(options.drain_deadline + kGrace);
  server->Stop();
  log.Info("stopped");
  return absl::OkStatus();
}

}  // namespace
}  // namespace pullgate::agent

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage(
      "The enforcement point of one virtual container host.\n"
      "  pullgate-agent --config=/etc/pullgate/agent.yaml");
  absl::ParseCommandLine(argc, argv);
  if (absl::GetFlag(FLAGS_version)) {
    std::cout << "pullgate-agent " << pullgate::agent::kAgentVersion << '\n';
    return EXIT_SUCCESS;
  }
  const absl::Status status = pullgate::agent::Run();
  if (status.ok()) return EXIT_SUCCESS;
  std::cerr << "pullgate-agent: " << status.message() << '\n';
  return EXIT_FAILURE;
}
