// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_GATE_HTTP_READER_H_
#define PULLGATE_AGENT_GATE_HTTP_READER_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "agent/gate/http_head.h"

namespace pullgate::agent {

// Reads one HTTP/1.x message from bytes as they come, with Boost.Beast, and
// refuses what two readers could understand differently:
//
// * a length and a transfer coding, lengths that contradict, a coding other
//   than "chunked", a coding in HTTP/1.0 (RFC 9112 §6.3);
// * in a request: none or several Host fields in HTTP/1.1.
//
// Not thread-safe; no I/O.
class HttpReader {
 public:
  // At most `max_head` bytes of start line and header; the same again for
  // trailers.
  static std::unique_ptr<HttpReader> OfRequest(size_t max_head);
  // `to_head`: of the response to a HEAD request, which has no body.
  static std::unique_ptr<HttpReader> OfResponse(size_t max_head, bool to_head);

  virtual ~HttpReader() = default;

  // Takes of the header what is whole, from the front of `data`, and says how
  // many bytes: they are to be removed, the rest is to be there again.
  virtual size_t ReadHead(absl::string_view data) = 0;
  virtual bool head_done() const = 0;
  // Once it is done.
  virtual const HttpHead& head() const = 0;

  // For a chunked body: takes from the front of `data` and appends what it
  // means to `body`; what it used is to be removed. Trailers are dropped.
  virtual size_t ReadBody(absl::string_view data, std::string& body) = 0;
  virtual bool body_done() const = 0;

  // Set: the message is bad, and nothing more can be read.
  virtual const std::optional<HttpError>& error() const = 0;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_GATE_HTTP_READER_H_
