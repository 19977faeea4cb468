// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_SUPPORT_DNSMASQ_H_
#define PULLGATE_TESTS_SUPPORT_DNSMASQ_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/name_server_process.h"

namespace pullgate {

// Debian's dnsmasq on loopback, for tests with a DNS server that nobody here
// wrote. It knows what its options say and asks nobody; of `example` and the
// reverse zones it is the authority.
class Dnsmasq {
 public:
  // `records` are dnsmasq options, such as "--host-record=a.example,192.0.2.7".
  // Returns when it answers. Null: it is not installed. Dies when it is and
  // does not start. Call it while the test has one thread.
  static std::unique_ptr<Dnsmasq> Start(
      const std::vector<std::string>& records);

  // UDP and TCP, at 127.0.0.1.
  uint16_t port() const { return process_->port(); }

 private:
  explicit Dnsmasq(std::unique_ptr<NameServerProcess> process)
      : process_(std::move(process)) {}

  const std::unique_ptr<NameServerProcess> process_;
};

}  // namespace pullgate

#endif  // PULLGATE_TESTS_SUPPORT_DNSMASQ_H_
