// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/treatment_table.h"

#include <algorithm>
#include <tuple>

#include "absl/types/span.h"

namespace pullgate {
namespace {

uint32_t NumberOf(uint64_t treatment,
                  absl::flat_hash_map<uint64_t, uint32_t>& numbers,
                  std::vector<uint64_t>& treatments) {
  const auto [found, is_new] =
      numbers.try_emplace(treatment, static_cast<uint32_t>(treatments.size()));
  if (is_new) treatments.push_back(treatment);
  return found->second;
}

// Joins groups of equal treatment.
class Groups {
 public:
  void Add(uint64_t treatment, uint32_t cell, size_t count) {
    groups_.push_back({treatment, cell, static_cast<uint32_t>(count)});
  }

  std::vector<TreatmentTable::Group> Finish() && {
    using Group = TreatmentTable::Group;
    std::sort(
        groups_.begin(), groups_.end(), [](const Group& a, const Group& b) {
          return std::tie(a.treatment, a.cell) < std::tie(b.treatment, b.cell);
        });
    std::vector<Group> joined;
    for (const Group& group : groups_) {
      if (!joined.empty() && joined.back().treatment == group.treatment) {
        joined.back().count += group.count;
      } else {
        joined.push_back(group);
      }
    }
    return joined;
  }

 private:
  std::vector<TreatmentTable::Group> groups_;
};

}  // namespace

void TreatmentTable::AddCell(uint32_t cell, uint64_t at_other_ports) {
  last_cell_ = cell;
  last_usual_ = NumberOf(at_other_ports, usual_numbers_, usual_);
  if (last_usual_ == cells_.size()) cells_.emplace_back();
  cells_[last_usual_].push_back(cell);
}

void TreatmentTable::AddPort(AskedPort port, uint64_t treatment) {
  if (treatment == usual_[last_usual_]) return;
  entries_.push_back({port, last_usual_, last_cell_,
                      NumberOf(treatment, special_numbers_, special_)});
}

void TreatmentTable::Finish() {
  std::sort(entries_.begin(), entries_.end(),
            [](const Entry& a, const Entry& b) {
              return std::tie(a.port, a.usual, a.cell) <
                     std::tie(b.port, b.usual, b.cell);
            });
}

std::vector<TreatmentTable::Group> TreatmentTable::At(AskedPort port) const {
  Groups groups;
  auto entry = std::lower_bound(
      entries_.begin(), entries_.end(), port,
      [](const Entry& e, AskedPort wanted) { return e.port < wanted; });
  for (uint32_t usual = 0; usual < usual_.size(); ++usual) {
    const std::vector<uint32_t>& cells = cells_[usual];
    // Both are in the order of the cells.
    size_t others = 0;
    uint32_t sample = cells.front();
    for (; entry != entries_.end() && entry->port == port &&
           entry->usual == usual;
         ++entry, ++others) {
      groups.Add(special_[entry->special], entry->cell, 1);
      if (others + 1 < cells.size() && cells[others] == entry->cell) {
        sample = cells[others + 1];
      }
    }
    if (others < cells.size()) {
      groups.Add(usual_[usual], sample, cells.size() - others);
    }
  }
  return std::move(groups).Finish();
}

std::vector<AskedPort> TreatmentTable::Ports() const {
  std::vector<AskedPort> ports;
  for (const Entry& entry : entries_) {
    if (ports.empty() || ports.back() != entry.port) {
      ports.push_back(entry.port);
    }
  }
  return ports;
}

}  // namespace pullgate
