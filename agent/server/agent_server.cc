// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/server/agent_server.h"

#include <grpc/grpc.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>

#include <string>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "agent/audit/event_uploader.h"
#include "agent/authorize/pull_authorizer.h"
#include "agent/decide/backoff_pdp_client.h"
#include "agent/decide/grpc_pdp_client.h"
#include "agent/gate/gate.h"
#include "agent/server/agent_identity.h"
#include "agent/server/agent_storage.h"
#include "agent/server/agent_version.h"
#include "agent/server/counted_verifier.h"
#include "agent/server/housekeeper.h"
#include "agent/server/verdict_reporter.h"
#include "agent/service/agent_service.h"
#include "agent/sync/policy_updater.h"
#include "agent/sync/sync_client.h"
#include "agent/sync/sync_session.h"
#include "common/crypto/public_ca_set.h"
#include "common/dns/make_host_resolver.h"
#include "common/observe/metrics.h"
#include "common/observe/metrics_server.h"
#include "common/observe/names.h"
#include "common/rpc/channel.h"
#include "common/rpc/server_builder.h"
#include "common/rpc/tls_credentials.h"
#include "common/rpc/unix_socket.h"
#include "common/status/status_macros.h"
#include "common/time/boot_clock.h"

namespace pullgate::agent {
namespace {

std::string NewInstance() {
  absl::BitGen random;
  return absl::StrFormat("%016x%016x", absl::Uniform<uint64_t>(random),
                         absl::Uniform<uint64_t>(random));
}

Backoff NewBackoff(const AgentOptions& options) {
  return Backoff(options.min_backoff, options.max_backoff, MakeUnitRandom());
}

}  // namespace

// In the order in which they are made; destroyed the other way round. Each part
// is given those it uses, which stand above it.
struct AgentServer::Parts {
  Parts(const AgentOptions& options, const Logger* log, const Clock* wall)
      : options(options),
        log(log),
        wall(wall),
        reporter(log, &metrics, wall),
        holder(wall, &boot),
        decisions(&boot, options.max_decisions),
        verdicts(&boot, options.max_verdicts, options.verdict_ttl) {}

  absl::Status StartTls();
  absl::Status OpenStorage();
  absl::Status MakeDeciding();
  void MakeAuthorizing();
  void ConnectToPdp();
  absl::Status Serve();
  absl::Status OpenGate();
  AgentStatusSources StatusSources() const;
  void OnTlsChange(const absl::Status& status, const TlsMaterial& in_use);
  void Stop();

  const AgentOptions options;
  const Logger* const log;
  const Clock* const wall;
  const BootClock boot;
  Metrics metrics;
  VerdictReporter reporter;
  PolicyHolder holder;
  DecisionCache decisions;
  VerdictCache verdicts;

  std::unique_ptr<TlsCredentials> tls;
  AgentStorage storage;
  std::shared_ptr<const PublicCaSet> public_cas;
  std::unique_ptr<PolicyUpdater> updater;
  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<BackoffPdpClient> pdp;
  std::unique_ptr<Decider> decider;

  DnsView dns;
  std::unique_ptr<RegistryVerifier> verifier;
  std::unique_ptr<VerdictFinder> finder;
  std::unique_ptr<PullAuthorizer> authorizer;
  std::unique_ptr<Gate> gate;  // null if none is configured

  std::unique_ptr<SyncSession> session;
  std::unique_ptr<SyncClient> sync;
  std::unique_ptr<EventUploader> uploader;
  std::unique_ptr<Housekeeper> housekeeper;

  std::unique_ptr<AgentServiceImpl> service;
  std::unique_ptr<grpc::Server> server;
  std::unique_ptr<MetricsServer> metrics_server;
};

absl::Status AgentServer::Parts::StartTls() {
  PULLGATE_ASSIGN_OR_RETURN(
      tls, TlsCredentials::Start(
               options.tls, {},
               [this](const absl::Status& status, const TlsMaterial& in_use) {
                 OnTlsChange(status, in_use);
               }));
  const TlsMaterial material = tls->in_use();
  metrics.GaugeOf(names::kCertificateExpiry)
      .Set(static_cast<double>(absl::ToUnixSeconds(material.not_after)));
  return CheckAgentIdentity(material, options.trust_domain, options.vch);
}

void AgentServer::Parts::OnTlsChange(const absl::Status& status,
                                     const TlsMaterial& in_use) {
  metrics.CounterOf(names::kCertificateReloads, {status.ok() ? "ok" : "error"})
      .Increment();
  metrics.GaugeOf(names::kCertificateExpiry)
      .Set(static_cast<double>(absl::ToUnixSeconds(in_use.not_after)));
  if (!status.ok()) {
    log->Error("changed TLS files cannot be used; the old ones stay",
               {{names::kError, status}});
    return;
  }
  log->Info("TLS files read again", {{names::kCertificate, in_use.fingerprint},
                                     {names::kExpires, in_use.not_after}});
  const absl::Status identity =
      CheckAgentIdentity(in_use, options.trust_domain, options.vch);
  if (!identity.ok()) {
    log->Error(
        "the new certificate is not this agent's; the PDP will refuse it",
        {{names::kError, identity}});
  }
}

absl::Status AgentServer::Parts::OpenStorage() {
  PULLGATE_ASSIGN_OR_RETURN(storage, OpenAgentStorage(options, *wall, *log));
  PULLGATE_ASSIGN_OR_RETURN(public_cas,
                            PublicCaSet::Load(options.public_ca_file));
  updater = std::make_unique<PolicyUpdater>(
      options.vch, &holder, storage.last_policy.get(), wall, &boot, public_cas);
  if (const absl::Status loaded = updater->LoadLast(); !loaded.ok()) {
    log->Error("the last policy is of no use; the PDP has to send it anew",
               {{names::kError, loaded}});
  }
  return absl::OkStatus();
}

absl::Status AgentServer::Parts::MakeDeciding() {
  ChannelSettings settings;
  settings.server_name = options.pdp_server_name;
  settings.min_backoff = options.min_backoff;
  settings.max_backoff = options.max_backoff;
  channel = MakeChannel(options.pdp_address, tls->ForChannel(), settings);
  pdp = std::make_unique<BackoffPdpClient>(
      MakeGrpcPdpClient(channel, options.vch), &boot, NewBackoff(options));
  decider = std::make_unique<Decider>(options.vch, pdp.get(), &decisions,
                                      &holder, wall, &boot, options.decider);
  PULLGATE_ASSIGN_OR_RETURN(dns, MakeHostResolver(options.dns, wall));
  return absl::OkStatus();
}

void AgentServer::Parts::MakeAuthorizing() {
  verifier = std::make_unique<CountedVerifier>(
      std::make_unique<CurlRegistryVerifier>(wall, options.verifier), &metrics);
  finder = std::make_unique<VerdictFinder>(dns.resolver.get(), decider.get(),
                                           &holder, verifier.get(), &verdicts,
                                           wall, &boot, options.finder);
  authorizer = std::make_unique<PullAuthorizer>(
      finder.get(), &holder, storage.spool.get(), &reporter, wall, &boot,
      options.max_concurrent_pulls);
}

void AgentServer::Parts::ConnectToPdp() {
  session = std::make_unique<SyncSession>(
      SyncIdentity{options.vch, kAgentVersion, NewInstance()}, &holder,
      updater.get(), wall, &boot);
  sync = std::make_unique<SyncClient>(channel, session.get(),
                                      NewBackoff(options), log, wall,
                                      options.sync, [this] { pdp->Reset(); });
  uploader = std::make_unique<EventUploader>(channel, storage.spool.get(),
                                             options.vch, NewBackoff(options),
                                             log, wall, EventUploaderOptions());
  housekeeper = std::make_unique<Housekeeper>(options.public_ca_file,
                                              public_cas, updater.get(),
                                              StatusSources(), log, &metrics);
}

AgentStatusSources AgentServer::Parts::StatusSources() const {
  const CachingHostResolver* cache = dns.cache;
  return {options.vch,
          kAgentVersion,
          wall->Now(),
          wall,
          &holder,
          sync.get(),
          storage.spool.get(),
          uploader.get(),
          &decisions,
          &verdicts,
          [cache] { return cache == nullptr ? 0 : cache->size(); },
          [this](auto* status) {
            if (gate == nullptr) return;
            const Gate::Load load = gate->load();
            status->set_listen(gate->listen().ToString());
            status->set_connections(static_cast<int64_t>(load.connections));
            status->set_tunnels(static_cast<int64_t>(load.tunnels));
          }};
}

absl::Status AgentServer::Parts::OpenGate() {
  if (!options.gate.listen) return absl::OkStatus();
  PULLGATE_ASSIGN_OR_RETURN(
      gate, Gate::Start(options.gate,
                        {authorizer.get(), &holder, verifier.get(),
                         storage.spool.get(), log, &metrics, wall, &boot}));
  log->Info("the gate is open", {{names::kListen, gate->listen().ToString()}});
  if (!gate->listen().is_loopback()) {
    log->Warning(
        "the gate listens beyond this host: whoever reaches it pulls what this "
        "agent may",
        {{names::kListen, gate->listen().ToString()}});
  }
  return absl::OkStatus();
}

absl::Status AgentServer::Parts::Serve() {
  service =
      std::make_unique<AgentServiceImpl>(authorizer.get(), StatusSources());
  PULLGATE_RETURN_IF_ERROR(PrepareUnixSocket(options.socket));
  ServerSettings settings;
  // Local callers keep their connection: nothing of it is rotated.
  settings.max_connection_age = absl::InfiniteDuration();
  const std::unique_ptr<grpc::ServerBuilder> builder =
      MakeServerBuilder(settings);
  // Pings that measure bandwidth, two for each call, tell nothing of a socket.
  builder->AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  builder->AddListeningPort(absl::StrCat("unix:", options.socket),
                            grpc::InsecureServerCredentials());
  builder->RegisterService(service.get());
  {
    const ScopedUmask umask(kSocketUmask);
    server = builder->BuildAndStart();
  }
  if (server == nullptr) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", options.socket));
  }
  if (options.metrics_listen.empty()) return absl::OkStatus();
  PULLGATE_ASSIGN_OR_RETURN(
      metrics_server, MetricsServer::Start(options.metrics_listen, metrics));
  return absl::OkStatus();
}

void AgentServer::Parts::Stop() {
  const absl::Time drained = wall->Now() + options.drain_deadline;
  if (gate != nullptr) gate->Drain();
  if (server != nullptr) {
    server->GetHealthCheckService()->SetServingStatus(false);
    authorizer->Drain(drained);
    server->Shutdown(absl::ToChronoTime(wall->Now() + absl::Seconds(1)));
    server.reset();
  }
  if (gate != nullptr) gate->Stop(drained);
  if (authorizer != nullptr) authorizer->Close();
  holder.Close();
  if (uploader != nullptr) uploader->Flush(absl::Seconds(2));
  housekeeper.reset();
  if (sync != nullptr) sync->Stop();
  if (uploader != nullptr) uploader->Stop();
  if (storage.spool != nullptr) storage.spool->Close();
  metrics_server.reset();
}

absl::StatusOr<std::unique_ptr<AgentServer>> AgentServer::Start(
    const AgentOptions& options, const Logger* log, const Clock* clock) {
  auto parts = std::make_unique<Parts>(options, log, clock);
  PULLGATE_RETURN_IF_ERROR(parts->StartTls());
  PULLGATE_RETURN_IF_ERROR(parts->OpenStorage());
  PULLGATE_RETURN_IF_ERROR(parts->MakeDeciding());
  parts->MakeAuthorizing();
  PULLGATE_RETURN_IF_ERROR(parts->OpenGate());
  parts->ConnectToPdp();
  auto server = absl::WrapUnique(new AgentServer(std::move(parts)));
  PULLGATE_RETURN_IF_ERROR(server->parts_->Serve());
  log->Info("serving", {{names::kVch, options.vch.text()},
                        {names::kSocket, options.socket},
                        {names::kVersion, kAgentVersion}});
  return server;
}

AgentServer::AgentServer(std::unique_ptr<Parts> parts)
    : parts_(std::move(parts)) {}

AgentServer::~AgentServer() { Stop(); }

void AgentServer::Reload() {
  parts_->tls->Reload().IgnoreError();                   // logged by observer
  parts_->housekeeper->ReloadPublicCas().IgnoreError();  // logged there
}

void AgentServer::Stop() { parts_->Stop(); }

}  // namespace pullgate::agent
