// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/fakes/bad_wire.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace pullgate {
namespace {

void DieUnless(bool condition, const char* what) {
  if (condition) return;
  std::perror(what);
  std::abort();
}

sockaddr_in Loopback(uint16_t port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

int TcpSocket() { return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); }

}  // namespace

BadWire::BadWire(uint16_t target_port, const Options& options)
    : target_port_(target_port),
      options_(options),
      listener_(TcpSocket()),
      stopper_(eventfd(0, EFD_CLOEXEC)) {
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof(address);
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  DieUnless(bind(listener_, any, size) == 0, "bind");
  DieUnless(listen(listener_, 16) == 0, "listen");
  DieUnless(getsockname(listener_, any, &size) == 0, "getsockname");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Run(); });
}

BadWire::~BadWire() {
  const uint64_t one = 1;
  DieUnless(write(stopper_, &one, sizeof(one)) == sizeof(one), "eventfd");
  thread_.join();
  close(listener_);
  close(stopper_);
}

void BadWire::Run() {
  while (true) {
    pollfd fds[] = {{listener_, POLLIN, 0}, {stopper_, POLLIN, 0}};
    if (poll(fds, 2, -1) < 0) continue;
    if (fds[1].revents != 0) return;
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    const int server = TcpSocket();
    sockaddr_in target = Loopback(target_port_);
    if (connect(server, reinterpret_cast<sockaddr*>(&target), sizeof(target)) ==
        0) {
      Carry(client, server);
    }
    close(client);
    close(server);
  }
}

void BadWire::Carry(int client, int server) {
  const int on = 1;
  setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  int passed = 0;
  while (true) {
    pollfd fds[] = {
        {client, POLLIN, 0}, {server, POLLIN, 0}, {stopper_, POLLIN, 0}};
    if (poll(fds, 3, -1) < 0) continue;
    if (fds[2].revents != 0) return;
    if (fds[0].revents != 0) {
      char data[4096];
      const ssize_t size = recv(client, data, sizeof(data), 0);
      if (size <= 0) return;
      if (send(server, data, size, MSG_NOSIGNAL) != size) return;
    }
    if (fds[1].revents != 0 && !PassToClient(client, server, &passed)) return;
  }
}

bool BadWire::PassToClient(int client, int server, int* passed) {
  char byte = 0;
  if (*passed >= options_.reset_after) {
    ++resets_;
    const linger now = {1, 0};
    setsockopt(client, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    return false;
  }
  if (recv(server, &byte, 1, 0) != 1) return false;
  if (send(client, &byte, 1, MSG_NOSIGNAL) != 1) return false;
  ++*passed;
  return !Pause();
}

bool BadWire::Pause() const {
  if (options_.pause_millis == 0) return false;
  pollfd stop = {stopper_, POLLIN, 0};
  return poll(&stop, 1, options_.pause_millis) > 0;
}

}  // namespace pullgate
