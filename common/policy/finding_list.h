// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_FINDING_LIST_H_
#define PULLGATE_COMMON_POLICY_FINDING_LIST_H_

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/policy/finding.h"

namespace pullgate {

// The most findings of one severity that are said in full.
inline constexpr size_t kMaxFindings = 1000;

// The place of a finding, for the order in which findings are read.
struct FindingPlace {
  // Lists of a policy, in the order in which they are read.
  enum class List {
    kMode,
    kWhitelist,
    kInsecure,
    kCaScopes,
    kProtectedRegistries,
    kUnpinnableAddresses,
  };

  // Of in_entry: the whole scope.
  static constexpr size_t kAll = static_cast<size_t>(-1);

  List list = List::kMode;
  size_t index = 0;     // of the rule, or of the CA entry
  size_t in_entry = 0;  // of the rule within a CA entry's scope

  // "whitelist[2]", "registry_cas[0].scope[1]", "mode".
  std::string ToString() const;
};

// Gathers findings in whatever order they are made.
class FindingList {
 public:
  void Add(Severity severity, const FindingPlace& place, absl::string_view code,
           std::string message);
  void Error(const FindingPlace& place, absl::string_view code,
             std::string message) {
    Add(Severity::kError, place, code, std::move(message));
  }
  void Warning(const FindingPlace& place, absl::string_view code,
               std::string message) {
    Add(Severity::kWarning, place, code, std::move(message));
  }
  void Notice(const FindingPlace& place, absl::string_view code,
              std::string message) {
    Add(Severity::kNotice, place, code, std::move(message));
  }

  bool has_error() const { return CountOf(Severity::kError) > 0; }

  // By place, errors first within one; then, for each severity that had too
  // many, how many more.
  std::vector<Finding> Take() &&;

 private:
  struct Placed {
    FindingPlace place;
    Finding finding;
  };

  size_t CountOf(Severity severity) const {
    return counts_[static_cast<size_t>(severity)];
  }

  std::vector<Placed> findings_;
  std::array<size_t, 3> counts_ = {};  // by severity, those left out included
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_FINDING_LIST_H_
