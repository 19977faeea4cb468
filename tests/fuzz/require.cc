// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/fuzz/require.h"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

// Called by libFuzzer before it reads its arguments.
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  const char* const outputs = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR");
  if (outputs == nullptr) return 0;
  static auto& prefix =
      *new std::string(absl::StrCat("-artifact_prefix=", outputs, "/"));
  static auto& arguments = *new std::vector<char*>(*argv, *argv + *argc);
  arguments.push_back(prefix.data());
  *argc = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  *argv = arguments.data();
  return 0;
}

namespace pullgate::fuzz {

void Require(bool holds, absl::string_view what, absl::string_view about) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\nof \"%s\"\n",
               std::string(what).c_str(), absl::CHexEscape(about).c_str());
  std::abort();
}

}  // namespace pullgate::fuzz
