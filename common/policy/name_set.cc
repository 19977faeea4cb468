// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/name_set.h"

#include <cstring>

namespace pullgate {
namespace {

constexpr size_t kFirstSlots = 8;

}  // namespace

NameSet::NameSet() : begin_(1, 0), slots_(kFirstSlots) {}

uint32_t NameSet::Insert(absl::string_view name) {
  const uint32_t hash = Tag(NameSuffixes(name).hash());
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
  slots_[slot] = {hash, number, begin};
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

size_t NameSet::SlotOf(absl::string_view name, uint32_t hash) const {
  const size_t mask = slots_.size() - 1;
  size_t slot = hash & mask;
  while (slots_[slot].number != kNone && !Has(slots_[slot], name, hash)) {
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
  std::vector<Slot> before(2 * slots_.size());
  before.swap(slots_);
  const size_t mask = slots_.size() - 1;
  for (const Slot& each : before) {
    if (each.number == kNone) continue;
    // No name is there twice, so none needs to be compared.
    size_t slot = each.hash & mask;
    while (slots_[slot].number != kNone) slot = (slot + 1) & mask;
    slots_[slot] = each;
  }
}

}  // namespace pullgate
