// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_CHANGED_REGION_H_
#define PULLGATE_COMMON_POLICY_CHANGED_REGION_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/policy/evidence.h"
#include "common/policy/host_cells.h"
#include "common/policy/policy_impact.h"
#include "common/policy/policy_snapshot.h"
#include "common/policy/treatment_table.h"
#include "common/registry/registry_address.h"

namespace pullgate {

// Which endpoints a question asks for.
enum class AskedScheme : uint8_t { kBoth, kHttps, kHttp };
inline constexpr std::array<AskedScheme, 3> kAskedSchemes = {
    AskedScheme::kBoth, AskedScheme::kHttps, AskedScheme::kHttp};

// What each policy makes of a question, from its endpoints.
struct Outcomes {
  Outcome before = Outcome::kDenied;
  Outcome after = Outcome::kDenied;

  friend bool operator==(const Outcomes& a, const Outcomes& b) {
    return a.before == b.before && a.after == b.after;
  }
};
Outcomes OutcomesOf(JointState state, AskedScheme scheme);

// A region that changes, by its cells: before it is put into words.
struct ChangedRegion {
  bool about_names = true;
  uint32_t cell = 0;
  // How many cells are alike, this one included.
  uint32_t cells = 1;
  Outcomes outcomes;
  // Where it changes, best witness first, and which ports of interest do not
  // change.
  std::vector<AskedPort> ports;
  std::vector<AskedPort> other_ports;
  AskedScheme scheme = AskedScheme::kBoth;  // of the witness
  // Of the other kind of host: the evidence of the witness.
  std::vector<uint32_t> evidence;
};

// Both kinds of cells.
struct HostCells {
  NameCells names;
  AddressCells addresses;
};

// Puts regions into words, with a witness that both policies have decided.
class RegionWriter {
 public:
  // All of these outlive this.
  RegionWriter(const PolicySnapshot& before, const PolicySnapshot& after,
               const HostCells& cells)
      : before_(before), after_(after), cells_(cells) {}

  // Internal: deciding the witness does not show the change, so that the
  // comparison cannot be trusted.
  absl::StatusOr<ImpactRegion> Write(const ChangedRegion& region) const;

 private:
  // A question for a region, with what DNS would have to say.
  struct Asked {
    RegistryHost host;
    Evidence evidence;
    std::string found_at;  // the evidence as text; empty: there is none
  };

  // Each fills in what it is about.
  absl::StatusOr<Asked> AskName(const ChangedRegion& region,
                                ImpactRegion& written) const;
  absl::StatusOr<Asked> AskAddress(const ChangedRegion& region,
                                   ImpactRegion& written) const;
  // Puts the question to both policies, which fills in the witness.
  absl::Status Decide(const Asked& asked, const ChangedRegion& region,
                      ImpactRegion& written) const;

  const PolicySnapshot& before_;
  const PolicySnapshot& after_;
  const HostCells& cells_;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_CHANGED_REGION_H_
