// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_PDP_VERIFY_SMALL_LEDGER_H_
#define PULLGATE_TESTS_PDP_VERIFY_SMALL_LEDGER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/audit/event_hash.h"
#include "common/sqlite/database.h"
#include "pdp/ledger/ledger_writer.h"
#include "pdp/ledger/open_events.h"
#include "pdp/proof/ledger_key.h"
#include "pdp/verify/ledger_verifier.h"
#include "pullgate/audit/v1/audit_event.pb.h"
#include "tests/fakes/fake_clock.h"
#include "tests/support/temp_dir.h"

namespace pullgate::pdp {

// A ledger as a PDP writes it, with everything that one can have, but short:
// its segments end where a test says, and nodes of its tree are stored from
// level 2 up.
class SmallLedger {
 public:
  static constexpr int kLowestStoredLevel = 2;

  SmallLedger();

  // Appends `count` events of the epoch "e" of `vch`, all in one transaction.
  void Append(absl::string_view vch, int count);
  // The agent's spool drops the next `count` events.
  void Drop(absl::string_view vch, int count);
  // The gap event of what was dropped last.
  void TellGap(absl::string_view vch);
  // Ends a segment: time passes.
  void CloseSegment();
  // Forgets segments, but for so many of those closed last.
  void Forget(int segments);
  // Closes the file.
  void Close() { writer_.reset(); }

  // All of the above: four agents, a gap, five segments of which the oldest was
  // forgotten, and an open tail.
  void Fill();

  std::string path() const { return directory_.File("ledger.db"); }
  const LedgerKey& key() const { return key_; }
  int64_t last_position() const { return last_position_; }

  // Verifies `database`, a connection to it in a transaction.
  std::vector<Finding> Verify(const Database& database) const;
  // The same with what is stored now.
  std::vector<Finding> Verify() const;

 private:
  // An agent's spool.
  struct Spool {
    int64_t sequence = 0;
    EventHash hash = {};
    int64_t acked = 0;
    pullgate::audit::v1::Gap gap;
  };

  // The next event of `vch`, in the bytes in which it is recorded.
  RecordedEvent Record(absl::string_view vch,
                       pullgate::audit::v1::AuditEvent event);
  void Store(absl::string_view vch, const std::vector<RecordedEvent>& events);

  const TempDir directory_;
  FakeClock clock_;
  const LedgerKey key_;
  OpenEvents open_;
  std::unique_ptr<LedgerWriter> writer_;
  std::map<std::string, Spool> spools_;
  int64_t last_position_ = 0;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_TESTS_PDP_VERIFY_SMALL_LEDGER_H_
