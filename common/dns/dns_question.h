// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_DNS_DNS_QUESTION_H_
#define PULLGATE_COMMON_DNS_DNS_QUESTION_H_

#include <cstdint>
#include <string>

#include "common/registry/dns_name.h"

namespace pullgate {

// The record types we ask for; numbers of the IANA registry.
enum class DnsType : uint16_t { kA = 1, kPtr = 12, kAaaa = 28 };

// What is asked of a DNS server, in class IN. The name is absolute.
struct DnsQuestion {
  DnsName name;
  DnsType type = DnsType::kA;
};

// "AAAA registry.example", for messages.
std::string ToString(const DnsQuestion& question);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_DNS_DNS_QUESTION_H_
