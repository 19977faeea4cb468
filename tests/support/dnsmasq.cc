// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/dnsmasq.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pwd.h>
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

constexpr char kProgram[] = "/usr/sbin/dnsmasq";
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

std::vector<std::string> Arguments(uint16_t port,
                                   const std::vector<std::string>& records) {
  std::vector<std::string> arguments = {kProgram,
                                        "--keep-in-foreground",
                                        "--conf-file=/dev/null",
                                        "--log-facility=-",
                                        "--pid-file",
                                        absl::StrCat("--port=", port),
                                        "--listen-address=127.0.0.1",
                                        "--bind-interfaces",
                                        "--no-resolv",
                                        "--no-hosts",
                                        "--local=/example/",
                                        "--local=/in-addr.arpa/",
                                        "--local=/ip6.arpa/"};
  // Else it gives up root for a user that this machine may not have.
  if (const passwd* user = getpwuid(geteuid()); user != nullptr) {
    arguments.push_back(absl::StrCat("--user=", user->pw_name));
    arguments.emplace_back("--group=");
  }
  arguments.insert(arguments.end(), records.begin(), records.end());
  return arguments;
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
    if (absl::StrContains(text, "cleared cache")) return true;
  }
  return false;
}

}  // namespace

std::unique_ptr<Dnsmasq> Dnsmasq::Start(
    const std::vector<std::string>& records) {
  if (access(kProgram, X_OK) != 0) return nullptr;
  std::string log;
  for (int i = 0; i < kPortsToTry; ++i) {
    const uint16_t port = FreePort();
    std::vector<std::string> arguments = Arguments(port, records);
    std::vector<char*> argv;
    argv.reserve(arguments.size() + 1);
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
    const pid_t pid = fork();
    if (pid < 0) std::abort();
    if (pid == 0) Execute(argv.data(), ends[1]);
    close(ends[1]);
    std::unique_ptr<Dnsmasq> dnsmasq(new Dnsmasq(pid, port));
    const bool started = Started(ends[0], log);
    // Its log has nowhere to go from here; it goes on without.
    close(ends[0]);
    if (started) return dnsmasq;
  }
  std::fprintf(stderr, "dnsmasq does not start: %s\n", log.c_str());
  std::abort();
}

Dnsmasq::~Dnsmasq() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

}  // namespace pullgate
