// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/tls_directory.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/memory/memory.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/files/read_file.h"
#include "common/status/status_macros.h"

namespace pullgate {
namespace {

constexpr char kCertificate[] = "/certificate.pem";
constexpr char kKey[] = "/key.pem";
constexpr char kCa[] = "/ca.pem";
constexpr char kPrefix[] = "pullgate-tls-";
constexpr int kAttempts = 5;

std::vector<std::string> DefaultParents() {
  std::vector<std::string> parents;
  if (const char* runtime = getenv("RUNTIME_DIRECTORY"); runtime != nullptr) {
    parents.emplace_back(runtime);
  }
  parents.insert(parents.end(), {"/dev/shm", "/tmp"});
  return parents;
}

// `number` becomes the file's time in seconds: the watcher compares times to
// notice that a file changed while it was reading, and two generations of the
// same second must not look alike.
absl::Status WriteFile(const std::string& path, absl::string_view contents,
                       int number) {
  const int fd = open(
      path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return FileError(errno, path, "create");
  const auto closer = absl::MakeCleanup([fd] { close(fd); });
  while (!contents.empty()) {
    const ssize_t count = write(fd, contents.data(), contents.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return FileError(errno, path, "write");
    contents.remove_prefix(static_cast<size_t>(count));
  }
  const timespec time = {number, 0};
  const timespec times[] = {time, time};
  if (futimens(fd, times) != 0) return FileError(errno, path, "date");
  return absl::OkStatus();
}

void RemoveAll(const std::string& path) {
  std::error_code ignored;  // what is left is in a directory that nobody reads
  std::filesystem::remove_all(path, ignored);
}

// -1: it is not there, not ours, or another process holds it.
int LockDirectory(const std::string& path) {
  const int fd =
      open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return -1;
  struct stat locked = {};
  struct stat found = {};
  // Between opening and locking it another process may have removed it.
  if (fstat(fd, &locked) == 0 && locked.st_uid == geteuid() &&
      flock(fd, LOCK_EX | LOCK_NB) == 0 && lstat(path.c_str(), &found) == 0 &&
      found.st_dev == locked.st_dev && found.st_ino == locked.st_ino) {
    return fd;
  }
  close(fd);
  return -1;
}

// Processes that were killed leave their keys behind.
void RemoveAbandoned(const std::string& parent) {
  std::vector<std::string> candidates;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(parent, error), end;
       !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename();
    if (absl::StartsWith(name, kPrefix)) candidates.push_back(entry->path());
  }
  for (const std::string& path : candidates) {
    const int fd = LockDirectory(path);
    if (fd < 0) continue;
    RemoveAll(path);
    close(fd);
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<TlsDirectory>> TlsDirectory::Create(
    const std::string& parent) {
  const std::vector<std::string> parents =
      parent.empty() ? DefaultParents() : std::vector<std::string>{parent};
  absl::Status status;
  for (const std::string& candidate : parents) {
    RemoveAbandoned(candidate);
    // Until it is locked, a process that starts now may take it for abandoned.
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      std::string path = absl::StrCat(candidate, "/", kPrefix, "XXXXXX");
      if (mkdtemp(path.data()) == nullptr) {
        status = FileError(errno, candidate, "make a directory for keys");
        break;
      }
      const int fd = LockDirectory(path);
      if (fd >= 0) return absl::WrapUnique(new TlsDirectory(path, fd));
      status = absl::UnavailableError(
          absl::StrCat(path, ": cannot lock the directory for keys"));
    }
  }
  return status;
}

TlsDirectory::~TlsDirectory() {
  RemoveAll(path_);
  close(lock_fd_);
}

std::string TlsDirectory::GenerationPath(int generation) const {
  return absl::StrCat(path_, "/", generation);
}

absl::Status TlsDirectory::Publish(const TlsMaterial& material) {
  const int next = generation_ + 1;
  const std::string directory = GenerationPath(next);
  RemoveAll(directory);  // of an attempt that failed
  if (mkdir(directory.c_str(), 0700) != 0) {
    return FileError(errno, directory, "create");
  }
  PULLGATE_RETURN_IF_ERROR(
      WriteFile(directory + kCertificate, material.certificate_pem, next));
  PULLGATE_RETURN_IF_ERROR(WriteFile(directory + kKey, material.key_pem, next));
  PULLGATE_RETURN_IF_ERROR(WriteFile(directory + kCa, material.ca_pem, next));

  const std::string link = path_ + "/current";
  const std::string new_link = path_ + "/next";
  unlink(new_link.c_str());
  if (symlink(absl::StrCat(next).c_str(), new_link.c_str()) != 0) {
    return FileError(errno, new_link, "create");
  }
  if (rename(new_link.c_str(), link.c_str()) != 0) {
    return FileError(errno, link, "replace");
  }
  // The one before may be being read at this moment; the one before that not.
  RemoveAll(GenerationPath(generation_ - 1));
  generation_ = next;
  return absl::OkStatus();
}

TlsFilePaths TlsDirectory::paths() const {
  const std::string current = path_ + "/current";
  return {current + kCertificate, current + kKey, current + kCa};
}

}  // namespace pullgate
