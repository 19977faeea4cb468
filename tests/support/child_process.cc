// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/child_process.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace pullgate {

void ChildProcess::Reporter::Report(absl::string_view line) const {
  // One write of less than PIPE_BUF bytes is never torn, by threads or by
  // death.
  const std::string text = absl::StrCat(line, "\n");
  if (write(fd_, text.data(), text.size()) !=
      static_cast<ssize_t>(text.size())) {
    _exit(3);  // the parent is gone
  }
}

ChildProcess::ChildProcess(const std::function<void(const Reporter&)>& body) {
  std::array<int, 2> ends;
  if (pipe(ends.data()) != 0) std::abort();
  pid_ = fork();
  if (pid_ < 0) std::abort();
  if (pid_ == 0) {
    // Not left behind if the test itself is killed.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(ends[0]);
    body(Reporter(ends[1]));
    _exit(0);
  }
  close(ends[1]);
  pipe_ = ends[0];
}

ChildProcess::~ChildProcess() {
  Kill();
  close(pipe_);
}

std::optional<std::string> ChildProcess::ReadLine() {
  while (true) {
    if (const size_t end = unread_.find('\n'); end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    std::array<char, 4096> buffer;
    const ssize_t size = read(pipe_, buffer.data(), buffer.size());
    if (size <= 0) return std::nullopt;
    unread_.append(buffer.data(), size);
  }
}

void ChildProcess::Kill() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  Wait();
}

int ChildProcess::Wait() {
  if (pid_ <= 0) return -1;
  int status = 0;
  EXPECT_EQ(waitpid(pid_, &status, 0), pid_);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace pullgate
