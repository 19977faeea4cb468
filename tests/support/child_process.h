// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_SUPPORT_CHILD_PROCESS_H_
#define PULLGATE_TESTS_SUPPORT_CHILD_PROCESS_H_

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace pullgate {

// A forked copy of the test that can be killed without warning, to see what is
// left of what it did. It tells of its progress in lines over a pipe, so that
// the parent kills it at a chosen amount of progress, not at a chosen time.
//
// Fork while the test has one thread. The child may start as many as it likes;
// failed expectations in it are not seen: it has to report.
class ChildProcess {
 public:
  // The child's end of the pipe. Thread-safe.
  class Reporter {
   public:
    explicit Reporter(int fd) : fd_(fd) {}
    // A line of at most 500 bytes. What was reported before the kill arrives.
    void Report(absl::string_view line) const;

   private:
    const int fd_;
  };

  // Runs `body` in the child, which ends when it returns.
  explicit ChildProcess(const std::function<void(const Reporter&)>& body);
  // Kills.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Waits for the next line. Nullopt: the child has ended, and there is none.
  std::optional<std::string> ReadLine();

  // SIGKILL, and waits for the end. Lines reported before can still be read.
  void Kill();

  // Waits for the end; the exit status, or -1 if it was killed.
  int Wait();

 private:
  pid_t pid_;
  int pipe_;
  std::string unread_;
};

}  // namespace pullgate

#endif  // PULLGATE_TESTS_SUPPORT_CHILD_PROCESS_H_
