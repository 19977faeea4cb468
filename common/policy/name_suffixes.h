// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_NAME_SUFFIXES_H_
#define PULLGATE_COMMON_POLICY_NAME_SUFFIXES_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace pullgate {

// A canonical name with its suffixes of whole labels and a hash of each, made
// in one pass from the end, so that looking up all of them costs little more
// than looking up one. On the stack; allocates nothing.
class NameSuffixes {
 public:
  // Of 253 bytes. Names of more are cut in fewer places.
  static constexpr int kMaxLabels = 127;

  // The text of `name` outlives this.
  explicit NameSuffixes(absl::string_view name);

  NameSuffixes(const NameSuffixes&) = delete;
  NameSuffixes& operator=(const NameSuffixes&) = delete;

  absl::string_view name() const { return name_; }
  int labels() const { return labels_; }

  // Of the whole name.
  uint64_t hash() const { return HashOf(labels_); }
  // Of the last `labels` labels, 1 to labels(): the hash that a NameSuffixes of
  // them alone has as a whole.
  uint64_t HashOf(int labels) const { return hashes_[labels - 1]; }
  absl::string_view Suffix(int labels) const {
    return name_.substr(begins_[labels - 1]);
  }

 private:
  absl::string_view name_;
  int labels_;
  // By labels; as many as there are. The rest is left as it is: it would be
  // most of the work.
  std::array<uint64_t, kMaxLabels> hashes_;
  std::array<uint32_t, kMaxLabels> begins_;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_NAME_SUFFIXES_H_
