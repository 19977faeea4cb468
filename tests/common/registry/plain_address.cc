// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/common/registry/plain_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cctype>
#include <cstdlib>
#include <regex>

namespace pullgate::testing {
namespace {

std::string Lower(std::string text) {
  for (char& c : text) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return text;
}

// U+3002, U+FF0E and U+FF61 are dots of names.
std::string WithPlainDots(std::string text) {
  for (const char* dot : {"\u3002", "\uFF0E", "\uFF61"}) {
    for (size_t at = text.find(dot); at != std::string::npos;
         at = text.find(dot)) {
      text.replace(at, 3, ".");
    }
  }
  return text;
}

std::optional<std::string> ReadName(const std::string& written) {
  static const auto* const kForm = new std::regex(
      "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
      "(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");
  static const auto* const kEndsInNumber =
      new std::regex("(.*\\.)?([0-9]+|0x[0-9a-f]*)");
  std::string name = Lower(WithPlainDots(written));
  if (!name.empty() && name.back() == '.') name.pop_back();
  if (name.size() > 253 || !std::regex_match(name, *kForm) ||
      std::regex_match(name, *kEndsInNumber)) {
    return std::nullopt;
  }
  return name;
}

}  // namespace

std::optional<std::string> ReadPlainIp(const std::string& text) {
  char shown[INET6_ADDRSTRLEN];
  in_addr v4;
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) {
    return inet_ntop(AF_INET, &v4, shown, sizeof(shown));
  }
  in6_addr v6;
  if (inet_pton(AF_INET6, text.c_str(), &v6) != 1) return std::nullopt;
  if (IN6_IS_ADDR_V4MAPPED(&v6)) {
    return inet_ntop(AF_INET, &v6.s6_addr[12], shown, sizeof(shown));
  }
  return inet_ntop(AF_INET6, &v6, shown, sizeof(shown));
}

std::optional<PlainAddress> ReadPlainAddress(std::string text) {
  // Scheme, then a host in brackets or without colons, then a port; or an IPv6
  // address and nothing else.
  static const auto* const kForm = new std::regex(
      "(?:(https?)://)?(?:\\[([0-9a-f:.]+)\\]|([^:/\\[\\]@?#%\\s]+))"
      "(?::([1-9][0-9]{0,4}))?/?",
      std::regex::icase);
  static const auto* const kBareV6 = new std::regex(
      "([0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*)/?", std::regex::icase);
  PlainAddress address;
  std::smatch part;
  if (std::regex_match(text, part, *kBareV6)) {
    const std::optional<std::string> ip = ReadPlainIp(part[1]);
    if (!ip) return std::nullopt;
    address.host = *ip;
    return address;
  }
  if (!std::regex_match(text, part, *kForm)) return std::nullopt;
  address.scheme = Lower(part[1]);
  address.port = std::atoi(part[4].str().c_str());
  if (address.port > 65535) return std::nullopt;
  const bool bracketed = part[2].matched;
  const std::string written = bracketed ? part[2] : part[3];
  if (bracketed && written.find(':') == std::string::npos) return std::nullopt;
  if (const std::optional<std::string> ip = ReadPlainIp(written)) {
    address.host = *ip;
    return address;
  }
  const std::optional<std::string> name = ReadName(written);
  if (bracketed || !name) return std::nullopt;
  address.host = *name;
  address.is_name = true;
  return address;
}

}  // namespace pullgate::testing
