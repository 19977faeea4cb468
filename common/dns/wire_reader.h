// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_DNS_WIRE_READER_H_
#define PULLGATE_COMMON_DNS_WIRE_READER_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace pullgate {

// Reads a DNS message from front to back, trusting nothing in it.
//
// A read past the end, or of a malformed name, fails the reader: from then on
// ok() is false and every read gives zero or nothing. So a caller may read a
// whole record and ask once. Not thread-safe; the message must outlive it.
class WireReader {
 public:
  explicit WireReader(absl::string_view message, size_t at = 0)
      : message_(message), at_(at) {}

  bool ok() const { return ok_; }
  size_t at() const { return at_; }

  // Network order.
  uint16_t ReadU16();
  uint32_t ReadU32();
  absl::string_view ReadBytes(size_t count);

  // A possibly compressed name (RFC 1035 §4.1.4), as wire_name.h has them.
  // Every pointer must go to a place before the labels that led to it, so that
  // no message can send the reader in circles.
  std::string ReadName();

 private:
  void Fail() { ok_ = false; }

  const absl::string_view message_;
  size_t at_;
  bool ok_ = true;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_DNS_WIRE_READER_H_
