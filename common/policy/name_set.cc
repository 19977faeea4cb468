// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/name_set.h"

#include <cstring>

namespace pullgate {
namespace {

constexpr size_t kFirstSlots = 8;

uint32_t Tag(uint64_t hash) { return static_cast<uint32_t>(hash >> 32); }

}  // namespace

NameSet::NameSet() : begin_(1, 0), slots_(kFirstSlots) {}

uint32_t NameSet::Insert(absl::string_view name) {
  const uint64_t hash = NameSuffixes(name).hash();
  size_t slot = SlotOf(name, hash);
  if (slots_[slot].number != kNone) return slots_[slot].number;
  if (3 * (size() + 1) > 2 * slots_.size()) {
    Grow();
    slot = SlotOf(name, hash);
  }
  const uint32_t number = static_cast<uint32_t>(size());
  const uint32_t begin = begin_.back();
  text_.append(name.data(), name.size());
  text_.push_back('\0');
  begin_.push_back(static_cast<uint32_t>(text_.size()));
  slots_[slot] = {Tag(hash), number, begin};
  return number;
}

uint32_t NameSet::Find(absl::string_view name) const {
  return Find(name, NameSuffixes(name).hash());
}

absl::string_view NameSet::Name(uint32_t number) const {
  return absl::string_view(text_).substr(
      begin_[number], begin_[number + 1] - begin_[number] - 1);
}

void NameSet::ShrinkToFit() {
  text_.shrink_to_fit();
  begin_.shrink_to_fit();
}

size_t NameSet::SlotOf(absl::string_view name, uint64_t hash) const {
  const size_t mask = slots_.size() - 1;
  size_t slot = hash & mask;
  while (slots_[slot].number != kNone && !Has(slots_[slot], name, Tag(hash))) {
    slot = (slot + 1) & mask;
  }
  return slot;
}

bool NameSet::Has(const Slot& slot, absl::string_view name,
                  uint32_t hash) const {
  if (slot.hash != hash || text_.size() - slot.begin <= name.size()) {
    return false;
  }
  // No name has a NUL, so that one ends where it is.
  const char* const text = text_.data() + slot.begin;
  return text[name.size()] == '\0' &&
         std::memcmp(text, name.data(), name.size()) == 0;
}

void NameSet::Grow() {
  slots_.assign(2 * slots_.size(), Slot());
  for (uint32_t number = 0; number < size(); ++number) {
    const uint64_t hash = NameSuffixes(Name(number)).hash();
    slots_[SlotOf(Name(number), hash)] = {Tag(hash), number, begin_[number]};
  }
}

}  // namespace pullgate
