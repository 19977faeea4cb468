// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/files/read_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"

namespace pullgate {
namespace {

absl::Status CheckIsFile(int fd, const std::string& path) {
  struct stat info = {};
  if (fstat(fd, &info) != 0) return FileError(errno, path, "inspect");
  if (S_ISREG(info.st_mode)) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(path, ": expected a file, found ",
                   S_ISDIR(info.st_mode) ? "a directory" : "something else"));
}

}  // namespace

absl::Status FileError(int error_number, absl::string_view path,
                       absl::string_view what) {
  return absl::ErrnoToStatus(error_number,
                             absl::StrCat(path, ": cannot ", what));
}

absl::StatusOr<std::string> ReadFile(const std::string& path,
                                     size_t max_bytes) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return FileError(errno, path, "open");
  const auto closer = absl::MakeCleanup([fd] { close(fd); });
  PULLGATE_RETURN_IF_ERROR(CheckIsFile(fd, path));
  std::string contents;
  char buffer[16 * 1024];
  for (;;) {
    const ssize_t count = read(fd, buffer, sizeof(buffer));
    if (count == 0) return contents;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return FileError(errno, path, "read");
    contents.append(buffer, static_cast<size_t>(count));
    if (contents.size() > max_bytes) {
      return absl::FailedPreconditionError(
          absl::StrCat(path, ": larger than ", max_bytes, " bytes"));
    }
  }
}

}  // namespace pullgate
