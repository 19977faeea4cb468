// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/unix_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "common/files/read_file.h"
#include "common/status/status_macros.h"

namespace pullgate {
namespace {

absl::Status CheckPath(const std::string& path) {
  constexpr size_t kMaxPath = sizeof(sockaddr_un::sun_path) - 1;
  if (path.empty() || path.front() != '/' || path.back() == '/') {
    return absl::InvalidArgumentError(absl::StrCat(
        "expected the absolute path of a socket, got \"", path, "\""));
  }
  if (path.size() > kMaxPath) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": longer than the ", kMaxPath,
                     " bytes that a socket address holds"));
  }
  return absl::OkStatus();
}

absl::Status PrepareDirectory(const std::string& directory) {
  if (mkdir(directory.c_str(), 0750) != 0 && errno != EEXIST) {
    return FileError(errno, directory, "make the socket's directory");
  }
  struct stat info = {};
  if (stat(directory.c_str(), &info) != 0) {
    return FileError(errno, directory, "inspect");
  }
  if (!S_ISDIR(info.st_mode)) {
    return absl::FailedPreconditionError(
        absl::StrCat(directory, ": expected a directory"));
  }
  if ((info.st_mode & S_IWOTH) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      directory,
      ": everyone may write here, and so replace the socket; put it into a "
      "directory of its own, such as ",
      directory, directory == "/" ? "" : "/", "pullgate"));
}

// Whether a process accepts connections there.
absl::StatusOr<bool> SomebodyListens(const std::string& path) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return absl::ErrnoToStatus(errno, "cannot make a socket");
  const auto closer = absl::MakeCleanup([fd] { close(fd); });
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  memcpy(address.sun_path, path.c_str(), path.size());
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address),
              sizeof(address)) == 0) {
    return true;
  }
  if (errno == ECONNREFUSED) return false;
  if (errno == EAGAIN) return true;  // its queue is full
  return FileError(errno, path, "tell whether a process listens there");
}

absl::Status RemoveStaleSocket(const std::string& path) {
  struct stat info = {};
  if (lstat(path.c_str(), &info) != 0) {
    return errno == ENOENT ? absl::OkStatus()
                           : FileError(errno, path, "inspect");
  }
  if (!S_ISSOCK(info.st_mode)) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, ": exists and is no socket; not removed"));
  }
  PULLGATE_ASSIGN_OR_RETURN(const bool in_use, SomebodyListens(path));
  if (in_use) {
    return absl::AlreadyExistsError(
        absl::StrCat(path, ": another process listens there"));
  }
  if (unlink(path.c_str()) != 0 && errno != ENOENT) {
    return FileError(errno, path, "remove the socket left behind");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status PrepareUnixSocket(const std::string& path) {
  PULLGATE_RETURN_IF_ERROR(CheckPath(path));
  const size_t slash = path.find_last_of('/');
  PULLGATE_RETURN_IF_ERROR(
      PrepareDirectory(slash == 0 ? "/" : path.substr(0, slash)));
  return RemoveStaleSocket(path);
}

ScopedUmask::ScopedUmask(mode_t mask) : before_(umask(mask)) {}

ScopedUmask::~ScopedUmask() { umask(before_); }

}  // namespace pullgate
