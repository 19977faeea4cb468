// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_VERIFY_FINDINGS_H_
#define PULLGATE_PDP_VERIFY_FINDINGS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace pullgate::pdp {

// Something on a ledger that is not as it was stored, or that nothing explains.
struct Finding {
  // Which events, by position; both 0: of none that has a position, say a
  // missing one. If it cannot be told which of several, all of them.
  int64_t first_position = 0;
  int64_t last_position = 0;
  // "{vch}/{epoch}/{sequence}" as far as the ledger tells; of several the
  // first.
  std::string event_id;
  // What is wrong, as a sentence.
  std::string what;
};

// "position 17, vch1/e/9: ...".
inline std::string ToString(const Finding& finding) {
  std::string text;
  if (finding.last_position > finding.first_position) {
    absl::StrAppend(&text, "positions ", finding.first_position, " to ",
                    finding.last_position);
  } else if (finding.first_position > 0) {
    absl::StrAppend(&text, "position ", finding.first_position);
  } else {
    absl::StrAppend(&text, "no position");
  }
  if (!finding.event_id.empty()) {
    absl::StrAppend(
        &text,
        finding.last_position > finding.first_position ? ", from " : ", ",
        finding.event_id);
  }
  return absl::StrCat(text, ": ", finding.what);
}

// Takes findings as they are made. One thread at a time.
class Findings {
 public:
  // `sink` is called with each.
  explicit Findings(std::function<void(const Finding&)> sink)
      : sink_(std::move(sink)) {}

  void Add(const Finding& finding) {
    ++count_;
    sink_(finding);
  }

  int64_t count() const { return count_; }

 private:
  const std::function<void(const Finding&)> sink_;
  int64_t count_ = 0;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_VERIFY_FINDINGS_H_
