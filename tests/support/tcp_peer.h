// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Hand-driven ends of TCP connections on loopback, for tests that say byte by
// byte what a client or a server does. Nothing blocks for longer than ten
// seconds: what does not come by then is as if the peer had closed.

#ifndef PULLGATE_TESTS_SUPPORT_TCP_PEER_H_
#define PULLGATE_TESTS_SUPPORT_TCP_PEER_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace pullgate {

// One end of a connection. Move-only; closes at the end of its scope. One
// thread may read while another writes.
class TcpPeer {
 public:
  // To 127.0.0.1; is_open() tells whether it worked.
  static TcpPeer ConnectTo(uint16_t port);

  TcpPeer() = default;
  explicit TcpPeer(int fd);
  TcpPeer(TcpPeer&& other) noexcept;
  TcpPeer& operator=(TcpPeer&& other) noexcept;
  ~TcpPeer() { Close(); }

  bool is_open() const { return fd_ >= 0; }
  int fd() const { return fd_; }

  // False: the peer takes no more.
  bool Send(absl::string_view bytes);
  // Everything up to and with `end`, or up to the end of the connection. What
  // comes behind is kept.
  std::string ReadUntil(absl::string_view end);
  // That many bytes, or fewer at the end of the connection.
  std::string Read(size_t size);
  // All there is until the peer says that it has no more.
  std::string ReadAll();
  // Whether the peer ended the connection, in whatever way, without sending
  // more.
  bool IsEnded() { return ReadAll().empty(); }

  // Says that no more comes.
  void ShutdownSend();
  // Ends it so that the peer gets a reset.
  void Reset();
  void Close();

 private:
  // False: the end.
  bool Fill();

  int fd_ = -1;
  std::string kept_;
};

// A server's socket on a free port of 127.0.0.1, from construction on.
class TcpListener {
 public:
  TcpListener();
  ~TcpListener();
  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;

  uint16_t port() const { return port_; }
  // Waits for the next connection; not open if none came.
  TcpPeer Accept() const;
  // Whether nobody has connected so far.
  bool IsUntouched() const;
  // From now on connections are refused.
  void Close();

 private:
  int fd_ = -1;
  uint16_t port_ = 0;
};

}  // namespace pullgate

#endif  // PULLGATE_TESTS_SUPPORT_TCP_PEER_H_
