// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/bench/authorize_cost.h"

#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "agent/audit/sqlite_spool.h"
#include "agent/authorize/pull_authorizer.h"
#include "agent/authorize/verdict_finder.h"
#include "agent/decide/decider.h"
#include "agent/server/agent_options.h"
#include "agent/server/verdict_reporter.h"
#include "agent/service/agent_service.h"
#include "common/dns/caching_host_resolver.h"
#include "common/files/data_directory.h"
#include "common/observe/log.h"
#include "common/observe/metrics.h"
#include "common/rpc/server_builder.h"
#include "common/time/boot_clock.h"
#include "common/time/clock.h"
#include "pullgate/agent/v1/agent_service.grpc.pb.h"
#include "tests/bench/closed_loop.h"
#include "tests/fakes/agent/fake_pdp_client.h"
#include "tests/fakes/agent/fake_registry_verifier.h"
#include "tests/fakes/fake_host_resolver.h"
#include "tests/support/agent/effective_policies.h"
#include "tests/support/agent/issue_by_policy.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

namespace pullgate::bench {
namespace {

namespace pb = pullgate::agent::v1;

constexpr char kRegistry[] = "registry.corp.example";
constexpr char kAddress[] = "192.0.2.7";
constexpr int64_t kRevision = 7;
// Many and short: what else the machine does, writing back what was recorded
// say, meets both alike.
constexpr int kRounds = 31;
constexpr std::chrono::milliseconds kRound(200);

void Check(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  _exit(EXIT_FAILURE);
}

// Records nothing, and says at once that it did.
class NoSpool final : public agent::Spool {
 public:
  absl::StatusOr<audit::v1::AuditEvent> Append(
      audit::v1::AuditEvent event) override {
    event.set_event_id(kEventId);
    return event;
  }
  void AppendAsync(std::string /*event*/, AppendDone done) override {
    done(std::string(kEventId));
  }
  absl::StatusOr<Batch> Read(int64_t after_sequence, int /*max_events*/,
                             int64_t /*max_bytes*/) override {
    return Batch{after_sequence + 1, {}};
  }
  bool WaitForEvent(int64_t /*after*/, absl::Time /*deadline*/) override {
    return false;
  }
  absl::Status Ack(int64_t /*sequence*/) override { return absl::OkStatus(); }
  Status status() const override { return {}; }
  void Close() override {}

 private:
  // As long as real ones.
  static constexpr char kEventId[] =
      "vch-1/0123456789abcdef0123456789abcdef/1000000";
};

class NoLog final : public LogSink {
 public:
  void Write(std::string /*line*/) noexcept override {}
};

// Proves every registry, with a certificate as they have them.
class BenchVerifier final : public agent::RegistryVerifier {
 public:
  agent::Verification Verify(const agent::VerifyRequest& request,
                             absl::Time deadline) override {
    agent::Verification verification = inner_.Verify(request, deadline);
    for (agent::Attempt& attempt : verification.attempts) {
      auto& certificate = attempt.chain.front();
      certificate.sha256_fingerprint = std::string(64, 'a');
      certificate.subject = absl::StrCat("CN=", kRegistry);
      certificate.issuer = "CN=Corp Issuing CA 3,O=Corp";
      certificate.dns_names = {kRegistry};
    }
    return verification;
  }

 private:
  agent::FakeRegistryVerifier inner_;
};

std::unique_ptr<HostResolver> Dns() {
  auto dns = std::make_unique<FakeHostResolver>();
  dns->AddForward(kRegistry, kAddress);
  dns->SetTtl(absl::Hours(1));
  return dns;
}

// An agent without a PDP, which has decided about kRegistry.
class BenchAgent {
 public:
  BenchAgent(agent::Spool* spool, const std::string& socket)
      : authorizer_(&finder_, &holder_, spool, &reporter_, &wall_, &boot_,
                    defaults_.max_concurrent_pulls),
        service_(&authorizer_,
                 {vch_, "bench", wall_.Now(), &wall_, &holder_, nullptr, spool,
                  nullptr, &decisions_, &verdicts_, nullptr}) {
    Check(holder_.Replace(policy_));
    holder_.GrantLease(
        {kRevision, wall_.Now(), boot_.Now(), absl::Minutes(10)});
    pdp_.AnswerBy([this](const agent::PdpQuestion& question) {
      return agent::IssueByPolicy(*policy_, question);
    });
    ServerSettings settings;
    settings.max_connection_age = absl::InfiniteDuration();
    const auto builder = MakeServerBuilder(settings);
    builder->AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    builder->AddListeningPort(absl::StrCat("unix:", socket),
                              grpc::InsecureServerCredentials());
    builder->RegisterService(&service_);
    server_ = builder->BuildAndStart();
  }

  void Serve() { server_->Wait(); }

 private:
  const VchId vch_ = VchId::Parse(agent::kTestVch).value();
  const agent::AgentOptions defaults_{vch_};
  const SystemClock wall_;
  const BootClock boot_;
  NoLog sink_;
  const Logger log_{&sink_, &wall_};
  Metrics metrics_;
  agent::VerdictReporter reporter_{&log_, &metrics_, &wall_};
  const std::shared_ptr<const agent::ActivePolicy> policy_ =
      agent::Activate(agent::WhitelistPolicy(kRevision, {kRegistry}));
  agent::PolicyHolder holder_{&wall_, &boot_};
  agent::DecisionCache decisions_{&boot_, defaults_.max_decisions};
  agent::VerdictCache verdicts_{&boot_, defaults_.max_verdicts,
                                absl::Minutes(10)};
  agent::FakePdpClient pdp_;
  agent::Decider decider_{vch_,   &pdp_,  &decisions_,      &holder_,
                          &wall_, &boot_, defaults_.decider};
  CachingHostResolver dns_{Dns(), &wall_, LookupCacheOptions()};
  BenchVerifier verifier_;
  agent::VerdictFinder finder_{&dns_,      &decider_,       &holder_,
                               &verifier_, &verdicts_,      &wall_,
                               &boot_,     defaults_.finder};
  agent::PullAuthorizer authorizer_;
  agent::AgentServiceImpl service_;
  std::unique_ptr<grpc::Server> server_;
};

void ServeAudited(const std::string& data, const std::string& socket) {
  const auto directory = DataDirectory::Open(data);
  Check(directory.status());
  const VchId vch = VchId::Parse(agent::kTestVch).value();
  agent::SqliteSpool::Options options = agent::AgentOptions(vch).spool;
  options.max_bytes = int64_t{16} << 30;
  const auto spool = agent::SqliteSpool::Open(**directory, vch, options);
  Check(spool.status());
  BenchAgent(spool->get(), socket).Serve();
}

void ServeUnaudited(const std::string& socket) {
  NoSpool spool;
  BenchAgent(&spool, socket).Serve();
}

// Asks one of them.
class Client {
 public:
  explicit Client(const std::string& socket)
      : stub_(pb::AgentService::NewStub(
            grpc::CreateChannel(absl::StrCat("unix:", socket),
                                grpc::InsecureChannelCredentials()))),
        loop_(
            [this](grpc::ClientContext* context, grpc::CompletionQueue* queue) {
              context->set_wait_for_ready(true);
              return stub_->AsyncAuthorizePull(context, request_, queue);
            },
            [](const pb::AuthorizePullResponse& response) {
              return response.effect() == decision::v1::EFFECT_PERMIT;
            }) {
    request_.set_registry(kRegistry);
  }

  // Microseconds for each answer.
  double Ask(int outstanding, std::chrono::milliseconds duration) {
    const Round round = loop_.Run(outstanding, duration);
    if (!round.failure.empty()) Check(absl::UnknownError(round.failure));
    return 1e6 / round.calls_per_second;
  }

 private:
  const std::unique_ptr<pb::AgentService::Stub> stub_;
  pb::AuthorizePullRequest request_;
  ClosedLoop<pb::AuthorizePullResponse> loop_;
};

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// How often as long an answer takes with audit: the median of all rounds.
double Cost(Client& audited, Client& unaudited, int outstanding) {
  std::vector<double> with;
  std::vector<double> without;
  std::vector<double> ratio;
  for (int round = 0; round < kRounds; ++round) {
    // Who begins changes.
    if (round % 2 == 0) with.push_back(audited.Ask(outstanding, kRound));
    without.push_back(unaudited.Ask(outstanding, kRound));
    if (round % 2 == 1) with.push_back(audited.Ask(outstanding, kRound));
    ratio.push_back(with.back() / without.back());
  }
  std::sort(ratio.begin(), ratio.end());
  std::printf(
      "authorize, %2d at once: %.1f us with audit, %.1f us without, %.2f x "
      "(half of the rounds: %.2f to %.2f)\n",
      outstanding, Median(with), Median(without), Median(ratio),
      ratio[kRounds / 4], ratio[kRounds * 3 / 4]);
  return Median(ratio);
}

}  // namespace

void BenchAuthorizeCost() {
  const TempDir dir;
  const std::string audited_socket = dir.File("audited.sock");
  const std::string unaudited_socket = dir.File("unaudited.sock");
  const ChildProcess audited_server(
      [&](const auto&) { ServeAudited(dir.File("data"), audited_socket); });
  const ChildProcess unaudited_server(
      [&](const auto&) { ServeUnaudited(unaudited_socket); });
  Client audited(audited_socket);
  Client unaudited(unaudited_socket);
  double worst = 0;
  for (const int outstanding : {1, 8, 64}) {
    // Fills the caches, and warms up.
    audited.Ask(outstanding, kRound);
    unaudited.Ask(outstanding, kRound);
    worst = std::max(worst, Cost(audited, unaudited, outstanding));
  }
  std::printf("result authorize_audit_cost %.2f x\n", worst);
  std::fflush(stdout);
}

}  // namespace pullgate::bench
