// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/gate/gate.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/gate/asio.h"
#include "agent/gate/client_session.h"
#include "agent/gate/gate_core.h"
#include "agent/gate/policy_watch.h"
#include "common/observe/names.h"

namespace pullgate::agent {
namespace {

using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Strand>;

constexpr int kBacklog = 1024;
// Without file descriptors there is nothing to do but wait for some.
constexpr absl::Duration kAcceptPause = absl::Milliseconds(50);
// For connections that were told to end.
constexpr absl::Duration kAbortLimit = absl::Seconds(2);

unsigned int Threads() {
  return std::clamp(std::thread::hardware_concurrency(), 1U, 4U);
}

// A connection takes two file descriptors, and two more while bytes move.
void RaiseFileLimit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

class AsioGate final : public Gate {
 public:
  AsioGate(const GateOptions& options, const GateParts& parts)
      : core_(std::make_shared<GateCore>(options, parts)),
        strand_(asio::make_strand(core_->io)),
        acceptor_(strand_),
        pause_(strand_),
        tick_(strand_),
        watch_(parts, &core_->book) {}

  ~AsioGate() override { Stop(absl::InfinitePast()); }

  absl::Status Listen() {
    const GateListen& wanted = *core_->options.listen;
    const auto endpoint = ToEndpoint(wanted.address, wanted.port);
    ErrorCode error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(Acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(kBacklog, error);
    if (error) {
      return absl::UnavailableError(
          absl::StrCat("gate.listen: cannot listen on ", wanted.ToString(),
                       ": ", error.message()));
    }
    listen_ = {wanted.address, acceptor_.local_endpoint().port()};
    return absl::OkStatus();
  }

  void Serve() {
    RaiseFileLimit();
    Accept();
    Tick();
    running_ = Threads();
    for (unsigned int i = 0; i < Threads(); ++i) {
      threads_.emplace_back([this] {
        // A peer that closes must not end the process; splice has no
        // MSG_NOSIGNAL.
        sigset_t pipe;
        sigemptyset(&pipe);
        sigaddset(&pipe, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
        core_->io.run();
        if (--running_ == 0) RunLeftovers();
      });
    }
  }

  GateListen listen() const override { return listen_; }
  Load load() const override {
    return {core_->book.size(), core_->book.tunnels()};
  }

  void Drain() override {
    if (core_->draining.exchange(true)) return;
    asio::post(strand_, [this] {
      ErrorCode ignored;
      acceptor_.close(ignored);
    });
    for (const auto& connection : core_->book.connections()) {
      connection->Drain();
    }
  }

  void Stop(absl::Time deadline) override {
    if (threads_.empty()) return;
    Drain();
    core_->book.AwaitEmpty(
        std::max(absl::ZeroDuration(), deadline - core_->parts.wall->Now()));
    for (const auto& connection : core_->book.connections()) {
      connection->Abort();
    }
    core_->book.AwaitEmpty(kAbortLimit);
    watch_.Close();
    core_->stopped = true;
    core_->io.stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  void Accept() {
    acceptor_.async_accept(asio::make_strand(core_->io),
                           [this](const ErrorCode& error, Socket client) {
                             if (core_->draining.load()) return;
                             if (error) return Pause();
                             Welcome(std::move(client));
                             Accept();
                           });
  }

  void Welcome(Socket client) {
    ErrorCode error;
    const auto peer = client.remote_endpoint(error);
    if (error) return;  // gone already
    auto ticket = core_->book.Admit(ToIpAddress(peer.address()));
    if (ticket == nullptr) return TurnAway(*core_, std::move(client));
    ServeClient(core_, std::move(ticket), std::move(client));
  }

  // By the last thread. Handlers that are due when the threads end hold
  // connections, and those hold the core, which has the handlers: each for
  // ever, if they do not run.
  void RunLeftovers() {
    core_->io.restart();
    core_->io.poll();
  }

  void Pause() {
    pause_.expires_after(ToChrono(kAcceptPause));
    pause_.async_wait([this](const ErrorCode& error) {
      if (!error && !core_->draining.load()) Accept();
    });
  }

  void Tick() {
    watch_.Look();
    Metrics& metrics = *core_->parts.metrics;
    metrics.GaugeOf(names::kGateConnections)
        .Set(static_cast<double>(core_->book.size()));
    metrics.GaugeOf(names::kGateTunnels)
        .Set(static_cast<double>(core_->book.tunnels()));
    tick_.expires_after(ToChrono(PolicyWatch::kInterval));
    tick_.async_wait([this](const ErrorCode& error) {
      if (!error && !core_->stopped.load()) Tick();
    });
  }

  const std::shared_ptr<GateCore> core_;
  const Strand strand_;
  Acceptor acceptor_;
  Timer pause_;
  Timer tick_;
  PolicyWatch watch_;
  GateListen listen_;
  std::atomic<unsigned int> running_{0};  // of threads_
  std::vector<std::thread> threads_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Gate>> Gate::Start(const GateOptions& options,
                                                  const GateParts& parts) {
  if (!options.listen) {
    return absl::InvalidArgumentError("the gate has no address to listen on");
  }
  auto gate = std::make_unique<AsioGate>(options, parts);
  const absl::Status listening = gate->Listen();
  if (!listening.ok()) return listening;
  gate->Serve();
  return gate;
}

}  // namespace pullgate::agent
