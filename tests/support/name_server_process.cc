// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/name_server_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "absl/strings/match.h"

namespace pullgate {
namespace {

// Somebody else may take a port between our finding it free and its start.
constexpr int kPortsToTry = 10;

uint16_t FreePort() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(fd, generic, size) != 0 || getsockname(fd, generic, &size) != 0) {
    std::abort();
  }
  close(fd);
  return ntohs(address.sin_port);
}

// In the child; only async-signal-safe calls.
[[noreturn]] void Execute(char** argv, int log) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(log, STDERR_FILENO);
  execv(argv[0], argv);
  _exit(127);
}

// Reads its log until it says that it is ready, or ends.
bool Started(int log, const std::string& ready, std::string& text) {
  char chunk[512];
  ssize_t size = 0;
  while ((size = read(log, chunk, sizeof(chunk))) > 0) {
    text.append(chunk, size);
    if (absl::StrContains(text, ready)) return true;
  }
  return false;
}

}  // namespace

std::unique_ptr<NameServerProcess> NameServerProcess::Start(
    const std::string& program, const Arguments& arguments,
    const std::string& ready) {
  if (access(program.c_str(), X_OK) != 0) return nullptr;
  std::string log;
  for (int i = 0; i < kPortsToTry; ++i) {
    const uint16_t port = FreePort();
    std::vector<std::string> words = arguments(port);
    words.insert(words.begin(), program);
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
    const pid_t pid = fork();
    if (pid < 0) std::abort();
    if (pid == 0) Execute(argv.data(), ends[1]);
    close(ends[1]);
    std::unique_ptr<NameServerProcess> server(new NameServerProcess(pid, port));
    const bool started = Started(ends[0], ready, log);
    // Its log has nowhere to go from here; it goes on without.
    close(ends[0]);
    if (started) return server;
  }
  std::fprintf(stderr, "%s does not start: %s\n", program.c_str(), log.c_str());
  std::abort();
}

NameServerProcess::~NameServerProcess() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

}  // namespace pullgate
