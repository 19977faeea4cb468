// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_FUZZ_REQUIRE_H_
#define PULLGATE_TESTS_FUZZ_REQUIRE_H_

#include "absl/strings/string_view.h"

namespace pullgate::fuzz {

// Ends the program, which a fuzzer takes for a finding, unless the invariant
// `what` holds; `about` goes to the log.
//
// Whoever links this gets crashing inputs of a Bazel test written to its
// undeclared outputs.
void Require(bool holds, absl::string_view what, absl::string_view about);

}  // namespace pullgate::fuzz

#endif  // PULLGATE_TESTS_FUZZ_REQUIRE_H_
