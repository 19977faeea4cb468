// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_IDENTITY_VCH_ID_H_
#define PULLGATE_COMMON_IDENTITY_VCH_ID_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace pullgate {

// The id of a virtual container host: 1-63 letters, digits, '.', '_' and '-',
// starting and ending with a letter or digit; case-sensitive. It is the last
// segment of "vchs/{vch}" and of the agent's SPIFFE id.
class VchId {
 public:
  // Parses the bare id.
  static absl::StatusOr<VchId> Parse(absl::string_view text);
  // Parses "vchs/{vch}". InvalidArgument suggests that form for a bare id.
  static absl::StatusOr<VchId> ParseName(absl::string_view name);
  // Parses "vchs/{vch}/policy".
  static absl::StatusOr<VchId> ParsePolicyName(absl::string_view name);

  const std::string& text() const { return text_; }
  std::string Name() const;        // "vchs/{vch}"
  std::string PolicyName() const;  // "vchs/{vch}/policy"

  friend bool operator==(const VchId& a, const VchId& b) {
    return a.text_ == b.text_;
  }
  friend bool operator!=(const VchId& a, const VchId& b) { return !(a == b); }
  friend bool operator<(const VchId& a, const VchId& b) {
    return a.text_ < b.text_;
  }
  template <typename H>
  friend H AbslHashValue(H h, const VchId& id) {
    return H::combine(std::move(h), id.text_);
  }

 private:
  explicit VchId(std::string text) : text_(std::move(text)) {}

  std::string text_;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_IDENTITY_VCH_ID_H_
