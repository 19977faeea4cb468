// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/verify/retention_check.h"

#include "absl/strings/str_cat.h"
#include "common/crypto/sha256.h"
#include "common/sqlite/statement.h"
#include "common/status/status_macros.h"
#include "pdp/proof/pruned_epochs.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::pdp {

using pullgate::audit::v1::AuditEvent;

void RetentionCheck::Event(const EventRow& row) {
  const AuditEvent& event = *row.event;
  // Those of agents are found to be wrong as links of their chain.
  if (event.kind() != AuditEvent::KIND_RETENTION || !event.vch().empty()) {
    return;
  }
  const auto& cut = event.retention();
  const bool follows =
      forgotten_ == 0 || cut.first_position() == forgotten_ + 1;
  if (!follows || cut.first_position() < 1 ||
      cut.last_position() < cut.first_position() ||
      cut.last_position() >= row.position) {
    findings_->Add(
        {row.position, row.position, event.event_id(),
         absl::StrCat("it says that positions ", cut.first_position(), " to ",
                      cut.last_position(),
                      " were forgotten, after those up to ", forgotten_)});
  }
  forgotten_ = cut.last_position();
  recorded_at_ = row.position;
  recorded_in_ = event.event_id();
  epochs_hash_ = cut.epochs_hash();
}

absl::Status RetentionCheck::Finish(const Database& database, int64_t first,
                                    int64_t last) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(
          database, "SELECT last_position, forgotten_position FROM ledger"));
  PULLGATE_ASSIGN_OR_RETURN(const bool found, select.Step());
  const int64_t file_last = found ? select.Int64(0) : -1;
  const int64_t file_forgotten = found ? select.Int64(1) : -1;
  const int64_t begin = first > 0 ? first : last + 1;
  if (begin > forgotten_ + 1) {
    findings_->Add({forgotten_ + 1, begin - 1, "",
                    "missing, and no event of the ledger says that it was told "
                    "to forget them"});
  } else if (begin < forgotten_ + 1) {
    findings_->Add({begin, forgotten_, "",
                    absl::StrCat("they are here, and were forgotten by what "
                                 "the ledger says at position ",
                                 recorded_at_, " (", recorded_in_, ")")});
  }
  if (file_forgotten != forgotten_) {
    findings_->Add({recorded_at_, recorded_at_, recorded_in_,
                    absl::StrCat("the file has ", file_forgotten,
                                 " as the last position forgotten, and its "
                                 "events ",
                                 forgotten_)});
  }
  PULLGATE_ASSIGN_OR_RETURN(const std::string epochs_hash,
                            HashPrunedEpochs(database));
  if (epochs_hash != (forgotten_ == 0 ? Sha256("") : epochs_hash_)) {
    findings_->Add({recorded_at_, recorded_at_, recorded_in_,
                    "what the file keeps of the last events forgotten of each "
                    "epoch was changed: its hash is not the one recorded"});
  }
  if (file_last != last) {
    findings_->Add({last, last, "",
                    absl::StrCat("the file has ", file_last,
                                 " as its last position, and its last event "
                                 "is at ",
                                 last)});
  }
  return absl::OkStatus();
}

}  // namespace pullgate::pdp
