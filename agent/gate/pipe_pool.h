// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_GATE_PIPE_POOL_H_
#define PULLGATE_AGENT_GATE_PIPE_POOL_H_

#include <cstddef>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "common/sync/mutex.h"

namespace pullgate::agent {

// Pipes, through which splice(2) moves bytes between sockets without copying
// them. A connection has one only while bytes move, so that idle ones cost
// nothing. Thread-safe.
class PipePool {
 public:
  // Two file descriptors; non-blocking.
  struct Pipe {
    int read = -1;
    int write = -1;

    bool is_open() const { return read >= 0; }
  };

  ~PipePool();

  // An empty pipe; one that is not open if there are no file descriptors.
  Pipe Take() ABSL_LOCKS_EXCLUDED(mu_);

  // Gives an empty pipe back.
  void GiveBack(Pipe pipe) ABSL_LOCKS_EXCLUDED(mu_);

  // Closes a pipe that still has bytes in it.
  static void Discard(Pipe pipe);

 private:
  Mutex mu_;
  std::vector<Pipe> free_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_GATE_PIPE_POOL_H_
