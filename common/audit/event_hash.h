// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_AUDIT_EVENT_HASH_H_
#define PULLGATE_COMMON_AUDIT_EVENT_HASH_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace pullgate {

// A SHA-256 hash of an event or of a node of the tree over events.
using EventHash = std::array<uint8_t, 32>;

// The hash of an event that was recorded in these bytes: SHA-256 over 0x00 and
// the bytes, the hash of a leaf in RFC 9162, section 2.1.1. Serves both the
// chain of an agent's events and the ledger's tree.
EventHash HashEvent(absl::string_view recorded);

// As fields and columns hold it: 32 bytes.
std::string ToBytes(const EventHash& hash);
// Nullopt: it has not 32 bytes.
std::optional<EventHash> EventHashFromBytes(absl::string_view bytes);

// Lower-case hex.
std::string ToHex(const EventHash& hash);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_AUDIT_EVENT_HASH_H_
