// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/dns/dns_query.h"

#include <sys/random.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/dns/wire_name.h"

namespace pullgate {
namespace {

constexpr size_t kHeaderBytes = 12;
// Two bytes of id, one bit for each letter of the longest name.
constexpr size_t kRandomBytes = 2 + (kMaxWireName + 7) / 8;
// After the id: recursion desired, one question, no records (RFC 1035 §4.1.1).
constexpr absl::string_view kHeaderRest(
    "\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00", kHeaderBytes - 2);
constexpr absl::string_view kClassIn("\x00\x01", 2);

using RandomBytes = std::array<uint8_t, kRandomBytes>;

absl::StatusOr<RandomBytes> Random() {
  RandomBytes bytes;
  // Complete or an error: it is less than 256 bytes (getrandom(2)).
  if (getrandom(bytes.data(), bytes.size(), 0) !=
      static_cast<ssize_t>(bytes.size())) {
    return absl::UnavailableError("the kernel gives no random bytes");
  }
  return bytes;
}

bool IsOnion(const DnsName& name) {
  return name.text() == "onion" || absl::EndsWith(name.text(), ".onion");
}

}  // namespace

absl::StatusOr<std::string> MakeDnsQuery(const DnsQuestion& question) {
  if (IsOnion(question.name)) {
    return absl::UnavailableError("a name that is never asked of DNS");
  }
  const absl::StatusOr<RandomBytes> random = Random();
  if (!random.ok()) return random.status();
  std::string name = ToWireName(question.name);
  for (size_t i = 0; i < name.size(); ++i) {
    const int bit = (*random)[2 + i / 8] >> (i % 8) & 1;
    // Lengths are no letters: labels have at most 63 bytes.
    if (bit != 0) name[i] = absl::ascii_toupper(name[i]);
  }
  const auto type = static_cast<uint16_t>(question.type);
  std::string query;
  query.reserve(kHeaderBytes + name.size() + 4);
  query.push_back(static_cast<char>((*random)[0]));
  query.push_back(static_cast<char>((*random)[1]));
  absl::StrAppend(&query, kHeaderRest, name);
  query.push_back(static_cast<char>(type >> 8));
  query.push_back(static_cast<char>(type));
  absl::StrAppend(&query, kClassIn);
  return query;
}

bool EchoesQuestion(absl::string_view query, absl::string_view reply) {
  if (query.size() < kHeaderBytes || reply.size() < query.size()) return false;
  return query.substr(kHeaderBytes) ==
         reply.substr(kHeaderBytes, query.size() - kHeaderBytes);
}

}  // namespace pullgate
