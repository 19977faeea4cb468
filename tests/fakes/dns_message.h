// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// DNS messages written by hand, right or wrong, for tests (RFC 1035 §4).

#ifndef PULLGATE_TESTS_FAKES_DNS_MESSAGE_H_
#define PULLGATE_TESTS_FAKES_DNS_MESSAGE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace pullgate {

inline constexpr uint16_t kDnsA = 1;
inline constexpr uint16_t kDnsNs = 2;
inline constexpr uint16_t kDnsCname = 5;
inline constexpr uint16_t kDnsSoa = 6;
inline constexpr uint16_t kDnsPtr = 12;
inline constexpr uint16_t kDnsAaaa = 28;

// Flags of a reply: recursion desired and available, no error.
inline constexpr uint16_t kDnsReply = 0x8180;
inline constexpr uint16_t kDnsTruncated = 0x0200;
inline constexpr uint16_t kDnsServfail = 2;
inline constexpr uint16_t kDnsNxdomain = 3;
inline constexpr uint16_t kDnsRefused = 5;

// Big endian.
std::string DnsU16(uint16_t value);
std::string DnsU32(uint32_t value);
// "a.example" as labels; "" is the root. Labels may be of any bytes but '.'.
std::string DnsWireName(absl::string_view dotted);

struct DnsRecord {
  std::string owner;  // dotted
  uint16_t type = kDnsA;
  uint32_t ttl = 60;
  std::string data;
  uint16_t record_class = 1;  // IN
};

// A or AAAA, by the address.
DnsRecord AddressRecord(absl::string_view owner, absl::string_view address,
                        uint32_t ttl = 60);
DnsRecord CnameRecord(absl::string_view owner, absl::string_view target,
                      uint32_t ttl = 60);
// At the reverse name of the address.
DnsRecord PtrRecord(absl::string_view address, absl::string_view name,
                    uint32_t ttl = 60);
DnsRecord NsRecord(absl::string_view zone, absl::string_view server);
DnsRecord SoaRecord(absl::string_view zone, uint32_t ttl, uint32_t minimum);

struct DnsMessage {
  uint16_t id = 0;
  uint16_t flags = kDnsReply;
  std::string name;  // of the question, dotted
  // The same as the client spelled it, to be repeated so; empty: `name`.
  std::string spelling;
  uint16_t type = kDnsA;
  std::vector<DnsRecord> answers;
  std::vector<DnsRecord> authority;

  // Without compression.
  std::string Encode() const;
};

// A reply to the same question, without records. `flags` join kDnsReply.
DnsMessage EmptyReply(const DnsMessage& query, uint16_t flags = 0);

// The first name in `wire`, dotted and in lower case. No compression.
std::string DnsDottedName(absl::string_view wire);
// The same in the case that it has there.
std::string DnsSpelledName(absl::string_view wire);

// Reads id and question of a query; absent when it is none.
std::optional<DnsMessage> ReadDnsQuery(absl::string_view bytes);

}  // namespace pullgate

#endif  // PULLGATE_TESTS_FAKES_DNS_MESSAGE_H_
