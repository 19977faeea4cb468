// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_GATE_BYTE_PUMP_H_
#define PULLGATE_AGENT_GATE_BYTE_PUMP_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>

#include "agent/gate/asio.h"
#include "agent/gate/pipe_pool.h"

namespace pullgate::agent {

// Moves bytes from one socket to another with splice(2): the kernel hands the
// pages on, nobody copies them. Takes no more than the other side takes, and
// while nothing comes it holds neither buffer nor pipe.
//
// Runs on the strand of the sockets. Nothing is owned; all outlives it.
class BytePump {
 public:
  enum class End {
    kSourceEnded,  // orderly
    kLimit,        // all that was to be moved
    kFailed,       // either side, or this machine
  };
  static constexpr uint64_t kNoLimit = std::numeric_limits<uint64_t>::max();

  // `moved` is called whenever something has.
  BytePump(Socket* from, Socket* to, PipePool* pipes,
           std::function<void()> moved)
      : from_(from), to_(to), pipes_(pipes), moved_(std::move(moved)) {}
  ~BytePump();
  BytePump(const BytePump&) = delete;
  BytePump& operator=(const BytePump&) = delete;

  // Once at a time. `done` is called when it ends, not before this returns;
  // `owner`, which this is a part of, is kept alive until then. To stop it,
  // close a socket.
  void Start(uint64_t limit, std::shared_ptr<void> owner,
             std::function<void(End)> done);

  uint64_t bytes() const { return bytes_; }  // in all

 private:
  void AwaitSource();
  void AwaitSink();
  void Move();
  // Empties the pipe. False: it waits, or has ended.
  bool Push();
  void Finish(End end);
  void DropPipe();

  Socket* const from_;
  Socket* const to_;
  PipePool* const pipes_;
  const std::function<void()> moved_;

  // What waits holds it. This must not: a wait that is forgotten, as when the
  // gate ends, would leave the owner holding itself.
  std::weak_ptr<void> owner_;
  std::function<void(End)> done_;
  uint64_t left_ = 0;
  uint64_t bytes_ = 0;
  PipePool::Pipe pipe_;
  size_t in_pipe_ = 0;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_GATE_BYTE_PUMP_H_
