// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_LEDGER_COMPILED_FILTER_H_
#define PULLGATE_PDP_LEDGER_COMPILED_FILTER_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "absl/strings/string_view.h"
#include "pdp/ledger/audit_ledger.h"
#include "pdp/ledger/event_fields.h"
#include "pdp/ledger/segment_digest.h"

namespace pullgate::pdp {

// A LedgerFilter in the terms of events' fields: one meaning for single events
// and for segments. Immutable.
class CompiledFilter {
 public:
  // Holds for an event whose value of `field` it takes.
  struct Term {
    EventField field;
    std::function<bool(absl::string_view)> takes;
  };
  // Holds if any of its terms does.
  struct Clause {
    std::vector<Term> any_of;
    // What has none of these marks has no match. Empty: nothing is excluded.
    std::vector<Mark> marks;
  };

  explicit CompiledFilter(const LedgerFilter& filter);

  bool Matches(const EventFields& fields) const;

  // False: no event of a segment matches, by what its row says.
  bool MayMatch(int64_t min_time_ns, int64_t max_time_ns,
                absl::string_view digest) const;

  // All of them must hold, and the time be within bounds.
  const std::vector<Clause>& clauses() const { return clauses_; }
  bool InTime(int64_t time_ns) const {
    return time_ns >= start_ns_ && (time_ns < end_ns_ || endless_);
  }

 private:
  // A clause of one term for a value that is asked for as it stands.
  void AddEqual(EventField field, std::string value);
  void AddCidr(const IpPrefix& prefix);
  void AddRules(const std::vector<RulePattern>& rules);
  void AddKinds(const LedgerFilter& filter);
  void AddTransport(const LedgerFilter& filter);

  std::vector<Clause> clauses_;
  int64_t start_ns_ = std::numeric_limits<int64_t>::min();
  int64_t end_ns_ = 0;
  bool endless_ = true;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_LEDGER_COMPILED_FILTER_H_
