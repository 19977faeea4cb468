// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/gate/pipe_pool.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>

namespace pullgate::agent {
namespace {

// Kept for reuse; as many transfers as two cores do well at once.
constexpr size_t kMaxFree = 64;
// What one pipe holds. The kernel bounds it per user, and refuses in silence.
constexpr int kPipeBytes = 512 * 1024;

}  // namespace

PipePool::~PipePool() {
  MutexLock lock(&mu_);
  for (const Pipe pipe : free_) Discard(pipe);
}

PipePool::Pipe PipePool::Take() {
  {
    MutexLock lock(&mu_);
    if (!free_.empty()) {
      const Pipe pipe = free_.back();
      free_.pop_back();
      return pipe;
    }
  }
  std::array<int, 2> ends = {-1, -1};
  if (pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) != 0) return Pipe();
  fcntl(ends[1], F_SETPIPE_SZ, kPipeBytes);
  return {ends[0], ends[1]};
}

void PipePool::GiveBack(Pipe pipe) {
  {
    MutexLock lock(&mu_);
    if (free_.size() < kMaxFree) {
      free_.push_back(pipe);
      return;
    }
  }
  Discard(pipe);
}

void PipePool::Discard(Pipe pipe) {
  close(pipe.read);
  close(pipe.write);
}

}  // namespace pullgate::agent
