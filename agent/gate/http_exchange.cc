// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/gate/http_exchange.h"

#include <array>
#include <boost/asio/write.hpp>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/gate/byte_pump.h"
#include "agent/gate/deadline.h"

namespace pullgate::agent {
namespace {

// Responses before the response; a registry sends none, or 100.
constexpr int kMaxInterim = 16;
constexpr size_t kReadBytes = 32 * 1024;

constexpr char kContinue[] = "HTTP/1.1 100 Continue\r\n\r\n";

// Bytes that go one way as a chunked body: each piece as one chunk.
std::string AsChunk(const std::string& piece) {
  return absl::StrCat(absl::Hex(piece.size()), "\r\n", piece, "\r\n");
}

// Moves one body from one connection to the other.
class BodyMover {
 public:
  // `ok`: it went over whole.
  using Done = std::function<void(bool ok)>;

  BodyMover(Socket* from, Socket* to, PipePool* pipes,
            std::function<void()> moved)
      : from_(from), to_(to), pump_(from, to, pipes, moved), moved_(moved) {}

  // `received`: what has come of the body, and maybe beyond, already; what
  // belongs to the body is taken out of it. `rechunk`: a chunked body stays
  // one.
  void Start(const HttpHead& head, HttpReader* reader, std::string* received,
             bool rechunk, const std::shared_ptr<void>& owner, Done done) {
    reader_ = reader;
    received_ = received;
    rechunk_ = rechunk;
    owner_ = owner;
    done_ = std::move(done);
    if (head.body == HttpBody::kChunked) return Decode();
    left_ = head.body == HttpBody::kLength ? head.length
            : head.body == HttpBody::kNone ? 0
                                           : BytePump::kNoLimit;
    until_close_ = head.body == HttpBody::kUntilClose;
    const size_t first =
        static_cast<size_t>(std::min<uint64_t>(left_, received_->size()));
    out_ = received_->substr(0, first);
    received_->erase(0, first);
    if (!until_close_) left_ -= first;
    Write([this] { Pump(); });
  }

  uint64_t bytes() const { return bytes_ + pump_.bytes(); }

 private:
  void Pump() {
    if (left_ == 0) return Finish(true);
    pump_.Start(left_, owner_.lock(), [this](BytePump::End end) {
      Finish(end == BytePump::End::kLimit ||
             (until_close_ && end == BytePump::End::kSourceEnded));
    });
  }

  void Decode() {
    out_.clear();
    received_->erase(0, reader_->ReadBody(*received_, out_));
    if (reader_->error()) return Finish(false);
    if (rechunk_ && !out_.empty()) out_ = AsChunk(out_);
    const bool last = reader_->body_done();
    if (rechunk_ && last) out_ += "0\r\n\r\n";
    Write([this, last] {
      if (last) return Finish(true);
      AwaitBytes();
    });
  }

  void AwaitBytes() {
    if (!to_->is_open()) return Finish(false);
    from_->async_wait(Socket::wait_read, [this, owner = owner_.lock()](
                                             const ErrorCode& error) {
      if (error) return Finish(false);
      const size_t had = received_->size();
      received_->resize(had + kReadBytes);
      ErrorCode read_error;
      const size_t size = from_->read_some(
          asio::buffer(&(*received_)[had], kReadBytes), read_error);
      received_->resize(had + size);
      if (read_error == asio::error::would_block) return AwaitBytes();
      if (read_error) return Finish(false);
      Decode();
    });
  }

  template <typename Next>
  void Write(Next next) {
    if (out_.empty()) return next();
    asio::async_write(*to_, asio::buffer(out_),
                      [this, owner = owner_.lock(), next](
                          const ErrorCode& error, size_t written) {
                        bytes_ += written;
                        if (error) return Finish(false);
                        moved_();
                        next();
                      });
  }

  void Finish(bool ok) {
    const Done done = std::move(done_);
    done(ok);
  }

  Socket* const from_;
  Socket* const to_;
  BytePump pump_;
  const std::function<void()> moved_;

  HttpReader* reader_ = nullptr;
  std::string* received_ = nullptr;
  bool rechunk_ = false;
  bool until_close_ = false;
  std::weak_ptr<void> owner_;  // what waits holds it, as in BytePump
  Done done_;
  uint64_t left_ = 0;
  uint64_t bytes_ = 0;
  std::string out_;
};

class Exchange final : public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(std::shared_ptr<GateCore> core, const ExchangeEnds& ends,
           const GateRequest& request, std::shared_ptr<OpenPull> pull,
           std::shared_ptr<void> owner,
           std::function<void(const ExchangeEnd&)> done)
      : core_(std::move(core)),
        ends_(ends),
        pull_(std::move(pull)),
        owner_(std::move(owner)),
        done_(std::move(done)),
        deadline_(ends.client->get_executor()),
        asked_(ends.request->head()),
        host_(request.asked),
        head_text_(RequestText(request)) {}

  void Start() {
    Touch();
    AwaitIdle(core_->options.idle_timeout);
    asio::async_write(*ends_.registry, asio::buffer(head_text_),
                      [self = shared_from_this()](const ErrorCode& error,
                                                  size_t /*written*/) {
                        if (error) return self->Unanswered(error.message());
                        self->SendBody();
                        self->AwaitResponse();
                      });
  }

 private:
  std::string RequestText(const GateRequest& request) const {
    HttpHead head = ForwardedRequest(asked_, request);
    if (asked_.body == HttpBody::kChunked) {
      head.fields.push_back({"Transfer-Encoding", "chunked"});
    }
    return RequestHeadText(head);
  }

  // While it is sent, the response may come.
  void SendBody() {
    sending_ = true;
    up_.Start(asked_, ends_.request, ends_.received, /*rechunk=*/true,
              shared_from_this(), [this](bool ok) {
                sending_ = false;
                sent_ = ok;
                // The registry shall not wait for the rest.
                if (!ok && ends_.registry->is_open()) {
                  ShutdownSend(*ends_.registry);
                }
                Settle();
              });
  }

  void AwaitResponse() {
    response_ = HttpReader::OfResponse(core_->options.max_header_bytes,
                                       asked_.method == "HEAD");
    if (!answer_.empty()) return ReadResponse();
    AwaitBytes();
  }

  void AwaitBytes() {
    ends_.registry->async_wait(
        Socket::wait_read, [self = shared_from_this()](const ErrorCode& error) {
          if (error) return self->Unanswered("no response in time");
          self->TakeBytes();
        });
  }

  void TakeBytes() {
    std::array<char, 16 * 1024> bytes;
    ErrorCode error;
    const size_t size = ends_.registry->read_some(asio::buffer(bytes), error);
    if (error == asio::error::would_block) return AwaitBytes();
    if (error) {
      return Unanswered(error == asio::error::eof
                            ? "the connection was closed without a response"
                            : error.message());
    }
    Touch();
    answer_.append(bytes.data(), size);
    ReadResponse();
  }

  void ReadResponse() {
    answer_.erase(0, response_->ReadHead(answer_));
    if (response_->error()) return Unanswered(response_->error()->text);
    if (!response_->head_done()) return AwaitBytes();
    const HttpHead& head = response_->head();
    if (head.status == 101 || head.status < 100) {
      return Unanswered(
          absl::StrCat("status ", head.status, ", which nobody asked for"));
    }
    if (head.status >= 200) return SendResponse();
    if (++interim_ > kMaxInterim) return Unanswered("interim responses only");
    const bool expected =
        head.status == 100 && asked_.minor_version == 1 &&
        absl::EqualsIgnoreCase(asked_.Find("Expect"), "100-continue");
    if (!expected) return AwaitResponse();
    asio::async_write(*ends_.client,
                      asio::buffer(kContinue, sizeof kContinue - 1),
                      [self = shared_from_this()](const ErrorCode& error,
                                                  size_t /*written*/) {
                        if (error) return self->Break();
                        self->AwaitResponse();
                      });
  }

  void SendResponse() {
    const HttpHead& head = response_->head();
    HttpHead forwarded = ForwardedResponse(head);
    const bool old_client = asked_.minor_version == 0;
    const bool chunked = head.body == HttpBody::kChunked && !old_client;
    if (chunked) forwarded.fields.push_back({"Transfer-Encoding", "chunked"});
    const bool until_close = head.body == HttpBody::kUntilClose ||
                             (head.body == HttpBody::kChunked && old_client);
    client_goes_on_ = asked_.keep_alive && !old_client && !until_close &&
                      !core_->draining.load();
    if (!client_goes_on_) forwarded.fields.push_back({"Connection", "close"});
    head_text_ = ResponseHeadText(forwarded);
    asio::async_write(*ends_.client, asio::buffer(head_text_),
                      [self = shared_from_this(), chunked](
                          const ErrorCode& error, size_t /*written*/) {
                        self->answered_ = true;
                        if (error) return self->Break();
                        self->SendResponseBody(chunked);
                      });
  }

  void SendResponseBody(bool chunked) {
    down_.Start(response_->head(), response_.get(), &answer_, chunked,
                shared_from_this(), [this](bool ok) {
                  received_ = ok;
                  if (!ok) return Break();
                  // A client that has its answer need not send the rest.
                  if (sending_) return Break(/*orderly=*/true);
                  Settle();
                });
  }

  // Ends the exchange once both directions have.
  void Settle() {
    if (sending_ || !(received_ || broken_)) return;
    ExchangeEnd end;
    end.client_goes_on = client_goes_on_ && sent_ && !broken_;
    end.registry_goes_on =
        end.client_goes_on && response_->head().keep_alive && answer_.empty();
    Finish(end);
  }

  // Nothing more can be said to the client.
  void Break(bool orderly = false) {
    if (broken_) return;
    broken_ = true;
    Close(*ends_.registry);
    if (orderly) {
      ShutdownSend(*ends_.client);
      ErrorCode ignored;
      ends_.client->cancel(ignored);
    } else {
      Close(*ends_.client);
    }
    Settle();
  }

  void Unanswered(const std::string& why) {
    if (broken_) return;
    broken_ = true;
    refusal_ =
        HttpError{502, absl::StrCat(host_, " did not answer over HTTP at ",
                                    pull_->route().address.ToString(), " port ",
                                    pull_->route().port, ": ", why)};
    Close(*ends_.registry);
    // Ends the reading of a body that nobody wants any more.
    ErrorCode ignored;
    ends_.client->cancel(ignored);
    Settle();
  }

  void Finish(ExchangeEnd end) {
    if (done_ == nullptr) return;
    deadline_.Disarm();
    end.refusal = refusal_;
    end.to_registry = up_.bytes();
    end.to_client = down_.bytes();
    const auto done = std::exchange(done_, nullptr);
    const std::shared_ptr<void> owner = std::move(owner_);
    done(end);
  }

  void Touch() { pull_->Touch(core_->Now()); }

  void AwaitIdle(absl::Duration limit) {
    deadline_.Arm(limit, shared_from_this(), [this] {
      const absl::Duration left =
          pull_->last_active() + core_->options.idle_timeout - core_->Now();
      if (left > absl::ZeroDuration()) return AwaitIdle(left);
      if (answered_) return Break();
      Unanswered("no response in time");
    });
  }

  const std::shared_ptr<GateCore> core_;
  const ExchangeEnds ends_;
  const std::shared_ptr<OpenPull> pull_;
  std::shared_ptr<void> owner_;
  std::function<void(const ExchangeEnd&)> done_;
  Deadline deadline_;
  const HttpHead asked_;
  const std::string host_;
  std::string head_text_;

  BodyMover up_{ends_.client, ends_.registry, &core_->pipes,
                [this] { Touch(); }};
  BodyMover down_{ends_.registry, ends_.client, &core_->pipes,
                  [this] { Touch(); }};
  bool sending_ = false;   // the request's body is on its way
  bool sent_ = false;      // whole
  bool answered_ = false;  // the client got something
  bool received_ = false;  // the response, whole
  bool broken_ = false;
  bool client_goes_on_ = false;
  std::optional<HttpError> refusal_;

  std::unique_ptr<HttpReader> response_;
  std::string answer_;  // from the registry, not yet used
  int interim_ = 0;
};

}  // namespace

void StartExchange(std::shared_ptr<GateCore> core, const ExchangeEnds& ends,
                   const GateRequest& request, std::shared_ptr<OpenPull> pull,
                   std::shared_ptr<void> owner,
                   std::function<void(const ExchangeEnd&)> done) {
  std::make_shared<Exchange>(std::move(core), ends, request, std::move(pull),
                             std::move(owner), std::move(done))
      ->Start();
}

}  // namespace pullgate::agent
