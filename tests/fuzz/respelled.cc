// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/fuzz/respelled.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace pullgate::fuzz {
namespace {

std::string Dotted(const std::string& name, absl::string_view dot) {
  std::string text;
  for (const char c : name) {
    if (c == '.') {
      absl::StrAppend(&text, dot);
    } else {
      text.push_back(c);
    }
  }
  return text;
}

std::vector<std::string> Hosts(const RegistryHost& host) {
  if (const auto* const name = std::get_if<DnsName>(&host)) {
    return {name->text(), name->text() + ".", Dotted(name->text(), "\u3002"),
            Dotted(name->text(), "\uFF0E")};
  }
  const IpAddress& address = std::get<IpAddress>(host);
  std::vector<std::string> hosts = {
      absl::StrCat("[", WithoutCompression(address), "]")};
  if (address.is_v4()) {
    hosts.push_back(absl::StrCat("[::ffff:", address.ToString(), "]"));
  } else {
    hosts.push_back(absl::StrCat("[", address.ToString(), "]"));
  }
  return hosts;
}

}  // namespace

std::string WithoutCompression(const IpAddress& address) {
  std::string text;
  if (address.is_v4()) {
    text = "0000:0000:0000:0000:0000:FFFF:";
    return absl::StrCat(text, address.ToString());
  }
  for (int i = 0; i < 16; i += 2) {
    absl::StrAppendFormat(&text, "%s%02X%02x", i == 0 ? "" : ":",
                          address.bytes()[i], address.bytes()[i + 1]);
  }
  return text;
}

std::vector<std::string> Respelled(const RegistryAddress& address) {
  const std::string scheme =
      address.scheme() ? absl::StrCat(SchemeName(*address.scheme()), "://")
                       : "";
  const std::string port =
      address.port() ? absl::StrCat(":", *address.port()) : "";
  std::vector<std::string> texts;
  for (const std::string& host : Hosts(address.host())) {
    texts.push_back(absl::StrCat(scheme, host, port));
    texts.push_back(absl::StrCat(scheme, host, port, "/"));
    texts.push_back(absl::AsciiStrToUpper(texts.front()));
  }
  return texts;
}

}  // namespace pullgate::fuzz
