// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/audit/event_hash.h"

#include <openssl/sha.h>

#include <algorithm>

#include "absl/strings/escaping.h"

namespace pullgate {
namespace {

constexpr uint8_t kLeaf = 0x00;

absl::string_view View(const EventHash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

}  // namespace

// The low-level calls: they cannot fail, and cost half of what EVP does for a
// message of this size.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
EventHash HashEvent(absl::string_view recorded) {
  SHA256_CTX context;
  EventHash hash;
  SHA256_Init(&context);
  SHA256_Update(&context, &kLeaf, 1);
  SHA256_Update(&context, recorded.data(), recorded.size());
  SHA256_Final(hash.data(), &context);
  return hash;
}
#pragma clang diagnostic pop

std::string ToBytes(const EventHash& hash) { return std::string(View(hash)); }

std::optional<EventHash> EventHashFromBytes(absl::string_view bytes) {
  EventHash hash;
  if (bytes.size() != hash.size()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

std::string ToHex(const EventHash& hash) {
  return absl::BytesToHexString(View(hash));
}

}  // namespace pullgate
