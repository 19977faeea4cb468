// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_COMMON_REGISTRY_PLAIN_ADDRESS_H_
#define PULLGATE_TESTS_COMMON_REGISTRY_PLAIN_ADDRESS_H_

#include <optional>
#include <string>

namespace pullgate::testing {

// A registry address, in words.
struct PlainAddress {
  std::string scheme;  // "https", "http" or empty
  // A name in lower case, or an address as inet_ntop writes its bytes.
  std::string host;
  bool is_name = false;
  int port = 0;  // 0: none

  friend bool operator==(const PlainAddress& a, const PlainAddress& b) {
    return a.scheme == b.scheme && a.host == b.host && a.is_name == b.is_name &&
           a.port == b.port;
  }
};

// A second reading of docs/semantics.md §1, written apart from common/registry
// and common/net: one regular expression for the form, and the C library for
// the numbers. Nothing if the text is no registry address.
//
// Knows no internationalised names, neither labels with characters outside
// ASCII nor such that begin with "xn--".
std::optional<PlainAddress> ReadPlainAddress(std::string text);

// The same for an address alone, without brackets: what inet_ntop writes.
std::optional<std::string> ReadPlainIp(const std::string& text);

}  // namespace pullgate::testing

#endif  // PULLGATE_TESTS_COMMON_REGISTRY_PLAIN_ADDRESS_H_
