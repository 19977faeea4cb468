// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/gate/byte_pump.h"

#include <fcntl.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

namespace pullgate::agent {
namespace {

// Asked of one splice; it gives what there is, up to the size of the pipe.
constexpr uint64_t kMost = 1024 * 1024;
// Splices in a row before others on this thread get a turn.
constexpr int kRounds = 16;

// -1 with errno.
ssize_t Splice(int from, int to, size_t most) {
  ssize_t moved = 0;
  do {
    moved = splice(from, nullptr, to, nullptr, most,
                   SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
  } while (moved < 0 && errno == EINTR);
  return moved;
}

}  // namespace

BytePump::~BytePump() { DropPipe(); }

void BytePump::Start(uint64_t limit, std::shared_ptr<void> owner,
                     std::function<void(End)> done) {
  left_ = limit;
  owner_ = owner;
  done_ = std::move(done);
  if (left_ == 0) {
    asio::post(from_->get_executor(),
               [this, owner = std::move(owner)] { Finish(End::kLimit); });
    return;
  }
  AwaitSource();
}

void BytePump::AwaitSource() {
  from_->async_wait(Socket::wait_read,
                    [this, owner = owner_.lock()](const ErrorCode& error) {
                      if (error) return Finish(End::kFailed);
                      Move();
                    });
}

void BytePump::AwaitSink() {
  to_->async_wait(Socket::wait_write,
                  [this, owner = owner_.lock()](const ErrorCode& error) {
                    if (error) return Finish(End::kFailed);
                    if (Push()) Move();
                  });
}

void BytePump::Move() {
  if (!from_->is_open() || !to_->is_open()) return Finish(End::kFailed);
  for (int round = 0; round < kRounds; ++round) {
    if (left_ == 0) return Finish(End::kLimit);
    if (!pipe_.is_open()) pipe_ = pipes_->Take();
    if (!pipe_.is_open()) return Finish(End::kFailed);
    const ssize_t taken =
        Splice(from_->native_handle(), pipe_.write, std::min(left_, kMost));
    if (taken == 0) return Finish(End::kSourceEnded);
    if (taken < 0 && errno != EAGAIN) return Finish(End::kFailed);
    if (taken < 0) {
      DropPipe();
      return AwaitSource();
    }
    in_pipe_ = static_cast<size_t>(taken);
    if (!Push()) return;
  }
  asio::post(from_->get_executor(), [this, owner = owner_.lock()] { Move(); });
}

bool BytePump::Push() {
  if (!to_->is_open()) {
    Finish(End::kFailed);
    return false;
  }
  while (in_pipe_ > 0) {
    const ssize_t given = Splice(pipe_.read, to_->native_handle(), in_pipe_);
    if (given < 0 && errno == EAGAIN) {
      AwaitSink();
      return false;
    }
    if (given <= 0) {
      Finish(End::kFailed);
      return false;
    }
    in_pipe_ -= static_cast<size_t>(given);
    bytes_ += static_cast<uint64_t>(given);
    left_ -= static_cast<uint64_t>(given);
    moved_();
  }
  return true;
}

void BytePump::Finish(End end) {
  DropPipe();
  const std::function<void(End)> done = std::move(done_);
  done(end);
}

void BytePump::DropPipe() {
  if (!pipe_.is_open()) return;
  if (in_pipe_ == 0) {
    pipes_->GiveBack(pipe_);
  } else {
    PipePool::Discard(pipe_);
  }
  pipe_ = PipePool::Pipe();
  in_pipe_ = 0;
}

}  // namespace pullgate::agent
