// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_RPC_TLS_DIRECTORY_H_
#define PULLGATE_COMMON_RPC_TLS_DIRECTORY_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/rpc/tls_material.h"

namespace pullgate {

// A directory of this process alone, through which gRPC is handed TLS material:
// its file watcher reads paths, and wants certificate and key to change
// together. They do, by the renaming of one symbolic link:
//
//   pullgate-tls-XXXXXX/           0700
//     current -> 2
//     1/ 2/ {certificate,key,ca}.pem   the one before, and the present one
//
// Removed with everything in it when destroyed. A lock on it, which ends with
// the process however that ends, tells the next process which directories are
// abandoned: it removes those. Not thread-safe.
class TlsDirectory {
 public:
  // Makes one under `parent`. Empty: the first of $RUNTIME_DIRECTORY (systemd),
  // /dev/shm and /tmp that can be written, preferring what is memory: a private
  // key is kept there.
  static absl::StatusOr<std::unique_ptr<TlsDirectory>> Create(
      const std::string& parent = "");
  ~TlsDirectory();
  TlsDirectory(const TlsDirectory&) = delete;
  TlsDirectory& operator=(const TlsDirectory&) = delete;

  // Makes `material` the present one. On an error the one before stays.
  absl::Status Publish(const TlsMaterial& material);

  // For gRPC. Not there before the first Publish().
  TlsFilePaths paths() const;
  const std::string& path() const { return path_; }

 private:
  TlsDirectory(std::string path, int lock_fd)
      : path_(std::move(path)), lock_fd_(lock_fd) {}

  std::string GenerationPath(int generation) const;

  const std::string path_;
  const int lock_fd_;
  int generation_ = 0;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_RPC_TLS_DIRECTORY_H_
