// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/compare_policies.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <functional>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/policy/changed_region.h"
#include "common/policy/evidence_closure.h"
#include "common/policy/host_cells.h"
#include "common/policy/host_treatments.h"
#include "common/status/error_info.h"
#include "common/status/status_macros.h"

namespace pullgate {
namespace {

absl::Status TooLarge(absl::string_view what, size_t bound) {
  return WithReason(
      absl::ResourceExhaustedError(absl::StrCat(
          "comparing the policies takes more than ", bound, " ", what)),
      "COMPARISON_TOO_LARGE");
}

// Gathers what changes, for one kind of question.
struct Tally {
  bool wider = false;
  bool narrower = false;

  void Add(bool before, bool after) {
    wider |= after && !before;
    narrower |= before && !after;
  }
  void Add(const Tally& other) {
    wider |= other.wider;
    narrower |= other.narrower;
  }
  Relation relation() const {
    if (wider) return narrower ? Relation::kIncomparable : Relation::kWider;
    return narrower ? Relation::kNarrower : Relation::kEqual;
  }
};

class RegionList {
 public:
  void Add(ChangedRegion region) {
    Note(region);
    const bool widens = Widens(region.outcomes.before, region.outcomes.after);
    std::vector<ChangedRegion>& list = widens ? widening_ : others_;
    ++count_;
    if (list.size() < kMaxImpactRegions) list.push_back(std::move(region));
  }

  absl::StatusOr<PolicyImpact> Write(const RegionWriter& writer) const {
    PolicyImpact impact;
    impact.allowed = Compare(allowed_);
    impact.insecure = Compare(insecure_);
    for (const auto* list : {&widening_, &others_}) {
      for (const ChangedRegion& region : *list) {
        if (impact.regions.size() == kMaxImpactRegions) break;
        PULLGATE_ASSIGN_OR_RETURN(ImpactRegion written, writer.Write(region));
        impact.regions.push_back(std::move(written));
      }
    }
    impact.regions_left_out =
        count_ - static_cast<int64_t>(impact.regions.size());
    return impact;
  }

 private:
  using Tallies = std::array<Tally, 2>;  // about addresses, about names

  void Note(const ChangedRegion& region) {
    const auto& [before, after] = region.outcomes;
    allowed_[region.about_names].Add(before != Outcome::kDenied,
                                     after != Outcome::kDenied);
    insecure_[region.about_names].Add(before == Outcome::kInsecure,
                                      after == Outcome::kInsecure);
  }

  static Comparison Compare(const Tallies& tallies) {
    Tally all = tallies[0];
    all.Add(tallies[1]);
    return {all.relation(), tallies[1].relation(), tallies[0].relation()};
  }

  Tallies allowed_;
  Tallies insecure_;
  std::vector<ChangedRegion> widening_;
  std::vector<ChangedRegion> others_;
  int64_t count_ = 0;
};

// A change of outcomes, and the scheme of questions that show it.
using Change = std::pair<AskedScheme, Outcomes>;

std::vector<Change> ChangesIn(JointState state) {
  std::vector<Change> changes;
  for (const AskedScheme scheme : kAskedSchemes) {
    const Outcomes outcomes = OutcomesOf(state, scheme);
    if (outcomes.before == outcomes.after) continue;
    const bool known = std::any_of(
        changes.begin(), changes.end(),
        [&](const Change& change) { return change.second == outcomes; });
    if (!known) changes.emplace_back(scheme, outcomes);
  }
  return changes;
}

// What is in `all`, which is sorted, and not in `some`.
std::vector<AskedPort> Without(const std::vector<AskedPort>& all,
                               std::vector<AskedPort> some) {
  std::sort(some.begin(), some.end());
  std::vector<AskedPort> rest;
  std::set_difference(all.begin(), all.end(), some.begin(), some.end(),
                      std::back_inserter(rest));
  return rest;
}

// The regions of one cell that change whatever the evidence, joining its ports.
void AddDirectRegions(bool about_names, uint32_t cell,
                      const std::vector<HostTreatments::AtPort>& treatments,
                      const PolicyPair& policies, RegionList& list) {
  std::vector<ChangedRegion> regions;
  const auto region_of = [&](const Change& change) -> ChangedRegion& {
    for (ChangedRegion& region : regions) {
      if (region.outcomes == change.second) return region;
    }
    ChangedRegion& region = regions.emplace_back();
    region.about_names = about_names;
    region.cell = cell;
    region.outcomes = change.second;
    region.scheme = change.first;
    return region;
  };
  for (const HostTreatments::AtPort& at : treatments) {
    const JointState state = about_names
                                 ? StateOfName(at.asked, {}, policies)
                                 : StateOfAddress(at.asked, {}, policies);
    for (const Change& change : ChangesIn(state)) {
      ChangedRegion& region = region_of(change);
      // The simplest question first.
      const bool best = region.ports.empty() || change.first < region.scheme;
      if (best) region.scheme = change.first;
      region.ports.insert(best ? region.ports.begin() : region.ports.end(),
                          at.port);
    }
  }
  std::vector<AskedPort> all;
  all.reserve(treatments.size());
  for (const HostTreatments::AtPort& at : treatments) all.push_back(at.port);
  std::sort(all.begin(), all.end());
  for (ChangedRegion& region : regions) {
    region.other_ports = Without(all, region.ports);
    list.Add(std::move(region));
  }
}

// How the cells of one kind of host are treated when they are asked for, and
// when they are evidence.
struct Tables {
  TreatmentTable asked;
  TreatmentTable found;
};

class Comparer {
 public:
  Comparer(const PolicySnapshot& before, const PolicySnapshot& after,
           const ComparisonBounds& bounds)
      : bounds_(bounds),
        policies_({&before.index(), &after.index()}),
        cells_{NameCells(policies_), AddressCells(policies_)},
        writer_(before, after, cells_) {}

  absl::StatusOr<PolicyImpact> Compare() {
    PULLGATE_RETURN_IF_ERROR(TreatNames());
    PULLGATE_RETURN_IF_ERROR(TreatAddresses());
    PULLGATE_RETURN_IF_ERROR(CompareNamesByEvidence());
    PULLGATE_RETURN_IF_ERROR(CompareAddressesByEvidence());
    return regions_.Write(writer_);
  }

 private:
  using Groups = std::vector<TreatmentTable::Group>;

  absl::Status TreatNames() {
    HostTreatments host(policies_);
    for (uint32_t cell = 0; cell < cells_.names.size(); ++cell) {
      const std::string sample = cells_.names.Sample(cell);
      if (sample.empty()) continue;
      PULLGATE_RETURN_IF_ERROR(
          AddCell(/*about_names=*/true, cell, host.OfName(sample), names_));
    }
    Finish(names_);
    return absl::OkStatus();
  }

  absl::Status TreatAddresses() {
    HostTreatments host(policies_);
    for (uint32_t cell = 0; cell < cells_.addresses.size(); ++cell) {
      PULLGATE_RETURN_IF_ERROR(
          AddCell(/*about_names=*/false, cell,
                  host.OfAddress(cells_.addresses.Sample(cell)), addresses_));
    }
    Finish(addresses_);
    return absl::OkStatus();
  }

  absl::Status AddCell(bool about_names, uint32_t cell,
                       const std::vector<HostTreatments::AtPort>& treatments,
                       Tables& tables) {
    port_treatments_ += treatments.size();
    if (port_treatments_ > bounds_.max_port_treatments) {
      return TooLarge("pairs of a host and a port",
                      bounds_.max_port_treatments);
    }
    for (const HostTreatments::AtPort& at : treatments) {
      if (at.port == kOtherPort) {
        tables.asked.AddCell(cell, at.asked.bits);
        tables.found.AddCell(cell, at.found.bits);
      } else {
        tables.asked.AddPort(at.port, at.asked.bits);
        tables.found.AddPort(at.port, at.found.bits);
      }
    }
    AddDirectRegions(about_names, cell, treatments, policies_, regions_);
    return absl::OkStatus();
  }

  static void Finish(Tables& tables) {
    tables.asked.Finish();
    tables.found.Finish();
  }

  // All that evidence of the found groups, which are the pieces, can make of a
  // host that was asked. `set`: a number of the treatments found.
  using States = std::vector<Joined<JointState>>;
  using StatesOf = std::function<absl::StatusOr<States>(
      AskedTreatment asked, uint32_t set, const Groups& found)>;

  absl::Status CompareNamesByEvidence();
  absl::Status CompareAddressesByEvidence();
  absl::Status CompareByEvidence(bool about_names, const TreatmentTable& asked,
                                 const TreatmentTable& found,
                                 const StatesOf& states_of);
  // Returns the regions that change, among by_evidence_.
  std::vector<ChangedRegion*> CompareGroup(bool about_names,
                                           const TreatmentTable::Group& group,
                                           const Groups& found,
                                           const States& states);

  const ComparisonBounds bounds_;
  const PolicyPair policies_;
  const HostCells cells_;
  const RegionWriter writer_;
  Tables names_;
  Tables addresses_;
  RegionList regions_;
  size_t port_treatments_ = 0;
  // Of one kind of question, by treatment and outcomes.
  std::map<std::tuple<uint64_t, Outcome, Outcome>, ChangedRegion> by_evidence_;
};

absl::Status Comparer::CompareNamesByEvidence() {
  return CompareByEvidence(
      /*about_names=*/true, names_.asked, addresses_.found,
      [this](AskedTreatment asked, uint32_t,
             const Groups& found) -> absl::StatusOr<States> {
        States alone;
        for (uint32_t i = 0; i < found.size(); ++i) {
          const FoundTreatment address = {found[i].treatment};
          alone.push_back({StateOfName(asked, address, policies_), {i}});
        }
        return CloseUnderJoin(alone, bounds_.max_evidence_kinds);
      });
}

absl::Status Comparer::CompareAddressesByEvidence() {
  // Names come together whatever was asked.
  std::vector<std::vector<Joined<FoundTreatment>>> closures;
  return CompareByEvidence(
      /*about_names=*/false, addresses_.asked, names_.found,
      [&](AskedTreatment asked, uint32_t set,
          const Groups& found) -> absl::StatusOr<States> {
        if (set == closures.size()) {
          std::vector<Joined<FoundTreatment>> alone;
          for (uint32_t i = 0; i < found.size(); ++i) {
            alone.push_back({FoundTreatment{found[i].treatment}, {i}});
          }
          closures.push_back(CloseUnderJoin(alone, bounds_.max_evidence_kinds));
        }
        if (closures[set].size() > bounds_.max_evidence_kinds) {
          return TooLarge("kinds of evidence", bounds_.max_evidence_kinds);
        }
        States states;
        std::bitset<256> known;
        for (const Joined<FoundTreatment>& names : closures[set]) {
          const JointState state =
              StateOfAddress(asked, names.value, policies_);
          if (known[state.bits]) continue;
          known.set(state.bits);
          states.push_back({state, names.pieces});
        }
        return states;
      });
}

absl::Status Comparer::CompareByEvidence(bool about_names,
                                         const TreatmentTable& asked,
                                         const TreatmentTable& found,
                                         const StatesOf& states_of) {
  const std::vector<AskedPort> a = asked.Ports();
  const std::vector<AskedPort> b = found.Ports();
  std::vector<AskedPort> ports;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(),
                 std::back_inserter(ports));
  // All ports there are may be named, and then there is no other one.
  const size_t named = ports.size() - (!ports.empty() && ports[0] == kNoPort);
  if (named < kOtherPort - 1) ports.push_back(kOtherPort);

  // The same treatments come back at many ports.
  std::map<std::vector<uint64_t>, uint32_t> sets;
  std::map<std::pair<uint64_t, uint32_t>, std::vector<ChangedRegion*>> done;
  for (const AskedPort port : ports) {
    const Groups pieces = found.At(port);
    std::vector<uint64_t> treatments;
    for (const auto& piece : pieces) treatments.push_back(piece.treatment);
    const uint32_t set = sets.try_emplace(std::move(treatments),
                                          static_cast<uint32_t>(sets.size()))
                             .first->second;
    for (const TreatmentTable::Group& group : asked.At(port)) {
      const auto [entry, is_new] = done.try_emplace({group.treatment, set});
      if (is_new) {
        const AskedTreatment treatment = {
            static_cast<uint32_t>(group.treatment)};
        PULLGATE_ASSIGN_OR_RETURN(const States states,
                                  states_of(treatment, set, pieces));
        entry->second = CompareGroup(about_names, group, pieces, states);
      }
      for (ChangedRegion* region : entry->second) {
        std::vector<AskedPort>& at = region->ports;
        if (at.empty() || at.back() != port) at.push_back(port);
      }
    }
  }
  for (auto& [key, region] : by_evidence_) {
    region.other_ports = Without(ports, region.ports);
    regions_.Add(std::move(region));
  }
  by_evidence_.clear();
  return absl::OkStatus();
}

std::vector<ChangedRegion*> Comparer::CompareGroup(
    bool about_names, const TreatmentTable::Group& group, const Groups& found,
    const States& states) {
  const AskedTreatment asked = {static_cast<uint32_t>(group.treatment)};
  const JointState without = about_names ? StateOfName(asked, {}, policies_)
                                         : StateOfAddress(asked, {}, policies_);
  std::vector<ChangedRegion*> regions;
  for (const Joined<JointState>& evidence : states) {
    for (const AskedScheme scheme : kAskedSchemes) {
      const Outcomes outcomes = OutcomesOf(evidence.value, scheme);
      // What changes in the same way without evidence is said already.
      if (outcomes.before == outcomes.after ||
          OutcomesOf(without, scheme) == outcomes) {
        continue;
      }
      const auto [entry, is_new] = by_evidence_.try_emplace(
          {group.treatment, outcomes.before, outcomes.after});
      ChangedRegion& region = entry->second;
      regions.push_back(&region);
      if (!is_new) continue;
      region.about_names = about_names;
      region.cell = group.cell;
      region.cells = group.count;
      region.outcomes = outcomes;
      region.scheme = scheme;
      for (const uint32_t piece : evidence.pieces) {
        region.evidence.push_back(found[piece].cell);
      }
    }
  }
  return regions;
}

}  // namespace

absl::StatusOr<PolicyImpact> ComparePolicies(const PolicySnapshot& before,
                                             const PolicySnapshot& after,
                                             const ComparisonBounds& bounds) {
  return Comparer(before, after, bounds).Compare();
}

}  // namespace pullgate
