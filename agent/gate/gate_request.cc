// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/gate/gate_request.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace pullgate::agent {
namespace {

// Longer authorities are no names (253 bytes) with a port.
constexpr size_t kMaxAuthority = 300;
// What no registry's path comes near to.
constexpr size_t kMaxTarget = 8 * 1024;

// RFC 9110 §7.6.1 and what was always treated so. Proxy-Authorization is for
// this proxy, which wants none; it must not leak.
constexpr std::array<absl::string_view, 9> kHopByHop = {
    "Connection", "Keep-Alive",          "Proxy-Authenticate",
    "TE",         "Proxy-Authorization", "Proxy-Connection",
    "Trailer",    "Transfer-Encoding",   "Upgrade"};

constexpr std::array<absl::string_view, 6> kForwarded = {
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};

HttpError Bad(std::string text) { return {400, std::move(text)}; }

// User info, paths, schemes and bytes that only IDNA understands are nothing
// that engines send.
std::variant<RegistryAddress, HttpError> ReadAuthority(absl::string_view text,
                                                       absl::string_view what) {
  if (text.size() > kMaxAuthority) {
    return Bad(absl::StrCat(what, ": longer than ", kMaxAuthority, " bytes"));
  }
  for (const char c : text) {
    if (!absl::ascii_isgraph(c) || c == '/' || c == '@') {
      return Bad(absl::StrCat(what,
                              ": expected host:port in ASCII, without "
                              "user, path or scheme"));
    }
  }
  absl::StatusOr<RegistryAddress> parsed = RegistryAddress::Parse(text);
  if (!parsed.ok())
    return Bad(absl::StrCat(what, ": ", parsed.status().message()));
  return *std::move(parsed);
}

std::variant<GateRequest, HttpError> ReadTunnel(const HttpHead& head) {
  if (head.body != HttpBody::kNone) {
    return Bad("CONNECT has no body");
  }
  auto read = ReadAuthority(head.target, "CONNECT");
  if (auto* error = std::get_if<HttpError>(&read)) return *error;
  const RegistryAddress& address = std::get<RegistryAddress>(read);
  if (!address.port()) {
    return Bad("CONNECT needs a port: host:443, [2001:db8::1]:443");
  }
  std::optional<uint16_t> port = address.port();
  if (*port == DefaultPort(Scheme::kHttps)) port.reset();
  return GateRequest{GateRequest::Kind::kTunnel,
                     RegistryAddress(std::nullopt, address.host(), port),
                     head.target, ""};
}

std::variant<GateRequest, HttpError> ReadForward(const HttpHead& head) {
  absl::string_view rest = head.target;
  const size_t scheme_end = rest.find("://");
  if (absl::StartsWith(rest, "/") || rest == "*" ||
      scheme_end == absl::string_view::npos) {
    return Bad(
        "this is a proxy: expected CONNECT host:port or an absolute "
        "http:// URL");
  }
  const absl::string_view scheme = rest.substr(0, scheme_end);
  if (absl::EqualsIgnoreCase(scheme, "https")) {
    return Bad("https:// goes through CONNECT, end to end");
  }
  if (!absl::EqualsIgnoreCase(scheme, "http")) {
    return Bad("expected an http:// URL");
  }
  rest.remove_prefix(scheme_end + 3);
  const size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  const absl::string_view authority = rest.substr(0, end);
  const absl::string_view path = rest.substr(end);
  if (absl::StrContains(path, '#')) return Bad("a URL here has no fragment");
  auto read = ReadAuthority(authority, "URL");
  if (auto* error = std::get_if<HttpError>(&read)) return *error;
  const RegistryAddress& address = std::get<RegistryAddress>(read);
  std::optional<uint16_t> port = address.port();
  if (port && *port == DefaultPort(Scheme::kHttp)) port.reset();
  return GateRequest{
      GateRequest::Kind::kForward,
      RegistryAddress(Scheme::kHttp, address.host(), port),
      std::string(authority),
      absl::StrCat(absl::StartsWith(path, "/") ? "" : "/", path)};
}

bool IsIn(const std::vector<std::string>& names, absl::string_view name) {
  return std::any_of(names.begin(), names.end(), [name](const auto& one) {
    return absl::EqualsIgnoreCase(one, name);
  });
}

// What the header itself says that it is about this connection only.
std::vector<std::string> Nominated(const HttpHead& head) {
  std::vector<std::string> names;
  for (const HttpField& field : head.fields) {
    if (!absl::EqualsIgnoreCase(field.name, "Connection") &&
        !absl::EqualsIgnoreCase(field.name, "Proxy-Connection")) {
      continue;
    }
    for (const absl::string_view name : absl::StrSplit(field.value, ',')) {
      names.emplace_back(absl::StripAsciiWhitespace(name));
    }
  }
  return names;
}

// Without what is for this hop. Content-Length is ours to say.
std::vector<HttpField> EndToEnd(const HttpHead& head) {
  const std::vector<std::string> nominated = Nominated(head);
  std::vector<HttpField> fields;
  fields.reserve(head.fields.size() + 4);
  for (const HttpField& field : head.fields) {
    const bool hop = std::any_of(
        kHopByHop.begin(), kHopByHop.end(), [&field](absl::string_view name) {
          return absl::EqualsIgnoreCase(name, field.name);
        });
    if (hop || absl::EqualsIgnoreCase(field.name, "Content-Length") ||
        IsIn(nominated, field.name)) {
      continue;
    }
    fields.push_back(field);
  }
  return fields;
}

void AddVia(const HttpHead& head, std::vector<HttpField>& fields) {
  fields.push_back(
      {"Via", absl::StrCat("1.", head.minor_version, " pullgate")});
}

void AddLength(const HttpHead& head, std::vector<HttpField>& fields) {
  if (head.body == HttpBody::kLength) {
    fields.push_back({"Content-Length", absl::StrCat(head.length)});
  } else if (head.body == HttpBody::kNone && head.Count("Content-Length") > 0) {
    // "0", or of the body that a HEAD or a 304 goes without.
    fields.push_back(
        {"Content-Length", std::string(head.Find("Content-Length"))});
  }
}

}  // namespace

std::variant<GateRequest, HttpError> ReadGateRequest(const HttpHead& head) {
  if (head.method == "PRI") return HttpError{505, "HTTP/2 is not spoken here"};
  if (head.target.size() > kMaxTarget) {
    return HttpError{
        414, absl::StrCat("a target has at most ", kMaxTarget, " bytes")};
  }
  if (head.Count("Expect") > 0 &&
      !absl::EqualsIgnoreCase(head.Find("Expect"), "100-continue")) {
    return HttpError{417, "nothing else than 100-continue can be expected"};
  }
  if (head.method == "CONNECT") return ReadTunnel(head);
  if (std::find(kForwarded.begin(), kForwarded.end(), head.method) ==
      kForwarded.end()) {
    return HttpError{405, absl::StrCat("methods here are ", kForwardedMethods)};
  }
  return ReadForward(head);
}

HttpHead ForwardedRequest(const HttpHead& head, const GateRequest& request) {
  HttpHead forwarded = head;
  forwarded.target = request.target;
  std::vector<HttpField> fields = EndToEnd(head);
  fields.erase(std::remove_if(fields.begin(), fields.end(),
                              [](const HttpField& field) {
                                return absl::EqualsIgnoreCase(field.name,
                                                              "Host");
                              }),
               fields.end());
  // First, as RFC 9110 §7.2 wishes.
  fields.insert(fields.begin(), {"Host", request.asked});
  AddVia(head, fields);
  AddLength(head, fields);
  forwarded.fields = std::move(fields);
  return forwarded;
}

HttpHead ForwardedResponse(const HttpHead& head) {
  HttpHead forwarded = head;
  forwarded.fields = EndToEnd(head);
  AddVia(head, forwarded.fields);
  AddLength(head, forwarded.fields);
  return forwarded;
}

}  // namespace pullgate::agent
