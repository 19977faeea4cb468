// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/verify/ledger_prover.h"

#include <memory>
#include <optional>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "common/sqlite/statement.h"
#include "common/sqlite/transaction.h"
#include "common/status/error_info.h"
#include "common/status/status_macros.h"
#include "common/wire/time_proto.h"
#include "pdp/proof/checkpoint_store.h"
#include "pdp/proof/tree_proof.h"
#include "pdp/proof/tree_store.h"
#include "pdp/verify/event_locator.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::pdp {

namespace pb = pullgate::audit::v1;

namespace {

absl::Status Wrong(absl::string_view field, absl::string_view what) {
  return InField(field, absl::InvalidArgumentError(what));
}

// The size of the newest checkpoint.
absl::StatusOr<int64_t> NewestSize(const Database& database) {
  PULLGATE_ASSIGN_OR_RETURN(const std::optional<Checkpoint> newest,
                            NewestCheckpoint(database));
  if (newest) return newest->tree_size;
  return absl::NotFoundError("the ledger has no events yet");
}

// `asked`, or the newest size if that is 0.
absl::StatusOr<int64_t> SizeOf(const Database& database, int64_t asked) {
  PULLGATE_ASSIGN_OR_RETURN(const int64_t newest, NewestSize(database));
  if (asked < 0) return absl::InvalidArgumentError("a size is negative");
  if (asked <= newest) return asked == 0 ? newest : asked;
  return absl::OutOfRangeError(
      absl::StrCat("the ledger has ", newest, " events, and not ", asked));
}

// Sets `*proto` if the checkpoint of that size was kept.
absl::Status FillCheckpoint(const Database& database, int64_t size,
                            pb::Checkpoint* proto) {
  PULLGATE_ASSIGN_OR_RETURN(const std::optional<Checkpoint> kept,
                            FindCheckpoint(database, size));
  if (kept) *proto = CheckpointToProto(*kept);
  return absl::OkStatus();
}

absl::StatusOr<int64_t> PositionOf(
    const Database& database, const pb::GetInclusionProofRequest& request) {
  if (request.event_id().empty() == (request.position() == 0)) {
    return Wrong("event_id", "ask by event_id, or by position");
  }
  if (request.position() < 0) return Wrong("position", "expected 1 or more");
  if (request.position() > 0) return request.position();
  auto position = LocateEvent(database, request.event_id());
  if (absl::IsInvalidArgument(position.status())) {
    return InField("event_id", position.status());
  }
  return position;
}

}  // namespace

pb::Checkpoint CheckpointToProto(const Checkpoint& checkpoint) {
  pb::Checkpoint proto;
  proto.set_note(NoteOf(checkpoint));
  proto.set_origin(checkpoint.origin);
  proto.set_tree_size(checkpoint.tree_size);
  proto.set_root_hash(ToBytes(checkpoint.root));
  wire::ToProto(checkpoint.time, proto.mutable_time());
  return proto;
}

absl::StatusOr<pb::GetCheckpointResponse> LedgerProver::GetCheckpoint(
    const pb::GetCheckpointRequest& request) const {
  PULLGATE_ASSIGN_OR_RETURN(const auto database, OpenLedgerAsFound(path_));
  PULLGATE_ASSIGN_OR_RETURN(const Transaction snapshot,
                            Transaction::BeginRead(database.get()));
  PULLGATE_ASSIGN_OR_RETURN(
      const std::optional<Checkpoint> checkpoint,
      request.tree_size() == 0
          ? NewestCheckpoint(*database)
          : FindCheckpoint(*database, request.tree_size()));
  if (!checkpoint) {
    return absl::NotFoundError(
        request.tree_size() == 0
            ? "the ledger has no events yet"
            : absl::StrCat("no checkpoint was kept of ", request.tree_size(),
                           " events: some are, where segments end, and the "
                           "newest"));
  }
  pb::GetCheckpointResponse response;
  *response.mutable_checkpoint() = CheckpointToProto(*checkpoint);
  response.set_public_key(key_->public_pem());
  return response;
}

absl::StatusOr<pb::InclusionProof> LedgerProver::GetInclusionProof(
    const pb::GetInclusionProofRequest& request) const {
  PULLGATE_ASSIGN_OR_RETURN(const auto database, OpenLedgerAsFound(path_));
  PULLGATE_ASSIGN_OR_RETURN(const Transaction snapshot,
                            Transaction::BeginRead(database.get()));
  PULLGATE_ASSIGN_OR_RETURN(const int64_t position,
                            PositionOf(*database, request));
  PULLGATE_ASSIGN_OR_RETURN(const int64_t size,
                            SizeOf(*database, request.tree_size()));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement find,
      Statement::Prepare(*database,
                         "SELECT payload FROM event WHERE position = ?"));
  find.BindInt64(1, position);
  PULLGATE_ASSIGN_OR_RETURN(const bool found, find.Step());
  if (!found) {
    return absl::NotFoundError(absl::StrCat("there is no event at position ",
                                            position, " of the ledger"));
  }
  if (position > size) {
    return absl::OutOfRangeError(
        absl::StrCat("the tree of ", size,
                     " events does not have that at position ", position));
  }
  pb::InclusionProof proof;
  proof.set_event(std::string(find.Blob(0)));
  proof.set_position(position);
  proof.set_tree_size(size);
  pb::AuditEvent event;
  if (event.ParseFromString(proof.event())) {
    proof.set_event_id(event.event_id());
  }
  PULLGATE_ASSIGN_OR_RETURN(TreeStore store, TreeStore::Open(*database));
  PULLGATE_ASSIGN_OR_RETURN(const std::vector<EventHash> path,
                            InclusionPath(store, position - 1, size));
  for (const EventHash& hash : path) proof.add_path(ToBytes(hash));
  PULLGATE_RETURN_IF_ERROR(
      FillCheckpoint(*database, size, proof.mutable_checkpoint()));
  if (proof.checkpoint().note().empty()) proof.clear_checkpoint();
  return proof;
}

absl::StatusOr<pb::ConsistencyProof> LedgerProver::GetConsistencyProof(
    const pb::GetConsistencyProofRequest& request) const {
  if (request.first_size() < 1)
    return Wrong("first_size", "expected 1 or more");
  PULLGATE_ASSIGN_OR_RETURN(const auto database, OpenLedgerAsFound(path_));
  PULLGATE_ASSIGN_OR_RETURN(const Transaction snapshot,
                            Transaction::BeginRead(database.get()));
  PULLGATE_ASSIGN_OR_RETURN(const int64_t second,
                            SizeOf(*database, request.second_size()));
  PULLGATE_ASSIGN_OR_RETURN(const int64_t first,
                            SizeOf(*database, request.first_size()));
  if (first > second) {
    return Wrong("second_size",
                 absl::StrCat("is smaller than first_size, ", first));
  }
  pb::ConsistencyProof proof;
  proof.set_first_size(first);
  proof.set_second_size(second);
  PULLGATE_ASSIGN_OR_RETURN(TreeStore store, TreeStore::Open(*database));
  PULLGATE_ASSIGN_OR_RETURN(const std::vector<EventHash> path,
                            ConsistencyPath(store, first, second));
  for (const EventHash& hash : path) proof.add_path(ToBytes(hash));
  PULLGATE_RETURN_IF_ERROR(
      FillCheckpoint(*database, first, proof.mutable_first()));
  PULLGATE_RETURN_IF_ERROR(
      FillCheckpoint(*database, second, proof.mutable_second()));
  if (proof.first().note().empty()) proof.clear_first();
  if (proof.second().note().empty()) proof.clear_second();
  return proof;
}

absl::StatusOr<LedgerVerdict> LedgerProver::Verify(VerifyOptions options) {
  if (verifying_.exchange(true)) {
    return WithReason(absl::ResourceExhaustedError(
                          "a verification is under way; one at a time"),
                      "BUSY");
  }
  const auto done = absl::MakeCleanup([this] { verifying_ = false; });
  PULLGATE_ASSIGN_OR_RETURN(const auto database, OpenLedgerAsFound(path_));
  options.keys = &key_->keys();
  return VerifyLedger(database.get(), options);
}

}  // namespace pullgate::pdp
