// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_SUPPORT_NAME_SERVER_PROCESS_H_
#define PULLGATE_TESTS_SUPPORT_NAME_SERVER_PROCESS_H_

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace pullgate {

// A DNS server of Debian's, in a process of its own, on a port of loopback that
// was free.
class NameServerProcess {
 public:
  // All but the program itself, for a server on that port.
  using Arguments = std::function<std::vector<std::string>(uint16_t port)>;

  // Returns when the program wrote `ready` to its standard error. Null: it is
  // not installed. Dies when it is and does not start. Call it while the test
  // has one thread.
  static std::unique_ptr<NameServerProcess> Start(const std::string& program,
                                                  const Arguments& arguments,
                                                  const std::string& ready);

  // Ends it.
  ~NameServerProcess();
  NameServerProcess(const NameServerProcess&) = delete;
  NameServerProcess& operator=(const NameServerProcess&) = delete;

  uint16_t port() const { return port_; }

 private:
  NameServerProcess(pid_t pid, uint16_t port) : pid_(pid), port_(port) {}

  const pid_t pid_;
  const uint16_t port_;
};

}  // namespace pullgate

#endif  // PULLGATE_TESTS_SUPPORT_NAME_SERVER_PROCESS_H_
