// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/gate/client_session.h"

#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/gate/deadline.h"
#include "agent/gate/gate_request.h"
#include "agent/gate/http_exchange.h"
#include "agent/gate/http_reader.h"
#include "agent/gate/refusal.h"
#include "agent/gate/tunnel.h"

namespace pullgate::agent {
namespace {

using pullgate::audit::v1::ClosedTunnel;

// How long ago a client's last bytes may have moved for what he asks now to be
// a consequence of them.
constexpr absl::Duration kCompanionWindow = absl::Seconds(10);
// The same, once they have closed that connection.
constexpr absl::Duration kClosedCompanionWindow = absl::Seconds(2);
// What a refused client may still send before it is cut off.
constexpr absl::Duration kLinger = absl::Seconds(2);
constexpr size_t kMaxLingerBytes = 256 * 1024;

class Session final : public GateConnection,
                      public std::enable_shared_from_this<Session> {
 public:
  Session(std::shared_ptr<GateCore> core,
          std::unique_ptr<ConnectionBook::Ticket> ticket, Socket client)
      : core_(std::move(core)),
        ticket_(std::move(ticket)),
        strand_(client.get_executor()),
        client_(std::move(client)),
        registry_(strand_),
        deadline_(strand_) {}

  void Serve() {
    core_->book.Enter(*ticket_, weak_from_this(), /*tunnel=*/false);
    asio::post(strand_, [self = shared_from_this()] { self->AwaitRequest(); });
  }

  void EndPull(const OpenPull* pull, const EarlyEnd& end) override {
    asio::post(strand_, [self = shared_from_this(), pull, end] {
      if (self->pull_.get() == pull) self->EndEarly(end);
    });
  }
  void Drain() override {
    asio::post(strand_, [self = shared_from_this()] {
      if (self->is_between_requests_) self->Close();
    });
  }
  void Abort() override {
    asio::post(strand_, [self = shared_from_this()] { self->Close(); });
  }

 private:
  void AwaitRequest() {
    pull_.reset();
    if (core_->draining.load()) return Close();
    reader_ = HttpReader::OfRequest(core_->options.max_header_bytes);
    is_between_requests_ = received_.empty();
    if (!is_between_requests_) return ReadHeader();
    deadline_.Arm(
        served_ ? core_->options.idle_timeout : core_->options.header_timeout,
        shared_from_this(), [this] { Close(); });
    AwaitBytes();
  }

  void AwaitBytes() {
    client_.async_wait(Socket::wait_read,
                       [self = shared_from_this()](const ErrorCode& error) {
                         if (error) return self->Close();
                         self->TakeBytes();
                       });
  }

  void TakeBytes() {
    std::array<char, 16 * 1024> bytes;
    ErrorCode error;
    const size_t size = client_.read_some(asio::buffer(bytes), error);
    if (error == asio::error::would_block) return AwaitBytes();
    if (error) return Close();
    received_.append(bytes.data(), size);
    if (is_between_requests_) {
      is_between_requests_ = false;
      deadline_.Arm(core_->options.header_timeout, shared_from_this(), [this] {
        Refuse(HttpError{408, "the request's header did not come in time"},
               "timed_out");
      });
    }
    ReadHeader();
  }

  void ReadHeader() {
    received_.erase(0, reader_->ReadHead(received_));
    if (reader_->error()) return Refuse(*reader_->error(), "bad_request");
    if (!reader_->head_done()) return AwaitBytes();
    deadline_.Disarm();
    served_ = true;
    auto request = ReadGateRequest(reader_->head());
    if (const auto* error = std::get_if<HttpError>(&request)) {
      return Refuse(*error, "bad_request");
    }
    request_ = std::get<GateRequest>(std::move(request));
    Authorize();
  }

  void Authorize() {
    GateQuestion question = {request_->registry, request_->asked,
                             [core = core_, client = ticket_->client()] {
                               const absl::Time now = core->Now();
                               return core->book.LastRegistryOf(
                                   client, now - kCompanionWindow,
                                   now - kClosedCompanionWindow);
                             }};
    core_->parts.authorizer->AuthorizeForGate(
        std::move(question),
        [self = shared_from_this()](const absl::StatusOr<GivenVerdict>& given) {
          if (self->core_->stopped.load()) return;
          asio::post(self->strand_, [self, given] { self->Act(given); });
        });
  }

  void Act(const absl::StatusOr<GivenVerdict>& given) {
    if (closed_) return;
    if (!given.ok()) return Refuse(RefusalOf(given.status()), "overloaded");
    const PreparedVerdict& verdict = *given->verdict;
    if (verdict.verification == nullptr || !verdict.verification->usable ||
        given->event_id.empty()) {
      const Refusal refusal =
          RefusalOf(*given, request_->registry, *core_->parts.holder);
      return Refuse(refusal, refusal.status == 502 ? "unreachable" : "denied");
    }
    pull_ =
        std::make_shared<OpenPull>(request_->registry, *given, core_->Now());
    const bool tunnel = request_->kind == GateRequest::Kind::kTunnel;
    if (tunnel && pull_->route().scheme == Scheme::kHttp) {
      return Refuse(PlaintextOnly(), "plaintext_only");
    }
    Dial();
  }

  // The engine that hears this tries HTTP next, if it was told that this
  // registry is insecure.
  Refusal PlaintextOnly() const {
    Refusal refusal;
    refusal.reason = "PLAINTEXT_ONLY";
    refusal.registry = request_->registry.ToString();
    refusal.event_id = pull_->given().event_id;
    refusal.message = absl::StrCat(
        request_->asked,
        " does not speak TLS: the policy lets it be pulled from over plain "
        "HTTP, so tell the engine that it is an insecure registry");
    return refusal;
  }

  void Dial() {
    const UsableRoute& route = pull_->route();
    if (CanReuse(route)) return Forward();
    agent::Close(registry_);
    registry_ = Socket(strand_);
    registry_peer_ = ToEndpoint(route.address, route.port);
    deadline_.Arm(core_->options.connect_timeout, shared_from_this(),
                  [this] { agent::Close(registry_); });
    registry_.async_connect(
        registry_peer_, [self = shared_from_this()](const ErrorCode& error) {
          self->deadline_.Disarm();
          if (self->closed_) return;
          if (error) return self->RefuseUnreachable(error);
          Prepare(self->registry_);
          if (self->request_->kind == GateRequest::Kind::kTunnel) {
            return self->BecomeTunnel();
          }
          self->reused_ = false;
          self->Forward();
        });
  }

  // The connection of the request before leads there too, and has not ended.
  bool CanReuse(const UsableRoute& route) {
    if (!registry_.is_open() ||
        registry_peer_ != ToEndpoint(route.address, route.port)) {
      return false;
    }
    ErrorCode error;
    char byte = 0;
    registry_.receive(asio::buffer(&byte, 1), Socket::message_peek, error);
    reused_ = error == asio::error::would_block;
    return reused_;
  }

  void RefuseUnreachable(const ErrorCode& error) {
    const UsableRoute& route = pull_->route();
    Refusal refusal;
    refusal.status = 502;
    refusal.reason = "REGISTRY_UNREACHABLE";
    refusal.registry = request_->registry.ToString();
    refusal.event_id = pull_->given().event_id;
    refusal.message = absl::StrCat(
        request_->asked, " cannot be reached at ", route.address.ToString(),
        " port ", route.port, ", where it was verified: ",
        error == asio::error::operation_aborted ? "no connection in time"
                                                : error.message());
    Refuse(refusal, "unreachable");
  }

  void BecomeTunnel() {
    CountRequest(*core_, "tunnel");
    closed_ = true;  // nothing is left to this
    OpenTunnel(core_,
               {std::move(ticket_), std::move(client_), std::move(registry_)},
               std::move(pull_), std::move(received_));
  }

  void Forward() {
    CountRequest(*core_, "forward");
    core_->book.SetPull(*ticket_, pull_);
    StartExchange(core_, {&client_, &registry_, reader_.get(), &received_},
                  *request_, pull_, shared_from_this(),
                  [self = shared_from_this()](const ExchangeEnd& end) {
                    self->ForwardEnded(end);
                  });
  }

  void ForwardEnded(const ExchangeEnd& end) {
    to_registry_ = end.to_registry;
    to_client_ = end.to_client;
    CountBytes(*core_, to_registry_, to_client_);
    if (closed_) return;
    if (end.refusal && CanTryAgain()) {
      agent::Close(registry_);
      return Dial();
    }
    if (!end.registry_goes_on) agent::Close(registry_);
    if (end.refusal) return Refuse(*end.refusal, "unreachable");
    if (!end.client_goes_on) return EndOrderly();
    AwaitRequest();
  }

  // The registry may have ended an old connection just when it was used again;
  // what it did with a request without effect does not matter (RFC 9110
  // §9.2.2).
  bool CanTryAgain() {
    const HttpHead& head = reader_->head();
    return std::exchange(reused_, false) && head.body == HttpBody::kNone &&
           (head.method == "GET" || head.method == "HEAD");
  }

  void EndEarly(const EarlyEnd& end) {
    if (closed_ || is_between_requests_) return Close();
    ReportEarlyEnd(*core_, *pull_, end, "", to_registry_, to_client_);
    Close();
  }

  void Refuse(const HttpError& error, const char* result) {
    Refuse(RefusalOf(error), result);
  }

  void Refuse(const Refusal& refusal, const char* result) {
    if (closed_) return;
    CountRequest(*core_, result);
    const bool to_head =
        reader_->head_done() && reader_->head().method == "HEAD";
    farewell_ = RefusalText(refusal, /*with_body=*/!to_head);
    deadline_.Arm(kLinger, shared_from_this(), [this] { Close(); });
    asio::async_write(client_, asio::buffer(farewell_),
                      [self = shared_from_this()](const ErrorCode& error,
                                                  size_t /*written*/) {
                        if (error) return self->Close();
                        self->EndOrderly();
                      });
  }

  // Closing a socket with unread bytes resets the connection, and the peer may
  // lose what was sent to it: read on for a while (RFC 9112 §9.6).
  void EndOrderly() {
    if (closed_) return;
    agent::Close(registry_);
    ShutdownSend(client_);
    deadline_.Arm(kLinger, shared_from_this(), [this] { Close(); });
    Linger();
  }

  void Linger() {
    client_.async_wait(
        Socket::wait_read, [self = shared_from_this()](const ErrorCode& error) {
          std::array<char, 16 * 1024> bytes;
          ErrorCode read_error = error;
          size_t size = 0;
          if (!error)
            size = self->client_.read_some(asio::buffer(bytes), read_error);
          self->lingered_ += size;
          const bool ended =
              read_error && read_error != asio::error::would_block;
          if (ended || self->lingered_ > kMaxLingerBytes) return self->Close();
          self->Linger();
        });
  }

  void Close() {
    if (closed_) return;
    closed_ = true;
    deadline_.Disarm();
    agent::Close(client_);
    agent::Close(registry_);
  }

  const std::shared_ptr<GateCore> core_;
  std::unique_ptr<ConnectionBook::Ticket> ticket_;
  const Strand strand_;
  Socket client_;
  Socket registry_;
  asio::ip::tcp::endpoint registry_peer_;
  bool reused_ = false;  // registry_ had another request before
  Deadline deadline_;

  bool closed_ = false;
  bool served_ = false;  // a request, before this one
  bool is_between_requests_ = true;
  std::string received_;
  std::unique_ptr<HttpReader> reader_;
  std::optional<GateRequest> request_;
  std::shared_ptr<OpenPull> pull_;
  uint64_t to_registry_ = 0;
  uint64_t to_client_ = 0;
  std::string farewell_;
  size_t lingered_ = 0;
};

}  // namespace

void ServeClient(std::shared_ptr<GateCore> core,
                 std::unique_ptr<ConnectionBook::Ticket> ticket,
                 Socket client) {
  Prepare(client);
  std::make_shared<Session>(std::move(core), std::move(ticket),
                            std::move(client))
      ->Serve();
}

void TurnAway(const GateCore& core, Socket client) {
  CountRequest(core, "overloaded");
  Prepare(client);
  Refusal refusal;
  refusal.status = 503;
  refusal.reason = "OVERLOADED";
  refusal.message =
      "the gate has as many connections as it takes (gate.max_connections, "
      "gate.max_connections_per_client); try again later";
  ErrorCode ignored;
  client.write_some(asio::buffer(RefusalText(refusal, /*with_body=*/true)),
                    ignored);
  ShutdownSend(client);
}

}  // namespace pullgate::agent
