// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_LEDGER_STABLE_HASH_H_
#define PULLGATE_PDP_LEDGER_STABLE_HASH_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace pullgate::pdp {

// A hash of `bytes` that is the same in every process and release: files hold
// it. Eight bytes at a time are multiplied in and mixed. Finds accidents, not
// forgers.
uint64_t StableHash(uint64_t seed, absl::string_view bytes);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_LEDGER_STABLE_HASH_H_
