// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_REGISTRY_DNS_NAME_H_
#define PULLGATE_COMMON_REGISTRY_DNS_NAME_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace pullgate {

// A DNS name in canonical form: lower-case ASCII labels of letters, digits and
// inner hyphens, 1-63 bytes each, at most 253 in all, no trailing dot. Exists
// only if it parsed; compares equal however it was spelled.
class DnsName {
 public:
  // Accepts the spellings of docs/semantics.md §1: any case, one trailing dot,
  // the ideographic full stops as dots, and internationalised labels (IDNA 2008
  // non-transitional, RFC 5891). InvalidArgument says which label is wrong and
  // why. A name whose last label is a number is not a name.
  static absl::StatusOr<DnsName> Parse(absl::string_view text);

  const std::string& text() const { return text_; }
  // Whether it has one label only, as "localhost" or "registry".
  bool is_single_label() const { return text_.find('.') == std::string::npos; }

  friend bool operator==(const DnsName& a, const DnsName& b) {
    return a.text_ == b.text_;
  }
  friend bool operator!=(const DnsName& a, const DnsName& b) {
    return !(a == b);
  }
  friend bool operator<(const DnsName& a, const DnsName& b) {
    return a.text_ < b.text_;
  }
  template <typename H>
  friend H AbslHashValue(H h, const DnsName& name) {
    return H::combine(std::move(h), name.text_);
  }

 private:
  explicit DnsName(std::string text) : text_(std::move(text)) {}

  std::string text_;
};

// Whether a label is a number as address parsers read one: decimal digits, or
// "0x" and hex digits. A name never ends with such a label.
bool IsNumericLabel(absl::string_view label);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_REGISTRY_DNS_NAME_H_
