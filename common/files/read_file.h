// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_FILES_READ_FILE_H_
#define PULLGATE_COMMON_FILES_READ_FILE_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace pullgate {

// The contents of a regular file of at most `max_bytes`. NotFound,
// PermissionDenied, FailedPrecondition (a directory, a device, too large) and
// the like name the file. Never waits for a FIFO's writer.
absl::StatusOr<std::string> ReadFile(const std::string& path, size_t max_bytes);

// The status for a failed system call on `path`: "/etc/x: cannot open: No such
// file or directory". NotFound for ENOENT, and so on.
absl::Status FileError(int error_number, absl::string_view path,
                       absl::string_view what);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_FILES_READ_FILE_H_
