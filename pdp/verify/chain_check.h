// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_VERIFY_CHAIN_CHECK_H_
#define PULLGATE_PDP_VERIFY_CHAIN_CHECK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/audit/event_hash.h"
#include "common/sqlite/database.h"
#include "common/sqlite/statement.h"
#include "pdp/proof/event_chain.h"
#include "pdp/verify/findings.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::pdp {

// A row of the table `event`, as it is.
struct EventRow {
  int64_t position = 0;
  int64_t epoch_id = 0;
  int64_t sequence = 0;
  absl::string_view payload;
  EventHash hash = {};
  // Nullptr: the payload is no AuditEvent.
  const pullgate::audit::v1::AuditEvent* event = nullptr;
};

// Holds the events of each epoch against each other, and against what the file
// keeps for each epoch: identities, numbers, hashes, holes and what explains
// them. Memory grows with epochs and unexplained holes only.
class ChainCheck {
 public:
  // Neither is owned; both outlive it. Errors are those of SqliteStatus.
  static absl::StatusOr<ChainCheck> Open(const Database& database,
                                         Findings* findings);

  // The next event by position.
  void Event(const EventRow& row);

  // After the last event. `tree_holds`: signed roots vouch for every event, so
  // that what does not fit them was changed elsewhere.
  absl::Status Finish(const Database& database, bool tree_holds);

  // The event_id that the file's columns give `row`.
  std::string IdOf(const EventRow& row) const;

  // How many events no gap event explains.
  int64_t unexplained() const { return unexplained_; }

 private:
  // An event that was seen.
  struct Link {
    int64_t position = 0;
    int64_t sequence = 0;
    EventHash hash = {};
  };
  struct OpenHole {
    Hole hole;
    int64_t position = 0;  // of the event after it
  };
  struct Epoch {
    std::string vch;
    std::string name;
    int64_t last_sequence = 0;
    std::string last_hash;
    int64_t pruned_sequence = 0;
    std::string pruned_hash;
    // The last event seen; before any: the last that was forgotten.
    Link last;
    bool has_hash = false;
    // `last` does not carry the hash of the event before it, this one: which of
    // the two was changed, the next event tells.
    std::optional<Link> doubted;
    std::vector<OpenHole> holes;

    bool own() const { return vch.empty() && name == kLedgerEpoch; }
  };

  explicit ChainCheck(Findings* findings) : findings_(findings) {}

  void CheckIdentity(Epoch& epoch, const EventRow& row);
  void CheckLink(Epoch& epoch, const EventRow& row);
  void OpenHoleBefore(Epoch& epoch, const EventRow& row);
  // Whether `previous_hash` is that of the last event; settles a doubt.
  void CompareHash(Epoch& epoch, const EventRow& row,
                   absl::string_view previous_hash);
  void Blame(const Epoch& epoch, const Link& link, std::string what);
  void CheckEnd(Epoch& epoch, bool tree_holds);
  void CheckPruned(const Epoch& epoch);
  void TellOf(const Epoch& epoch, const OpenHole& open);
  absl::Status CheckHoles(const Database& database);
  void AddAt(const EventRow& row, std::string what);

  Findings* findings_;
  absl::flat_hash_map<int64_t, Epoch> epochs_;
  int64_t unexplained_ = 0;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_VERIFY_CHAIN_CHECK_H_
