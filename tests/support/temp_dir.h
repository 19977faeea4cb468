// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_SUPPORT_TEMP_DIR_H_
#define PULLGATE_TESTS_SUPPORT_TEMP_DIR_H_

#include <string>

#include "absl/strings/string_view.h"

namespace pullgate {

// A new directory under the test's own, removed with all its contents at the
// end of the scope.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }
  std::string File(absl::string_view name) const;

 private:
  std::string path_;
};

// The contents of a file; the test fails if there is none.
std::string ReadFile(const std::string& path);

// Creates or replaces a file.
void WriteFile(const std::string& path, absl::string_view contents);

}  // namespace pullgate

#endif  // PULLGATE_TESTS_SUPPORT_TEMP_DIR_H_
