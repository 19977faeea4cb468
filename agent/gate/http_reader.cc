// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/gate/http_reader.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <cstdint>
#include <limits>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace pullgate::agent {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using BeastView = boost::beast::string_view;

std::string Text(BeastView text) { return {text.data(), text.size()}; }

HttpError ErrorOf(const error_code& ec) {
  if (ec == http::error::header_limit || ec == http::error::buffer_overflow) {
    return {431, "the header is longer than this gate takes"};
  }
  if (ec == http::error::bad_version) {
    return {505, "only HTTP/1.1 and HTTP/1.0 are spoken here"};
  }
  return {400, absl::StrCat("this is not HTTP/1.1: ", ec.message())};
}

// Beast's parser, which hands its finds to an HttpHead.
template <bool kRequest>
class Parser final : public http::basic_parser<kRequest> {
 public:
  explicit Parser(size_t max_head) {
    this->header_limit(static_cast<uint32_t>(max_head));
    // Boost 1.74 takes "none" for a limit that every length exceeds.
    this->body_limit(std::numeric_limits<uint64_t>::max());
    this->eager(false);
  }

  HttpHead head;
  // Where a body goes; null while a header is read.
  std::string* out = nullptr;

 private:
  void on_request_impl(http::verb, BeastView method, BeastView target,
                       int version, error_code& ec) override {
    ec = {};
    head.method = Text(method);
    head.target = Text(target);
    head.minor_version = version - 10;
  }
  void on_response_impl(int code, BeastView reason, int version,
                        error_code& ec) override {
    ec = {};
    head.status = code;
    head.reason = Text(reason);
    head.minor_version = version - 10;
  }
  void on_field_impl(http::field, BeastView name, BeastView value,
                     error_code& ec) override {
    ec = {};
    if (out == nullptr) head.fields.push_back({Text(name), Text(value)});
  }
  void on_header_impl(error_code& ec) override { ec = {}; }
  void on_body_init_impl(const boost::optional<uint64_t>&,
                         error_code& ec) override {
    ec = {};
  }
  size_t on_body_impl(BeastView body, error_code& ec) override {
    ec = {};
    out->append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(uint64_t, BeastView, error_code& ec) override {
    ec = {};
  }
  size_t on_chunk_body_impl(uint64_t, BeastView body, error_code& ec) override {
    return on_body_impl(body, ec);
  }
  void on_finish_impl(error_code& ec) override { ec = {}; }
};

// What Beast lets pass.
template <bool kRequest>
std::optional<HttpError> Ambiguity(const HttpHead& head) {
  constexpr char kCoding[] = "Transfer-Encoding";
  const size_t codings = head.Count(kCoding);
  if (codings > 0 && head.minor_version == 0) {
    return HttpError{400, "HTTP/1.0 has no Transfer-Encoding"};
  }
  if (codings > 0 && head.Count("Content-Length") > 0) {
    return HttpError{400, "both Transfer-Encoding and Content-Length"};
  }
  if (codings > 1 || (codings == 1 &&
                      !absl::EqualsIgnoreCase(head.Find(kCoding), "chunked"))) {
    return HttpError{501, "the only Transfer-Encoding known here is chunked"};
  }
  if (kRequest && head.minor_version == 1 && head.Count("Host") != 1) {
    return HttpError{400, "HTTP/1.1 has exactly one Host"};
  }
  if (kRequest && head.Count("Host") > 1) {
    return HttpError{400, "more than one Host"};
  }
  return std::nullopt;
}

template <bool kRequest>
class Reader final : public HttpReader {
 public:
  Reader(size_t max_head, bool no_body)
      : max_head_(max_head), parser_(max_head) {
    if (no_body) parser_.skip(true);
  }

  size_t ReadHead(absl::string_view data) override {
    if (error_ || done_ || data.empty()) return 0;
    error_code ec;
    size_t used = 0;
    while (!ec && !parser_.is_header_done() && used < data.size()) {
      used += parser_.put(
          boost::asio::buffer(data.data() + used, data.size() - used), ec);
    }
    used_ += used;
    const bool done = !ec && parser_.is_header_done();
    const size_t seen = done ? used_ : used_ + data.size() - used;
    if (ec && ec != http::error::need_more) {
      error_ = ErrorOf(ec);
    } else if (seen > max_head_) {
      error_ = ErrorOf(http::error::header_limit);
    } else if (done) {
      Finish();
    }
    return used;
  }
  bool head_done() const override { return done_; }
  const HttpHead& head() const override { return parser_.head; }

  size_t ReadBody(absl::string_view data, std::string& body) override {
    parser_.out = &body;
    error_code ec;
    size_t used = 0;
    while (!ec && !parser_.is_done() && used < data.size()) {
      used += parser_.put(
          boost::asio::buffer(data.data() + used, data.size() - used), ec);
    }
    if (ec && ec != http::error::need_more) {
      error_ = ErrorOf(ec);
    } else if (!parser_.is_done() && data.size() - used > max_head_) {
      error_ = HttpError{400, "a chunk's header, or trailers, without an end"};
    }
    return used;
  }
  bool body_done() const override { return parser_.is_done(); }

  const std::optional<HttpError>& error() const override { return error_; }

 private:
  void Finish() {
    HttpHead& head = parser_.head;
    error_ = Ambiguity<kRequest>(head);
    if (error_) return;
    done_ = true;
    head.keep_alive = parser_.keep_alive();
    if (parser_.is_done()) return;  // HttpBody::kNone
    if (parser_.chunked()) {
      head.body = HttpBody::kChunked;
    } else if (parser_.content_length()) {
      head.body = HttpBody::kLength;
      head.length = *parser_.content_length();
    } else {
      head.body = HttpBody::kUntilClose;
    }
  }

  const size_t max_head_;
  Parser<kRequest> parser_;
  size_t used_ = 0;
  bool done_ = false;
  std::optional<HttpError> error_;
};

}  // namespace

std::unique_ptr<HttpReader> HttpReader::OfRequest(size_t max_head) {
  return std::make_unique<Reader<true>>(max_head, /*no_body=*/false);
}

std::unique_ptr<HttpReader> HttpReader::OfResponse(size_t max_head,
                                                   bool to_head) {
  return std::make_unique<Reader<false>>(max_head, to_head);
}

}  // namespace pullgate::agent
