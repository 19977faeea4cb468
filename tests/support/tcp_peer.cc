// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/tcp_peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace pullgate {
namespace {

constexpr int kPatienceSeconds = 10;

sockaddr_in Loopback(uint16_t port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

const sockaddr* Generic(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

}  // namespace

TcpPeer TcpPeer::ConnectTo(uint16_t port) {
  TcpPeer peer(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = Loopback(port);
  if (connect(peer.fd_, Generic(address), sizeof address) != 0) peer.Close();
  return peer;
}

TcpPeer::TcpPeer(int fd) : fd_(fd) {
  if (fd < 0) return;
  const timeval patience = {kPatienceSeconds, 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

TcpPeer::TcpPeer(TcpPeer&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), kept_(std::move(other.kept_)) {}

TcpPeer& TcpPeer::operator=(TcpPeer&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(kept_, other.kept_);
  return *this;
}

bool TcpPeer::Send(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

bool TcpPeer::Fill() {
  std::array<char, 64 * 1024> bytes;
  ssize_t size = 0;
  do {
    size = recv(fd_, bytes.data(), bytes.size(), 0);
  } while (size < 0 && errno == EINTR);
  if (size <= 0) return false;
  kept_.append(bytes.data(), static_cast<size_t>(size));
  return true;
}

std::string TcpPeer::ReadUntil(absl::string_view end) {
  size_t at = std::string::npos;
  while ((at = kept_.find(end.data(), 0, end.size())) == std::string::npos) {
    if (!Fill()) return std::exchange(kept_, "");
  }
  return Read(at + end.size());
}

std::string TcpPeer::Read(size_t size) {
  while (kept_.size() < size && Fill()) {
  }
  std::string bytes = kept_.substr(0, size);
  kept_.erase(0, size);
  return bytes;
}

std::string TcpPeer::ReadAll() {
  while (Fill()) {
  }
  return std::exchange(kept_, "");
}

void TcpPeer::ShutdownSend() { shutdown(fd_, SHUT_WR); }

void TcpPeer::Reset() {
  const linger now = {1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  Close();
}

void TcpPeer::Close() {
  if (fd_ >= 0) close(std::exchange(fd_, -1));
}

TcpListener::TcpListener()
    : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof address;
  if (bind(fd_, Generic(address), size) == 0 && listen(fd_, 1024) == 0 &&
      getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) == 0) {
    port_ = ntohs(address.sin_port);
  }
}

TcpListener::~TcpListener() { Close(); }

TcpPeer TcpListener::Accept() const {
  pollfd waiting = {fd_, POLLIN, 0};
  if (poll(&waiting, 1, kPatienceSeconds * 1000) != 1) return TcpPeer();
  return TcpPeer(accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC));
}

bool TcpListener::IsUntouched() const {
  pollfd waiting = {fd_, POLLIN, 0};
  return poll(&waiting, 1, 0) == 0;
}

void TcpListener::Close() {
  if (fd_ >= 0) close(std::exchange(fd_, -1));
}

}  // namespace pullgate
