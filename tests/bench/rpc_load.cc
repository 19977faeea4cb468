// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Measures CheckPull and AuthorizePull beside a bare echo, over Unix sockets.
//
// tests/bench/rpc.py starts what is measured; this program starts nothing but
// the echo (--serve_echo), so that each server is a process of its own.

#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/strings/numbers.h"
#include "pullgate/agent/v1/agent_service.grpc.pb.h"
#include "pullgate/decision/v1/decision_service.grpc.pb.h"
#include "tests/bench/closed_loop.h"

ABSL_FLAG(std::string, serve_echo, "",
          "Serve the bare echo on this Unix socket until standard input ends.");
ABSL_FLAG(std::string, echo_socket, "", "The echo's socket.");
ABSL_FLAG(std::string, pdp_socket, "",
          "The PDP's socket; empty: CheckPull is not measured.");
ABSL_FLAG(std::string, agent_socket, "",
          "The agent's socket; empty: AuthorizePull is not measured.");
ABSL_FLAG(std::string, authorize_name, "authorize_cached",
          "What to call AuthorizePull in the results.");
ABSL_FLAG(std::string, registry, "", "What to ask for; must be permitted.");
ABSL_FLAG(std::string, address, "", "Its address, brought as evidence.");
ABSL_FLAG(std::vector<std::string>, outstanding,
          std::vector<std::string>({"1", "8", "64"}),
          "Calls under way at once, one measurement for each.");
ABSL_FLAG(int, rounds, 5, "Rounds; each measures everything once.");
ABSL_FLAG(int, milliseconds, 1500, "Length of one measurement.");

namespace pullgate::bench {
namespace {

namespace agent_pb = pullgate::agent::v1;
namespace pb = pullgate::decision::v1;

// The least that a unary method of the callback API can do.
class Echo final : public pb::DecisionService::CallbackService {
  grpc::ServerUnaryReactor* CheckPull(
      grpc::CallbackServerContext* context, const pb::CheckPullRequest* request,
      pb::CheckPullResponse* response) override {
    response->mutable_decision()->set_registry(request->registry());
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

int ServeEcho(const std::string& socket) {
  Echo echo;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("unix:" + socket, grpc::InsecureServerCredentials());
  builder.RegisterService(&echo);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return EXIT_FAILURE;
  char byte = 0;
  while (read(STDIN_FILENO, &byte, 1) > 0) {
  }
  return EXIT_SUCCESS;
}

std::shared_ptr<grpc::Channel> Connect(const std::string& socket) {
  return grpc::CreateChannel("unix:" + socket,
                             grpc::InsecureChannelCredentials());
}

// One thing to measure.
struct Subject {
  std::string name;
  std::function<Round(int, std::chrono::milliseconds)> run;
};

pb::CheckPullRequest CheckPullRequest() {
  pb::CheckPullRequest request;
  request.set_vch("vchs/bench");
  request.set_registry(absl::GetFlag(FLAGS_registry));
  request.mutable_evidence()->set_outcome(pb::Evidence::OUTCOME_LOOKED_UP);
  request.mutable_evidence()->add_addresses(absl::GetFlag(FLAGS_address));
  return request;
}

Subject CheckPullSubject(const std::string& name, const std::string& socket,
                         bool echo) {
  const std::shared_ptr<pb::DecisionService::Stub> stub =
      pb::DecisionService::NewStub(Connect(socket));
  const pb::CheckPullRequest request = CheckPullRequest();
  using Loop = ClosedLoop<pb::CheckPullResponse>;
  auto loop = std::make_shared<Loop>(
      [stub, request](grpc::ClientContext* context,
                      grpc::CompletionQueue* queue) {
        return stub->AsyncCheckPull(context, request, queue);
      },
      [echo](const pb::CheckPullResponse& response) {
        return echo || response.decision().effect() == pb::EFFECT_PERMIT;
      });
  return {name, [loop](int outstanding, std::chrono::milliseconds duration) {
            return loop->Run(outstanding, duration);
          }};
}

Subject AuthorizeSubject(const std::string& name, const std::string& socket) {
  const std::shared_ptr<agent_pb::AgentService::Stub> stub =
      agent_pb::AgentService::NewStub(Connect(socket));
  agent_pb::AuthorizePullRequest request;
  request.set_registry(absl::GetFlag(FLAGS_registry));
  using Loop = ClosedLoop<agent_pb::AuthorizePullResponse>;
  auto loop = std::make_shared<Loop>(
      [stub, request](grpc::ClientContext* context,
                      grpc::CompletionQueue* queue) {
        return stub->AsyncAuthorizePull(context, request, queue);
      },
      [](const agent_pb::AuthorizePullResponse& response) {
        return response.effect() == pb::EFFECT_PERMIT;
      });
  return {name, [loop](int outstanding, std::chrono::milliseconds duration) {
            return loop->Run(outstanding, duration);
          }};
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// All rounds of one subject at one number of outstanding calls.
struct Series {
  std::vector<double> calls_per_second, p50_us, p99_us, ratio;
};

void PrintSeries(const std::string& name, int outstanding,
                 const Series& series) {
  const auto [least, most] =
      std::minmax_element(series.ratio.begin(), series.ratio.end());
  std::printf("%-20s %4d %12.0f %10.1f %10.1f %8.2f  (%.2f-%.2f)\n",
              name.c_str(), outstanding, Median(series.calls_per_second),
              Median(series.p50_us), Median(series.p99_us),
              Median(series.ratio), *least, *most);
}

// False if a round failed. Subjects take turns within a round, so that what
// else the machine does meets them alike.
bool Measure(const std::vector<Subject>& subjects, int outstanding,
             std::map<std::string, Series>& all) {
  const std::chrono::milliseconds duration(absl::GetFlag(FLAGS_milliseconds));
  for (int i = 0; i < absl::GetFlag(FLAGS_rounds); ++i) {
    double bare = 0;
    for (const Subject& subject : subjects) {
      const Round round = subject.run(outstanding, duration);
      if (!round.failure.empty()) {
        std::fprintf(stderr, "%s: %s\n", subject.name.c_str(),
                     round.failure.c_str());
        return false;
      }
      if (bare == 0) bare = round.calls_per_second;
      Series& series = all[subject.name];
      series.calls_per_second.push_back(round.calls_per_second);
      series.p50_us.push_back(round.p50_us);
      series.p99_us.push_back(round.p99_us);
      series.ratio.push_back(round.calls_per_second / bare);
    }
  }
  return true;
}

std::vector<Subject> Subjects() {
  std::vector<Subject> subjects = {
      CheckPullSubject("echo", absl::GetFlag(FLAGS_echo_socket), true)};
  const std::string pdp = absl::GetFlag(FLAGS_pdp_socket);
  if (!pdp.empty()) {
    subjects.push_back(CheckPullSubject("check_pull", pdp, false));
  }
  const std::string agent = absl::GetFlag(FLAGS_agent_socket);
  if (!agent.empty()) {
    subjects.push_back(
        AuthorizeSubject(absl::GetFlag(FLAGS_authorize_name), agent));
  }
  return subjects;
}

int Run() {
  const std::vector<Subject> subjects = Subjects();
  std::string results;
  std::printf("%-20s %4s %12s %10s %10s %8s\n", "", "out", "calls/s", "p50 us",
              "p99 us", "ratio");
  for (const std::string& text : absl::GetFlag(FLAGS_outstanding)) {
    int outstanding = 0;
    if (!absl::SimpleAtoi(text, &outstanding) || outstanding < 1) {
      std::fprintf(stderr, "--outstanding: %s is no count\n", text.c_str());
      return EXIT_FAILURE;
    }
    std::map<std::string, Series> all;
    for (const Subject& subject : subjects) {  // Warm up.
      subject.run(outstanding, std::chrono::milliseconds(300));
    }
    if (!Measure(subjects, outstanding, all)) return EXIT_FAILURE;
    for (const Subject& subject : subjects) {
      PrintSeries(subject.name, outstanding, all[subject.name]);
      if (subject.name == "echo") continue;
      char line[128];
      std::snprintf(line, sizeof(line), "result %s_ratio_%d %.2f x\n",
                    subject.name.c_str(), outstanding,
                    Median(all[subject.name].ratio));
      results += line;
    }
  }
  std::printf("\n%s", results.c_str());
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace pullgate::bench

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  const std::string echo = absl::GetFlag(FLAGS_serve_echo);
  return echo.empty() ? pullgate::bench::Run()
                      : pullgate::bench::ServeEcho(echo);
}
