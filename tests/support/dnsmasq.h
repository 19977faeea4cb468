// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_SUPPORT_DNSMASQ_H_
#define PULLGATE_TESTS_SUPPORT_DNSMASQ_H_

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

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

  // Ends it.
  ~Dnsmasq();
  Dnsmasq(const Dnsmasq&) = delete;
  Dnsmasq& operator=(const Dnsmasq&) = delete;

  // UDP and TCP, at 127.0.0.1.
  uint16_t port() const { return port_; }

 private:
  Dnsmasq(pid_t pid, uint16_t port) : pid_(pid), port_(port) {}

  const pid_t pid_;
  const uint16_t port_;
};

}  // namespace pullgate

#endif  // PULLGATE_TESTS_SUPPORT_DNSMASQ_H_
