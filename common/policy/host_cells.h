// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_HOST_CELLS_H_
#define PULLGATE_COMMON_POLICY_HOST_CELLS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/numeric/int128.h"
#include "absl/strings/string_view.h"
#include "common/net/ip_address.h"
#include "common/policy/treatment.h"

namespace pullgate {

// All hosts, cut into cells: the rules of both policies, their protected
// registries and unpinnable addresses cover either all of a cell or none of it.
// So one host of a cell stands for all of them, and going through the cells
// goes through all hosts. There are about twice as many cells as rules.

// All DNS names: each name that is mentioned; for each wildcard the names below
// it that no narrower rule covers; and all the rest.
class NameCells {
 public:
  // `policies` outlive this.
  explicit NameCells(const PolicyPair& policies);

  uint32_t size() const {
    return static_cast<uint32_t>(exact_.size() + above_.size()) + 1;
  }
  // A name of the cell; empty if there is none, since all that are short enough
  // to be names are mentioned.
  std::string Sample(uint32_t cell) const;
  // "a.example", "*.example", "any other name".
  std::string ToString(uint32_t cell) const;

 private:
  bool IsBelow(uint32_t cell) const {
    return cell >= exact_.size() && cell + 1 < size();
  }
  absl::string_view Above(uint32_t cell) const {
    return above_[cell - exact_.size()];
  }
  std::string SampleBelow(absl::string_view name) const;
  // Whether a wildcard below `name` covers the sample below `name`.
  bool IsBelowANarrowerOne(absl::string_view sample,
                           absl::string_view name) const;
  std::string SampleOfTheRest() const;

  std::vector<absl::string_view> exact_;  // sorted
  std::vector<absl::string_view> above_;  // wildcards without "*.", sorted
  absl::flat_hash_set<absl::string_view> mentioned_;  // exact_
};

// All addresses, cut where a prefix begins or ends.
class AddressCells {
 public:
  explicit AddressCells(const PolicyPair& policies);

  uint32_t size() const { return static_cast<uint32_t>(cells_.size()); }
  // The first address of the cell.
  IpAddress Sample(uint32_t cell) const;
  // "10.2.2.5", "10.2.2.0/24", "10.2.2.8-10.2.2.13".
  std::string ToString(uint32_t cell) const;

 private:
  struct Cell {
    bool v4;
    absl::uint128 first;
    absl::uint128 last;
  };
  void Cut(bool v4, std::vector<absl::uint128> starts);

  std::vector<Cell> cells_;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_HOST_CELLS_H_
