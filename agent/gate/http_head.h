// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_GATE_HTTP_HEAD_H_
#define PULLGATE_AGENT_GATE_HTTP_HEAD_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace pullgate::agent {

struct HttpField {
  std::string name;
  std::string value;  // without white space around it; one line
};

// How the end of a message's body is found (RFC 9112 §6.3).
enum class HttpBody { kNone, kLength, kChunked, kUntilClose };

// The start line and header of a message.
struct HttpHead {
  int minor_version = 1;  // of HTTP/1.x

  std::string method;  // of a request
  std::string target;  // of a request

  int status = 0;      // of a response
  std::string reason;  // of a response

  std::vector<HttpField> fields;  // in order

  HttpBody body = HttpBody::kNone;
  uint64_t length = 0;      // with kLength
  bool keep_alive = false;  // what the sender means to do

  // How often a field is there; names in any case.
  size_t Count(absl::string_view name) const;
  // The value of the first; "" if there is none.
  absl::string_view Find(absl::string_view name) const;
};

// What is wrong with a message, as the sender of a request is told.
struct HttpError {
  int status = 400;
  std::string text;
};

// Start lines and fields as they go over the wire, with the empty line.
std::string RequestHeadText(const HttpHead& head);
std::string ResponseHeadText(const HttpHead& head);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_GATE_HTTP_HEAD_H_
