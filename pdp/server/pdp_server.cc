// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/server/pdp_server.h"

#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/observe/metrics_server.h"
#include "common/observe/names.h"
#include "common/rpc/access_table.h"
#include "common/rpc/authorizer.h"
#include "common/rpc/rpc_metrics.h"
#include "common/rpc/server_builder.h"
#include "common/rpc/tls_credentials.h"
#include "common/rpc/unix_socket.h"
#include "common/rpc/worker_pool.h"
#include "common/status/status_macros.h"
#include "pdp/fleet/fleet.h"
#include "pdp/server/ledger_keeper.h"
#include "pdp/server/method_names.h"
#include "pdp/server/pdp_core.h"
#include "pdp/server/pdp_observer.h"
#include "pdp/server/periodic_task.h"
#include "pdp/service/audit_service.h"
#include "pdp/service/decision_service.h"
#include "pdp/service/live_streams.h"
#include "pdp/service/policy_service.h"
#include "pdp/service/sync_hub.h"
#include "pdp/service/sync_service.h"
#include "pdp/service/tail_hub.h"
#include "pdp/verify/ledger_prover.h"

namespace pullgate::pdp {
namespace {

// For questions that wait for DNS; threads are started when there is need.
constexpr int kCheckThreads = 64;
// For everything that waits for storage.
constexpr int kStorageThreads = 8;
constexpr size_t kMaxWaitingForStorage = 2'000;
// Between looks at what the ledger is to forget.
constexpr absl::Duration kLedgerKeeping = absl::Seconds(30);
// Between looks at the age of streams, and at what is measured.
constexpr absl::Duration kHousekeeping = absl::Seconds(5);

DecisionHandlerOptions HandlerOptions(const PdpOptions& options) {
  DecisionHandlerOptions handler;
  handler.ttl = options.decision_ttl;
  handler.dns_timeout = options.dns.timeout;
  return handler;
}

// Meters every call but CheckPull, which DecisionService meters itself: an
// interceptor would cost a good part of what answering does.
class MeterFactory final
    : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  MeterFactory(Metrics* metrics, const Clock* clock)
      : inner_(MakeRpcMetrics(metrics, clock)) {}

  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* info) override {
    if (absl::string_view(info->method()) == kCheckPull) return nullptr;
    return inner_->CreateServerInterceptor(info);
  }

 private:
  const std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>
      inner_;
};

}  // namespace

// Everything that runs, each part after what it uses.
class PdpServer::Wiring {
 public:
  Wiring(const PdpOptions& options, const Surroundings& surroundings,
         PdpCore core)
      : options_(options),
        around_(surroundings),
        core_(std::move(core)),
        callers_(options.trust_domain, options.operators, options.socket_role),
        observer_(around_.log, around_.metrics, around_.clock),
        fleet_(options.max_sync_streams_per_vch),
        live_(around_.clock),
        handler_(core_.book.get(), core_.dns.resolver.get(), around_.clock,
                 HandlerOptions(options)),
        policy_handler_(core_.store.get(), core_.book.get(), &observer_,
                        around_.clock),
        check_workers_(kCheckThreads,
                       static_cast<size_t>(options.max_concurrent_checks)),
        storage_workers_(kStorageThreads, kMaxWaitingForStorage),
        tail_hub_(core_.ledger.get(), options.max_tail_streams),
        decisions_(&callers_, &handler_, &observer_, &check_workers_,
                   around_.clock),
        policies_(&callers_, &policy_handler_, &storage_workers_),
        sync_({&callers_, core_.book.get(), &fleet_, &sync_hub_,
               &storage_workers_, &live_, &observer_, around_.clock}),
        prover_(core_.directory->File(SqliteAuditLedger::kFileName),
                core_.ledger_key.get()),
        audit_({&callers_, core_.ledger.get(), &tail_hub_, &storage_workers_,
                &live_, &observer_, &prover_}),
        ledger_keeper_(core_.ledger.get(), options.retention, around_.log,
                       around_.metrics) {
    core_.book->SetListener(
        [this](const std::optional<VchId>& vch) { sync_hub_.Changed(vch); });
  }

  absl::Status Listen();
  void Drain();
  absl::Status Reload(const PdpOptions& next);

  int64_t revision() const { return core_.book->process_revision(); }
  int port() const { return port_; }
  int metrics_port() const {
    return metrics_server_ == nullptr ? 0 : metrics_server_->port();
  }

 private:
  std::shared_ptr<grpc::ServerCredentials> Authorized(
      std::shared_ptr<grpc::ServerCredentials> credentials);
  absl::Status StartTls();
  absl::Status BuildServer();
  void KeepHouse();

  PdpOptions options_;
  const Surroundings around_;
  PdpCore core_;
  CallerResolver callers_;
  PdpObserver observer_;
  Fleet fleet_;
  LiveStreams live_;
  DecisionHandler handler_;
  PolicyHandler policy_handler_;
  WorkerPool check_workers_;
  WorkerPool storage_workers_;
  SyncHub sync_hub_;
  TailHub tail_hub_;
  DecisionService decisions_;
  PolicyService policies_;
  SyncService sync_;
  LedgerProver prover_;
  AuditService audit_;
  std::unique_ptr<TlsCredentials> tls_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<MetricsServer> metrics_server_;
  std::unique_ptr<PeriodicTask> refresh_;
  std::unique_ptr<PeriodicTask> housekeeping_;
  LedgerKeeper ledger_keeper_;
  std::unique_ptr<PeriodicTask> ledger_keeping_;
};

std::shared_ptr<grpc::ServerCredentials> PdpServer::Wiring::Authorized(
    std::shared_ptr<grpc::ServerCredentials> credentials) {
  credentials->SetAuthMetadataProcessor(MakeAuthorizer(
      &callers_, &AccessTable::Product(),
      [this](const RefusedCall& call) { observer_.CallRefused(call); }));
  return credentials;
}

absl::Status PdpServer::Wiring::StartTls() {
  const auto observe = [this](const absl::Status& status,
                              const TlsMaterial& in_use) {
    around_.metrics
        ->CounterOf(names::kCertificateReloads, {status.ok() ? "ok" : "error"})
        .Increment();
    around_.metrics->GaugeOf(names::kCertificateExpiry)
        .Set(static_cast<double>(absl::ToUnixSeconds(in_use.not_after)));
    if (status.ok()) {
      around_.log->Info("TLS files changed",
                        {{names::kCertificate, in_use.fingerprint},
                         {names::kExpires, in_use.not_after}});
    } else {
      around_.log->Error("changed TLS files not taken; the last good ones stay",
                         {{names::kStatus, status}});
    }
  };
  PULLGATE_ASSIGN_OR_RETURN(tls_,
                            TlsCredentials::Start(options_.tls, {}, observe));
  const TlsMaterial in_use = tls_->in_use();
  around_.metrics->GaugeOf(names::kCertificateExpiry)
      .Set(static_cast<double>(absl::ToUnixSeconds(in_use.not_after)));
  return absl::OkStatus();
}

absl::Status PdpServer::Wiring::BuildServer() {
  ServerSettings settings;
  settings.max_request_bytes = options_.max_request_bytes;
  const std::unique_ptr<grpc::ServerBuilder> builder =
      MakeServerBuilder(settings);
  builder->AddListeningPort(options_.listen, Authorized(tls_->ForServer()),
                            &port_);
  if (!options_.socket.empty()) {
    PULLGATE_RETURN_IF_ERROR(PrepareUnixSocket(options_.socket));
    builder->AddListeningPort(
        absl::StrCat("unix:", options_.socket),
        Authorized(grpc::experimental::LocalServerCredentials(UDS)));
  }
  builder->RegisterService(&decisions_);
  builder->RegisterService(&policies_);
  builder->RegisterService(&sync_);
  builder->RegisterService(&audit_);
  std::vector<
      std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>>
      meters;
  meters.push_back(
      std::make_unique<MeterFactory>(around_.metrics, around_.clock));
  builder->experimental().SetInterceptorCreators(std::move(meters));
  const ScopedUmask umask(kSocketUmask);
  server_ = builder->BuildAndStart();
  if (server_ != nullptr && port_ != 0) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(
      "cannot listen on ", options_.listen,
      options_.socket.empty() ? "" : absl::StrCat(" and ", options_.socket),
      ": is the address this machine's, and is no other process using it?"));
}

absl::Status PdpServer::Wiring::Listen() {
  PULLGATE_RETURN_IF_ERROR(StartTls());
  PULLGATE_RETURN_IF_ERROR(BuildServer());
  if (!options_.metrics_listen.empty()) {
    PULLGATE_ASSIGN_OR_RETURN(
        metrics_server_,
        MetricsServer::Start(options_.metrics_listen, *around_.metrics));
  }
  if (!options_.dns.off) {
    refresh_ =
        std::make_unique<PeriodicTask>(options_.protected_refresh, [this] {
          core_.refresher->Refresh(around_.clock->Now() +
                                   options_.protected_refresh);
        });
  }
  KeepHouse();
  housekeeping_ =
      std::make_unique<PeriodicTask>(kHousekeeping, [this] { KeepHouse(); });
  ledger_keeper_.Measure();
  ledger_keeping_ = std::make_unique<PeriodicTask>(
      kLedgerKeeping, [this] { ledger_keeper_.Maintain(); });
  ledger_keeping_->RunSoon();
  return absl::OkStatus();
}

void PdpServer::Wiring::KeepHouse() {
  live_.EndAddedBefore(around_.clock->Now() - kMaxStreamAge);
  Metrics& metrics = *around_.metrics;
  metrics.GaugeOf(names::kSyncStreams).Set(static_cast<double>(fleet_.size()));
  metrics.GaugeOf(names::kAgentsBehind)
      .Set(static_cast<double>(fleet_.behind()));
  metrics.GaugeOf(names::kQueuedCalls)
      .Set(static_cast<double>(check_workers_.queued() +
                               storage_workers_.queued()));
  metrics.GaugeOf(names::kLogLinesDropped)
      .Set(static_cast<double>(around_.log_sink->dropped()));
}

void PdpServer::Wiring::Drain() {
  ledger_keeping_.reset();
  housekeeping_.reset();
  refresh_.reset();
  if (server_ == nullptr) return;
  around_.log->Info("draining", {{names::kDuration, options_.drain_deadline}});
  server_->GetHealthCheckService()->SetServingStatus(false);
  live_.EndAll();
  server_->Shutdown(
      absl::ToChronoTime(around_.clock->Now() + options_.drain_deadline));
  check_workers_.Shutdown();
  storage_workers_.Shutdown();
  sync_hub_.Stop();
  tail_hub_.Stop();
  metrics_server_.reset();
  server_.reset();
  around_.log->Info("stopped");
}

absl::Status PdpServer::Wiring::Reload(const PdpOptions& next) {
  around_.log->set_level(next.log.level);
  const std::vector<std::string> fixed = KeysThatNeedRestart(options_, next);
  if (!fixed.empty()) {
    around_.log->Warning("changed settings that need a restart",
                         {{names::kState, absl::StrJoin(fixed, ", ")}});
  }
  callers_.SetOperators(next.operators);
  const Change change{"pullgate-pdp", "configuration read again",
                      around_.clock->Now()};
  PULLGATE_RETURN_IF_ERROR(core_.book->Update(
      [&next](ProcessPolicy& process) {
        process = ProcessPolicyOf(next, process.settings.protected_registries);
      },
      change));
  if (refresh_ != nullptr) refresh_->RunSoon();
  return tls_->Reload();
}

absl::StatusOr<std::unique_ptr<PdpServer>> PdpServer::Start(
    const PdpOptions& options, const Surroundings& surroundings) {
  PULLGATE_ASSIGN_OR_RETURN(
      PdpCore core,
      PdpCore::Open(options, surroundings.log, surroundings.clock));
  auto wiring =
      std::make_unique<Wiring>(options, surroundings, std::move(core));
  std::unique_ptr<PdpServer> server(new PdpServer(std::move(wiring)));
  PULLGATE_RETURN_IF_ERROR(server->wiring_->Listen());
  surroundings.log->Info("serving",
                         {{names::kListen, options.listen},
                          {names::kPosition, server->port()},
                          {names::kSocket, options.socket},
                          {names::kRevision, server->wiring_->revision()}});
  return server;
}

PdpServer::PdpServer(std::unique_ptr<Wiring> wiring)
    : wiring_(std::move(wiring)) {}

PdpServer::~PdpServer() { Shutdown(); }

int PdpServer::port() const { return wiring_->port(); }

int PdpServer::metrics_port() const { return wiring_->metrics_port(); }

absl::Status PdpServer::Reload(const PdpOptions& next) {
  return wiring_->Reload(next);
}

void PdpServer::Shutdown() { wiring_->Drain(); }

}  // namespace pullgate::pdp
