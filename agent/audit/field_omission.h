// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUDIT_FIELD_OMISSION_H_
#define PULLGATE_AGENT_AUDIT_FIELD_OMISSION_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace pullgate::agent {

// Leaves fields out of events before they are recorded, and lets the events say
// so: what an operator does not want to be kept, and what would make an event
// larger than the ledger takes. Immutable, thread-safe.
class FieldOmission {
 public:
  // Of an event with all that recording adds to it; the ledger's bound.
  static constexpr size_t kMaxEventBytes = size_t{64} << 10;

  // The names that Make() takes, sorted: fields of AuditEvent without which an
  // event still says who decided what, by which policy, and when.
  static const std::vector<std::string>& Names();

  // Leaves out the fields of these names. InvalidArgument: one is none of
  // Names(); the message suggests.
  static absl::StatusOr<FieldOmission> Make(std::vector<std::string> names);

  // Leaves out nothing but what is too large.
  FieldOmission() = default;

  const std::vector<std::string>& names() const { return names_; }

  // Takes the fields off `event`, which is serialised, and adds their names to
  // it. If it is still larger than the ledger takes, so also what a stranger
  // can make large: attempts, certificate, evidence. InvalidArgument: even that
  // is not enough.
  absl::Status Apply(std::string& event) const;

 private:
  std::vector<std::string> names_;  // sorted
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUDIT_FIELD_OMISSION_H_
