// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_SUPPORT_UNBOUND_H_
#define PULLGATE_TESTS_SUPPORT_UNBOUND_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/name_server_process.h"
#include "tests/support/temp_dir.h"

namespace pullgate {

// Debian's Unbound on loopback: a resolver that nobody here wrote, answering
// from what it is told and forwarding the rest to another server on loopback.
class Unbound {
 public:
  // `records` are zone file lines, "a.example. 30 IN A 192.0.2.7", answered
  // with authority. `forward_port`: whom to ask for everything else; 0: nobody.
  // Returns when it answers. Null: it is not installed. Dies when it is and
  // does not start. Call it while the test has one thread.
  static std::unique_ptr<Unbound> Start(const std::vector<std::string>& records,
                                        uint16_t forward_port);

  // UDP and TCP, at 127.0.0.1.
  uint16_t port() const { return process_->port(); }

 private:
  Unbound() = default;

  TempDir directory_;
  std::unique_ptr<NameServerProcess> process_;
};

}  // namespace pullgate

#endif  // PULLGATE_TESTS_SUPPORT_UNBOUND_H_
