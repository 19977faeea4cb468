// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Asks an agent again and again, whatever happens to it, and writes the event
// id of each answer to standard output, one a line, once it has the answer, or
// "unrecorded" if it has none and does not refuse for that. Ends when standard
// input does.

#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "pullgate/agent/v1/agent_service.grpc.pb.h"
#include "pullgate/decision/v1/decision.pb.h"

ABSL_FLAG(std::string, agent_socket, "", "The agent's socket.");
ABSL_FLAG(std::vector<std::string>, registries, {},
          "What to ask for, in turn.");
ABSL_FLAG(int, callers, 4, "Questions under way at once.");
ABSL_FLAG(absl::Duration, pause, absl::Milliseconds(2),
          "Of a caller after an answer.");

namespace pullgate {
namespace {

namespace decision = pullgate::decision::v1;
namespace pb = pullgate::agent::v1;

// Long enough for an agent to start again within it.
constexpr std::chrono::seconds kDeadline(2);

std::shared_ptr<grpc::Channel> Connect(const std::string& socket) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 10);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 10);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 50);
  return grpc::CreateCustomChannel(
      "unix:" + socket, grpc::InsecureChannelCredentials(), arguments);
}

// A refusal that could not be recorded has no event, and says so.
bool SaysUnrecorded(const pb::AuthorizePullResponse& response) {
  return response.event_id().empty() &&
         response.effect() == decision::EFFECT_DENY &&
         response.reason() == decision::DENY_REASON_AUDIT_UNAVAILABLE;
}

void AskUntil(const absl::Notification& stop, pb::AgentService::Stub& stub) {
  const std::vector<std::string> registries = absl::GetFlag(FLAGS_registries);
  const absl::Duration pause = absl::GetFlag(FLAGS_pause);
  for (size_t turn = 0; !stop.WaitForNotificationWithTimeout(pause); ++turn) {
    pb::AuthorizePullRequest request;
    request.set_registry(registries[turn % registries.size()]);
    grpc::ClientContext context;
    context.set_wait_for_ready(true);
    context.set_deadline(std::chrono::system_clock::now() + kDeadline);
    pb::AuthorizePullResponse response;
    const grpc::Status status =
        stub.AuthorizePull(&context, request, &response);
    if (!status.ok() || SaysUnrecorded(response)) continue;
    std::puts(response.event_id().empty() ? "unrecorded"
                                          : response.event_id().c_str());
  }
}

int Run() {
  const std::shared_ptr<grpc::Channel> channel =
      Connect(absl::GetFlag(FLAGS_agent_socket));
  const std::unique_ptr<pb::AgentService::Stub> stub =
      pb::AgentService::NewStub(channel);
  std::setvbuf(stdout, nullptr, _IOLBF, 1 << 16);
  absl::Notification stop;
  std::vector<std::thread> callers;
  callers.reserve(absl::GetFlag(FLAGS_callers));
  for (int i = 0; i < absl::GetFlag(FLAGS_callers); ++i) {
    callers.emplace_back([&] { AskUntil(stop, *stub); });
  }
  char byte = 0;
  while (read(STDIN_FILENO, &byte, 1) > 0) {
  }
  stop.Notify();
  for (std::thread& caller : callers) caller.join();
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace pullgate

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  if (absl::GetFlag(FLAGS_registries).empty()) return EXIT_FAILURE;
  return pullgate::Run();
}
