// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_RPC_UNIX_SOCKET_H_
#define PULLGATE_COMMON_RPC_UNIX_SOCKET_H_

#include <sys/types.h>

#include <string>

#include "absl/status/status.h"

namespace pullgate {

// Makes the place for a Unix socket that a server is about to listen on:
// * makes its directory, 0750, if it is not there (its parent must be);
// * removes a socket that a process which is gone left behind.
//
// InvalidArgument: the path is relative or longer than the 107 bytes a socket
// address holds. FailedPrecondition: what is there is no socket, or everyone
// may write to the directory and so replace the socket. AlreadyExists: some
// process listens there.
absl::Status PrepareUnixSocket(const std::string& path);

// Sets the umask of the process for as long as it lives: gRPC makes a socket
// with the access that the umask leaves, when the server is built. No other
// thread may make files meanwhile.
//
//   {
//     ScopedUmask umask(kSocketUmask);
//     server = builder->BuildAndStart();
//   }
class ScopedUmask {
 public:
  explicit ScopedUmask(mode_t mask);
  ~ScopedUmask();
  ScopedUmask(const ScopedUmask&) = delete;
  ScopedUmask& operator=(const ScopedUmask&) = delete;

 private:
  const mode_t before_;
};

// Leaves 0660: read and write for owner and group.
inline constexpr mode_t kSocketUmask = 0117;

}  // namespace pullgate

#endif  // PULLGATE_COMMON_RPC_UNIX_SOCKET_H_
