// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_TREATMENT_TABLE_H_
#define PULLGATE_COMMON_POLICY_TREATMENT_TABLE_H_

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace pullgate {

// What a question says of its port: none, 1 to 65,535, or one of the ports that
// no rule of a host names.
using AskedPort = uint32_t;
inline constexpr AskedPort kNoPort = 0;
inline constexpr AskedPort kOtherPort = 65536;

// Which treatments the cells of hosts get, port by port. A cell gets one
// treatment at kOtherPort and maybe others at a few ports; so the table is as
// large as the rules are many, not as rules times ports. Filled cell by cell,
// then finished, then read.
class TreatmentTable {
 public:
  // Cells that get the same treatment at a port.
  struct Group {
    uint64_t treatment = 0;
    uint32_t cell = 0;   // one of them
    uint32_t count = 0;  // how many there are
  };

  // Cells in ascending order.
  void AddCell(uint32_t cell, uint64_t at_other_ports);
  // Of the cell that was added last; each port once.
  void AddPort(AskedPort port, uint64_t treatment);
  void Finish();

  // In the order of the treatments.
  std::vector<Group> At(AskedPort port) const;
  // Ports at which some cell differs from kOtherPort, ascending.
  std::vector<AskedPort> Ports() const;

 private:
  struct Entry {
    AskedPort port;
    uint32_t usual;  // in usual_, of the cell
    uint32_t cell;
    uint32_t special;  // in special_
  };

  // Of kOtherPort, with their cells, ascending.
  std::vector<uint64_t> usual_;
  std::vector<std::vector<uint32_t>> cells_;
  absl::flat_hash_map<uint64_t, uint32_t> usual_numbers_;
  std::vector<uint64_t> special_;
  absl::flat_hash_map<uint64_t, uint32_t> special_numbers_;
  std::vector<Entry> entries_;  // by port, usual treatment and cell
  uint32_t last_cell_ = 0;
  uint32_t last_usual_ = 0;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_TREATMENT_TABLE_H_
