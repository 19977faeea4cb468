// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// What reaches the gate before it trusts anybody: a request, its chunks, a
// response, the first bytes of a tunnel.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>

#include "absl/strings/str_cat.h"
#include "agent/gate/client_hello.h"
#include "agent/gate/gate_request.h"
#include "agent/gate/http_reader.h"
#include "agent/gate/refusal.h"
#include "tests/fuzz/require.h"

namespace pullgate::fuzz {
namespace {

using agent::ClientHello;
using agent::ClientHelloReader;
using agent::GateRequest;
using agent::HttpBody;
using agent::HttpError;
using agent::HttpHead;
using agent::HttpReader;

constexpr size_t kMaxHead = 4096;

// Feeds the header in pieces of `step` bytes; gives what is behind it.
std::string ReadHead(HttpReader& reader, absl::string_view text, size_t step) {
  std::string waiting;
  while (!text.empty() && !reader.head_done() && !reader.error()) {
    waiting += std::string(text.substr(0, step));
    text.remove_prefix(std::min(step, text.size()));
    const size_t used = reader.ReadHead(waiting);
    Require(used <= waiting.size(), "no more is used than there is", waiting);
    waiting.erase(0, used);
  }
  return absl::StrCat(waiting, text);
}

void CheckBody(HttpReader& reader, std::string rest, size_t step) {
  std::string waiting;
  std::string body;
  size_t at = 0;
  while (at < rest.size() && !reader.body_done() && !reader.error()) {
    waiting += rest.substr(at, step);
    at += step;
    waiting.erase(0, reader.ReadBody(waiting, body));
  }
  Require(body.size() <= rest.size(), "a body is no larger than its chunks",
          rest);
}

// What is sent on is read by everybody as it was meant.
void CheckForwarded(const HttpHead& head, const GateRequest& request) {
  HttpHead forwarded = ForwardedRequest(head, request);
  if (head.body == HttpBody::kChunked) {
    forwarded.fields.push_back({"Transfer-Encoding", "chunked"});
  }
  const std::string text = RequestHeadText(forwarded);
  const auto reader = HttpReader::OfRequest(4 * kMaxHead);
  const std::string behind = ReadHead(*reader, text, text.size());
  Require(reader->head_done() && behind.empty(),
          "what is forwarded is one header", text);
  const HttpHead& again = reader->head();
  Require(again.body == head.body && again.length == head.length,
          "its body ends where it ended", text);
  Require(again.target == request.target && again.method == head.method &&
              again.Find("Host") == request.asked,
          "it asks the same of the same host", text);
  for (const char* hop : {"Connection", "Proxy-Authorization", "TE", "Upgrade",
                          "Proxy-Connection", "Keep-Alive", "Trailer"}) {
    Require(again.Count(hop) == 0, "nothing is left of this hop", text);
  }
}

void CheckRequest(absl::string_view text, size_t step) {
  const auto whole = HttpReader::OfRequest(kMaxHead);
  ReadHead(*whole, text, std::max<size_t>(1, text.size()));
  const auto reader = HttpReader::OfRequest(kMaxHead);
  std::string rest = ReadHead(*reader, text, step);
  if (text.size() <= kMaxHead) {
    Require(whole->head_done() == reader->head_done(), "pieces do not matter",
            text);
  }
  if (reader->error()) {
    Require(reader->error()->status >= 400, "an error has a status", text);
    RefusalText(agent::RefusalOf(*reader->error()), true);
  }
  if (!reader->head_done()) return;
  const auto read = ReadGateRequest(reader->head());
  if (const auto* error = std::get_if<HttpError>(&read)) {
    const std::string refusal = RefusalText(agent::RefusalOf(*error), true);
    Require(refusal.find("\r\n\r\n") == refusal.rfind("\r\n\r\n"),
            "a refusal has one header", refusal);
  } else {
    const auto& request = std::get<GateRequest>(read);
    if (request.kind == GateRequest::Kind::kForward) {
      CheckForwarded(reader->head(), request);
    }
  }
  if (reader->head().body == HttpBody::kChunked) {
    CheckBody(*reader, std::move(rest), step);
  }
}

void CheckResponse(absl::string_view text, size_t step) {
  const auto reader = HttpReader::OfResponse(kMaxHead, step % 2 == 0);
  std::string rest = ReadHead(*reader, text, step);
  if (!reader->head_done()) return;
  const std::string forwarded =
      ResponseHeadText(ForwardedResponse(reader->head()));
  Require(forwarded.find("\r\n\r\n") == forwarded.size() - 4,
          "a header has one end", forwarded);
  if (reader->head().body == HttpBody::kChunked) {
    CheckBody(*reader, std::move(rest), step);
  }
}

void CheckHello(absl::string_view bytes, size_t step) {
  const auto reader = ClientHelloReader::Make();
  for (; !bytes.empty(); bytes.remove_prefix(std::min(step, bytes.size()))) {
    const auto hello = reader->Read(bytes.substr(0, step));
    if (!hello) continue;
    Require(hello->kind == ClientHello::Kind::kHello || !hello->detail.empty(),
            "a refusal says why", bytes);
    return;
  }
}

}  // namespace
}  // namespace pullgate::fuzz

// The first byte says in what pieces the rest comes.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const size_t step = 1 + data[0] % 64;
  const absl::string_view bytes(reinterpret_cast<const char*>(data) + 1,
                                size - 1);
  pullgate::fuzz::CheckRequest(bytes, step);
  pullgate::fuzz::CheckResponse(bytes, step);
  pullgate::fuzz::CheckHello(bytes, step);
  return 0;
}
