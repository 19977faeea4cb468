// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_FAKES_BAD_WIRE_H_
#define PULLGATE_TESTS_FAKES_BAD_WIRE_H_

#include <atomic>
#include <cstdint>
#include <limits>
#include <thread>

namespace pullgate {

// A TCP port on 127.0.0.1 that leads to another one there, badly: what the
// server says arrives byte by byte, with a pause after each, and at some byte
// the connection is reset. What the client says passes as it is.
//
// One connection after the other, on a thread of its own, from construction to
// destruction. Dies when it cannot start.
class BadWire {
 public:
  struct Options {
    int pause_millis = 0;
    // Bytes of the server that arrive.
    int reset_after = std::numeric_limits<int>::max();
  };

  BadWire(uint16_t target_port, const Options& options);
  ~BadWire();
  BadWire(const BadWire&) = delete;
  BadWire& operator=(const BadWire&) = delete;

  uint16_t port() const { return port_; }
  // Connections that were reset so far.
  int resets() const { return resets_; }

 private:
  void Run();
  void Carry(int client, int server);
  // False: the client is to be left.
  bool PassToClient(int client, int server, int* passed);
  // True: it is time to stop.
  bool Pause() const;

  const uint16_t target_port_;
  const Options options_;
  int listener_ = -1;
  int stopper_ = -1;  // eventfd
  uint16_t port_ = 0;
  std::atomic<int> resets_{0};
  std::thread thread_;  // last: uses all of the above
};

}  // namespace pullgate

#endif  // PULLGATE_TESTS_FAKES_BAD_WIRE_H_
