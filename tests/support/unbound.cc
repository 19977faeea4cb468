// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/unbound.h"

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
#include "absl/strings/str_cat.h"

namespace pullgate {
namespace {

constexpr char kProgram[] = "/usr/sbin/unbound";
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

std::string Configuration(uint16_t port,
                          const std::vector<std::string>& records,
                          uint16_t forward_port) {
  std::string text = absl::StrCat(
      "server:\n  interface: 127.0.0.1@", port,
      "\n  do-daemonize: no\n  use-syslog: no\n  verbosity: 1\n"
      "  username: \"\"\n  chroot: \"\"\n  directory: \"\"\n  pidfile: \"\"\n"
      "  num-threads: 1\n  do-not-query-localhost: no\n"
      "  module-config: \"iterator\"\n  outgoing-range: 64\n"
      "  local-zone: \"test.\" transparent\n"
      "  local-zone: \"2.0.192.in-addr.arpa.\" transparent\n");
  for (const std::string& record : records) {
    absl::StrAppend(&text, "  local-data: '", record, "'\n");
  }
  if (forward_port != 0) {
    absl::StrAppend(&text, "forward-zone:\n  name: \".\"\n",
                    "  forward-addr: 127.0.0.1@", forward_port, "\n");
  }
  return absl::StrCat(text, "remote-control:\n  control-enable: no\n");
}

// In the child; only async-signal-safe calls.
[[noreturn]] void Execute(char** argv, int log) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(log, STDERR_FILENO);
  execv(kProgram, argv);
  _exit(127);
}

// Reads its log until it says that it started, or ends.
bool Started(int log, std::string& text) {
  char chunk[512];
  ssize_t size = 0;
  while ((size = read(log, chunk, sizeof(chunk))) > 0) {
    text.append(chunk, size);
    if (absl::StrContains(text, "start of service")) return true;
  }
  return false;
}

}  // namespace

std::unique_ptr<Unbound> Unbound::Start(const std::vector<std::string>& records,
                                        uint16_t forward_port) {
  if (access(kProgram, X_OK) != 0) return nullptr;
  std::string log;
  for (int i = 0; i < kPortsToTry; ++i) {
    std::unique_ptr<Unbound> unbound(new Unbound());
    unbound->port_ = FreePort();
    std::string file = unbound->directory_.File("unbound.conf");
    WriteFile(file, Configuration(unbound->port_, records, forward_port));
    std::string program = kProgram;
    std::string in_foreground = "-d";
    std::string configured_by = "-c";
    char* argv[] = {program.data(), in_foreground.data(), configured_by.data(),
                    file.data(), nullptr};
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
    unbound->pid_ = fork();
    if (unbound->pid_ < 0) std::abort();
    if (unbound->pid_ == 0) Execute(argv, ends[1]);
    close(ends[1]);
    const bool started = Started(ends[0], log);
    // Its log has nowhere to go from here; it goes on without.
    close(ends[0]);
    if (started) return unbound;
  }
  std::fprintf(stderr, "unbound does not start: %s\n", log.c_str());
  std::abort();
}

Unbound::~Unbound() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

}  // namespace pullgate
