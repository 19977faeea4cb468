// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/verify/ledger_verifier.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/sqlite/query_number.h"
#include "common/sqlite/statement.h"
#include "common/sqlite/transaction.h"
#include "common/status/status_macros.h"
#include "pdp/ledger/ledger_schema.h"
#include "pdp/proof/checkpoint_store.h"
#include "pdp/verify/chain_check.h"
#include "pdp/verify/checkpoint_check.h"
#include "pdp/verify/retention_check.h"
#include "pdp/verify/segment_check.h"
#include "pdp/verify/tree_check.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::pdp {

using pullgate::audit::v1::AuditEvent;

namespace {

constexpr int64_t kProgressEvery = 5'000;

absl::Status CheckWitnesses(const Database& database,
                            const VerifyOptions& options) {
  PULLGATE_ASSIGN_OR_RETURN(const std::string origin, ReadOrigin(database));
  for (const Checkpoint& witness : options.witnesses) {
    if (witness.origin != origin) {
      return absl::InvalidArgumentError(
          absl::StrCat("the given checkpoint is of the ledger ", witness.origin,
                       ", and this one is ", origin));
    }
    if (const absl::Status status = VerifySignature(witness, *options.keys);
        !status.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "the given checkpoint is not to be trusted: ", status.message()));
    }
  }
  return absl::OkStatus();
}

// One pass over the events, each shown to every check.
class Pass {
 public:
  Pass(const VerifyOptions& options, Findings* findings, RetentionCheck* cuts,
       ChainCheck* chain, TreeCheck* tree, SegmentCheck* segments)
      : options_(options),
        findings_(findings),
        cuts_(cuts),
        chain_(chain),
        tree_(tree),
        segments_(segments) {}

  absl::Status Run(const Database& database, int64_t last) {
    PULLGATE_ASSIGN_OR_RETURN(
        Statement select,
        Statement::Prepare(database,
                           "SELECT position, epoch_id, sequence, payload FROM "
                           "event ORDER BY position"));
    int64_t count = 0;
    while (true) {
      if (options_.on_progress != nullptr && count++ % kProgressEvery == 0 &&
          !options_.on_progress(last_, last)) {
        return absl::CancelledError("the verification was given up");
      }
      PULLGATE_ASSIGN_OR_RETURN(const bool more, select.Step());
      if (!more) return absl::OkStatus();
      PULLGATE_RETURN_IF_ERROR(Show(select));
    }
  }

  int64_t first() const { return first_; }
  int64_t last() const { return last_; }

 private:
  absl::Status Show(const Statement& select) {
    EventRow row;
    row.position = select.Int64(0);
    row.epoch_id = select.Int64(1);
    row.sequence = select.Int64(2);
    row.payload = select.Blob(3);
    row.hash = HashEvent(row.payload);
    if (event_.ParseFromArray(row.payload.data(),
                              static_cast<int>(row.payload.size()))) {
      row.event = &event_;
    }
    if (first_ == 0) first_ = row.position;
    if (last_ != 0 && row.position != last_ + 1) {
      findings_->Add({last_ + 1, row.position - 1, "",
                      "missing: there are events before and after"});
    }
    last_ = row.position;
    if (row.position < 1) {
      findings_->Add({row.position, row.position, chain_->IdOf(row),
                      "positions start at 1"});
      return absl::OkStatus();
    }
    if (row.event != nullptr) cuts_->Event(row);
    chain_->Event(row);
    PULLGATE_RETURN_IF_ERROR(
        tree_->Event(row.position, row.hash, chain_->IdOf(row)));
    return segments_->Event(row, chain_->IdOf(row));
  }

  const VerifyOptions& options_;
  Findings* const findings_;
  RetentionCheck* const cuts_;
  ChainCheck* const chain_;
  TreeCheck* const tree_;
  SegmentCheck* const segments_;
  AuditEvent event_;
  int64_t first_ = 0;
  int64_t last_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> OpenLedgerAsFound(
    const std::string& path) {
  Database::Options options;
  options.as_found = true;
  PULLGATE_ASSIGN_OR_RETURN(std::unique_ptr<Database> database,
                            Database::Open(path, options));
  PULLGATE_ASSIGN_OR_RETURN(const int64_t id,
                            QueryNumber(*database, "PRAGMA application_id"));
  PULLGATE_ASSIGN_OR_RETURN(const int64_t version,
                            QueryNumber(*database, "PRAGMA user_version"));
  const Schema& schema = LedgerSchema();
  const auto known = static_cast<int64_t>(schema.steps.size());
  if (id == schema.application_id && version == known) return database;
  return absl::FailedPreconditionError(
      id == schema.application_id
          ? absl::StrCat(path, " is a ledger of version ", version,
                         "; this program verifies version ", known)
          : absl::StrCat(path, " is not the ledger of a PDP"));
}

absl::StatusOr<LedgerVerdict> VerifyLedger(Database* database,
                                           const VerifyOptions& options) {
  PULLGATE_ASSIGN_OR_RETURN(const Transaction snapshot,
                            Transaction::BeginRead(database));
  return VerifySnapshot(*database, options);
}

absl::StatusOr<LedgerVerdict> VerifySnapshot(const Database& database,
                                             const VerifyOptions& options) {
  PULLGATE_RETURN_IF_ERROR(CheckWitnesses(database, options));
  PULLGATE_ASSIGN_OR_RETURN(
      const int64_t last,
      QueryNumber(database,
                  "SELECT coalesce((SELECT max(position) FROM event), "
                  "(SELECT forgotten_position FROM ledger), 0)"));
  Findings findings(options.on_finding);
  RetentionCheck cuts(&findings);
  PULLGATE_ASSIGN_OR_RETURN(ChainCheck chain,
                            ChainCheck::Open(database, &findings));
  PULLGATE_ASSIGN_OR_RETURN(
      const auto tree,
      TreeCheck::Open(database, options.keys, last,
                      {options.lowest_stored_level, options.witnesses},
                      &findings));
  PULLGATE_ASSIGN_OR_RETURN(SegmentCheck segments,
                            SegmentCheck::Open(database, &findings));
  Pass pass(options, &findings, &cuts, &chain, tree.get(), &segments);
  PULLGATE_RETURN_IF_ERROR(pass.Run(database, last));
  PULLGATE_RETURN_IF_ERROR(tree->Finish());
  PULLGATE_RETURN_IF_ERROR(
      chain.Finish(database, last > 0 && tree->proven() == last));
  PULLGATE_RETURN_IF_ERROR(segments.Finish());
  PULLGATE_RETURN_IF_ERROR(cuts.Finish(database, pass.first(), last));
  PULLGATE_RETURN_IF_ERROR(CheckWhichCheckpoints(database, last, &findings));

  LedgerVerdict verdict;
  verdict.first_position = pass.first();
  verdict.last_position = pass.last();
  verdict.forgotten = cuts.forgotten();
  verdict.proven = tree->proven();
  verdict.newest = tree->newest();
  verdict.findings = findings.count();
  return verdict;
}

}  // namespace pullgate::pdp
