// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_PROCESS_SIGNALS_H_
#define PULLGATE_COMMON_PROCESS_SIGNALS_H_

#include <functional>
#include <initializer_list>
#include <memory>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pullgate {

// Blocks these signals in the calling thread and in all that it starts
// afterwards, and ignores SIGPIPE: call it first in main(), or a thread of some
// library gets the signal and the process dies of it.
absl::Status BlockSignals(std::initializer_list<int> signals);

// Turns blocked signals into calls of a function, on a thread of its own: there
// is no signal handler, so the function may lock, log and wait. It runs for one
// signal at a time; of those that come meanwhile, equal ones are one.
class SignalWatcher {
 public:
  // `on_signal` is called with the signal's number. The signals must be
  // blocked.
  static absl::StatusOr<std::unique_ptr<SignalWatcher>> Start(
      std::initializer_list<int> signals, std::function<void(int)> on_signal);
  // Waits for a call under way. Not from `on_signal`.
  ~SignalWatcher();
  SignalWatcher(const SignalWatcher&) = delete;
  SignalWatcher& operator=(const SignalWatcher&) = delete;

 private:
  SignalWatcher(int signal_fd, int stop_fd, std::function<void(int)> on_signal);

  void Work();

  const int signal_fd_;
  const int stop_fd_;
  const std::function<void(int)> on_signal_;
  std::thread thread_;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_PROCESS_SIGNALS_H_
