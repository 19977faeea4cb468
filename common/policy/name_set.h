// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_NAME_SET_H_
#define PULLGATE_COMMON_POLICY_NAME_SET_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/policy/name_suffixes.h"

namespace pullgate {

// Canonical DNS names, numbered from 0 in the order of their insertion. Built
// once, then only read: one hash table over one block of text, about 25 bytes
// for a name besides its text. Finding allocates nothing. Thread-compatible.
class NameSet {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  NameSet();

  // The number of `name`, new or not. Numbers stay.
  uint32_t Insert(absl::string_view name);
  // kNone if it was not inserted.
  uint32_t Find(absl::string_view name) const;
  // `hash`: as NameSuffixes says.
  uint32_t Find(absl::string_view name, uint64_t hash) const {
    return slots_[SlotOf(name, Tag(hash))].number;
  }
  // Has the memory that Find() reads first on its way while the caller does
  // something else.
  void Prefetch(uint64_t hash) const {
    __builtin_prefetch(&slots_[Tag(hash) & (slots_.size() - 1)]);
  }

  absl::string_view Name(uint32_t number) const;
  size_t size() const { return begin_.size() - 1; }

  // Gives back what growing kept in reserve.
  void ShrinkToFit();

 private:
  struct Slot {
    uint32_t hash = 0;
    uint32_t number = kNone;
    uint32_t begin = 0;  // of the name in text_
  };

  // A slot's hash of a name.
  static uint32_t Tag(uint64_t hash) {
    return static_cast<uint32_t>(hash ^ hash >> 32);
  }
  // The slot of `name`, or the empty one where it would go.
  size_t SlotOf(absl::string_view name, uint32_t hash) const;
  void Grow();

  bool Has(const Slot& slot, absl::string_view name, uint32_t hash) const;

  std::string text_;             // each name with a NUL behind it
  std::vector<uint32_t> begin_;  // of each name in text_, and the end
  std::vector<Slot> slots_;      // a power of two, at most two thirds full
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_NAME_SET_H_
