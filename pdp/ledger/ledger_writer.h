// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_LEDGER_LEDGER_WRITER_H_
#define PULLGATE_PDP_LEDGER_LEDGER_WRITER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/identity/vch_id.h"
#include "common/sqlite/database.h"
#include "common/sqlite/statement.h"
#include "common/sqlite/transaction.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::pdp {

// The ledger's file and the SQL that adds to it. Errors are those of
// SqliteStatus. One thread at a time.
//
// A transaction is Begin(), then Append() for each batch, then Commit(). After
// an error of any of them: Abandon(), and nothing of it happened.
class LedgerWriter {
 public:
  // Opens the file, or makes it. FailedPrecondition: it is of a newer version.
  static absl::StatusOr<std::unique_ptr<LedgerWriter>> Open(
      const std::string& path);

  absl::Status Begin();

  // The last sequence of that epoch, this transaction's included; 0 if none.
  absl::StatusOr<int64_t> LastSequence(const VchId& vch,
                                       absl::string_view epoch);

  // Adds `events`, of that epoch, in order and the next ones.
  absl::Status Append(const VchId& vch, absl::string_view epoch,
                      absl::Span<const pullgate::audit::v1::AuditEvent> events);

  // Durable when it returns OK.
  absl::Status Commit();
  void Abandon();

  // The position of the newest event that is committed; 0 if there is none.
  int64_t last_position() const { return committed_position_; }

 private:
  struct EpochIds {
    int64_t vch_id = 0;
    int64_t epoch_id = 0;
  };
  struct Statements {
    Statement insert_event;
    Statement last_sequence;
    Statement find_epoch;
    Statement add_epoch;
    Statement set_last_sequence;
    Statement find_vch;
    Statement add_vch;
    Statement find_registry;
    Statement add_registry;
    Statement set_last_position;
  };

  LedgerWriter(std::unique_ptr<Database> database, Statements statements,
               int64_t last_position);

  static absl::StatusOr<Statements> PrepareAll(const Database& database);
  absl::StatusOr<EpochIds> FindOrAddEpoch(const VchId& vch,
                                          absl::string_view epoch);
  absl::Status Insert(const EpochIds& epoch,
                      const pullgate::audit::v1::AuditEvent& event);
  absl::StatusOr<int64_t> RegistryId(const std::string& registry);

  const std::unique_ptr<Database> database_;
  Statements statements_;
  std::optional<Transaction> transaction_;
  int64_t committed_position_;
  int64_t next_position_;
  // Ids of registries seen lately. Those of an abandoned transaction never
  // existed.
  absl::flat_hash_map<std::string, int64_t> registry_ids_;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_LEDGER_LEDGER_WRITER_H_
