// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/process/signals.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "absl/memory/memory.h"

namespace pullgate {
namespace {

sigset_t SetOf(std::initializer_list<int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) sigaddset(&set, signal);
  return set;
}

}  // namespace

absl::Status BlockSignals(std::initializer_list<int> signals) {
  // A peer that hangs up is an error of that write, not the process's end.
  signal(SIGPIPE, SIG_IGN);
  const sigset_t set = SetOf(signals);
  if (const int error = pthread_sigmask(SIG_BLOCK, &set, nullptr); error != 0) {
    return absl::ErrnoToStatus(error, "cannot block signals");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<SignalWatcher>> SignalWatcher::Start(
    std::initializer_list<int> signals, std::function<void(int)> on_signal) {
  const sigset_t set = SetOf(signals);
  const int signal_fd = signalfd(-1, &set, SFD_CLOEXEC);
  if (signal_fd < 0)
    return absl::ErrnoToStatus(errno, "cannot wait for signals");
  const int stop_fd = eventfd(0, EFD_CLOEXEC);
  if (stop_fd < 0) {
    const int error = errno;
    close(signal_fd);
    return absl::ErrnoToStatus(error, "cannot wait for signals");
  }
  return absl::WrapUnique(
      new SignalWatcher(signal_fd, stop_fd, std::move(on_signal)));
}

SignalWatcher::SignalWatcher(int signal_fd, int stop_fd,
                             std::function<void(int)> on_signal)
    : signal_fd_(signal_fd),
      stop_fd_(stop_fd),
      on_signal_(std::move(on_signal)) {
  thread_ = std::thread([this] { Work(); });
}

SignalWatcher::~SignalWatcher() {
  const uint64_t one = 1;
  // Cannot fail: the counter of an eventfd of ours is far from full.
  (void)!write(stop_fd_, &one, sizeof(one));
  thread_.join();
  close(signal_fd_);
  close(stop_fd_);
}

void SignalWatcher::Work() {
  for (;;) {
    pollfd fds[] = {{signal_fd_, POLLIN, 0}, {stop_fd_, POLLIN, 0}};
    if (poll(fds, 2, -1) < 0 && errno != EINTR) return;
    if (fds[1].revents != 0) return;
    if (fds[0].revents == 0) continue;
    signalfd_siginfo info = {};
    if (read(signal_fd_, &info, sizeof(info)) == sizeof(info)) {
      on_signal_(static_cast<int>(info.ssi_signo));
    }
  }
}

}  // namespace pullgate
