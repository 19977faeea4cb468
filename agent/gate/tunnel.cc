// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/gate/tunnel.h"

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/gate/byte_pump.h"
#include "agent/gate/client_hello.h"
#include "agent/gate/deadline.h"
#include "common/observe/names.h"

namespace pullgate::agent {
namespace {

using pullgate::audit::v1::ClosedTunnel;

constexpr char kEstablished[] = "HTTP/1.1 200 Connection established\r\n\r\n";

class Tunnel final : public GateConnection,
                     public std::enable_shared_from_this<Tunnel> {
 public:
  Tunnel(std::shared_ptr<GateCore> core, TunnelEnds ends,
         std::shared_ptr<OpenPull> pull, std::string early)
      : core_(std::move(core)),
        ticket_(std::move(ends.ticket)),
        strand_(ends.client.get_executor()),
        client_(std::move(ends.client)),
        registry_(std::move(ends.registry)),
        pull_(std::move(pull)),
        deadline_(strand_),
        greeting_(std::move(early)) {}

  void Open() {
    core_->book.Enter(*ticket_, weak_from_this(), /*tunnel=*/true);
    core_->book.SetPull(*ticket_, pull_);
    hello_ = ClientHelloReader::Make();
    deadline_.Arm(core_->options.header_timeout, shared_from_this(), [this] {
      End({ClosedTunnel::CAUSE_NOT_TLS,
           absl::StrCat("the client sent no ClientHello in time in the tunnel "
                        "to ",
                        Host())});
    });
    asio::async_write(client_,
                      asio::buffer(kEstablished, sizeof kEstablished - 1),
                      [self = shared_from_this()](const ErrorCode& error,
                                                  size_t /*written*/) {
                        if (error) return self->Close();
                        if (self->greeting_.empty()) return self->AwaitHello();
                        self->Read(self->greeting_);
                      });
  }

  void EndPull(const OpenPull* pull, const EarlyEnd& end) override {
    asio::post(strand_, [self = shared_from_this(), pull, end] {
      if (self->pull_.get() == pull) self->End(end);
    });
  }
  // What is open may end by itself.
  void Drain() override {}
  void Abort() override {
    asio::post(strand_, [self = shared_from_this()] { self->Close(); });
  }

 private:
  std::string Host() const { return HostToString(pull_->registry().host()); }

  void AwaitHello() {
    client_.async_wait(Socket::wait_read,
                       [self = shared_from_this()](const ErrorCode& error) {
                         if (error) return self->Close();
                         self->ReadHello();
                       });
  }

  void ReadHello() {
    std::array<char, 16 * 1024> bytes;
    ErrorCode error;
    const size_t size = client_.read_some(asio::buffer(bytes), error);
    if (error == asio::error::would_block) return AwaitHello();
    // A client that leaves without a word has done nothing wrong.
    if (error) return Close();
    greeting_.append(bytes.data(), size);
    Read({bytes.data(), size});
  }

  void Read(absl::string_view bytes) {
    if (hello_ == nullptr) return;  // ended meanwhile
    const std::optional<ClientHello> hello = hello_->Read(bytes);
    if (!hello) return AwaitHello();
    server_name_ = hello->server_name.value_or("");
    if (hello->kind != ClientHello::Kind::kHello) {
      return End(
          {ClosedTunnel::CAUSE_NOT_TLS,
           absl::StrCat("the client sent ", hello->detail, " in the tunnel to ",
                        Host(), ", where TLS was permitted")});
    }
    const auto wrong = WrongServerName(*hello, pull_->registry().host());
    if (wrong) return End({ClosedTunnel::CAUSE_SERVER_NAME, *wrong});
    hello_.reset();
    PassHelloOn();
  }

  void PassHelloOn() {
    deadline_.Disarm();
    asio::async_write(
        registry_, asio::buffer(greeting_),
        [self = shared_from_this()](const ErrorCode& error, size_t written) {
          if (error) return self->Close();
          self->hello_bytes_ = written;
          self->Splice();
        });
  }

  void Splice() {
    greeting_ = std::string();
    if (closed_) return;
    Touch();
    AwaitIdle(core_->options.idle_timeout);
    up_.Start(BytePump::kNoLimit, shared_from_this(),
              [this](BytePump::End end) {
                core_->book.ClientIsDone(*ticket_);
                OneWayEnded(end, registry_);
              });
    down_.Start(BytePump::kNoLimit, shared_from_this(),
                [this](BytePump::End end) { OneWayEnded(end, client_); });
  }

  void OneWayEnded(BytePump::End end, Socket& to) {
    if (end != BytePump::End::kSourceEnded || ++ended_ways_ == 2) {
      return Close();
    }
    ShutdownSend(to);
  }

  void Touch() { pull_->Touch(core_->Now()); }

  void AwaitIdle(absl::Duration limit) {
    deadline_.Arm(limit, shared_from_this(), [this] {
      const absl::Duration left =
          pull_->last_active() + core_->options.idle_timeout - core_->Now();
      if (left > absl::ZeroDuration()) return AwaitIdle(left);
      core_->parts.metrics->CounterOf(names::kGateEarlyEnds, {"IDLE"})
          .Increment();
      Close();
    });
  }

  void End(const EarlyEnd& end) {
    if (closed_) return;
    ReportEarlyEnd(*core_, *pull_, end, server_name_, ToRegistry(),
                   down_.bytes());
    Close();
  }

  uint64_t ToRegistry() const { return hello_bytes_ + up_.bytes(); }

  void Close() {
    if (closed_) return;
    closed_ = true;
    hello_.reset();
    deadline_.Disarm();
    agent::Close(client_);
    agent::Close(registry_);
    CountBytes(*core_, ToRegistry(), down_.bytes());
  }

  const std::shared_ptr<GateCore> core_;
  const std::unique_ptr<ConnectionBook::Ticket> ticket_;
  const Strand strand_;
  Socket client_;
  Socket registry_;
  const std::shared_ptr<OpenPull> pull_;
  Deadline deadline_;
  bool closed_ = false;

  // Until the hello is there.
  std::unique_ptr<ClientHelloReader> hello_;
  std::string greeting_;
  std::string server_name_;
  uint64_t hello_bytes_ = 0;

  BytePump up_{&client_, &registry_, &core_->pipes, [this] { Touch(); }};
  BytePump down_{&registry_, &client_, &core_->pipes, [this] { Touch(); }};
  int ended_ways_ = 0;
};

}  // namespace

void OpenTunnel(std::shared_ptr<GateCore> core, TunnelEnds ends,
                std::shared_ptr<OpenPull> pull, std::string early) {
  std::make_shared<Tunnel>(std::move(core), std::move(ends), std::move(pull),
                           std::move(early))
      ->Open();
}

}  // namespace pullgate::agent
