// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/verify/check_proof.h"

#include <google/protobuf/util/json_util.h>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/status/status_macros.h"
#include "common/wire/time_proto.h"
#include "pdp/proof/tree_proof.h"
#include "pullgate/audit/v1/audit_event.pb.h"
#include "pullgate/audit/v1/ledger_proof.pb.h"

namespace pullgate::pdp {

namespace pb = pullgate::audit::v1;

namespace {

std::string Rfc3339(absl::Time time) {
  return absl::FormatTime(absl::RFC3339_sec, time, absl::UTCTimeZone());
}

absl::Status WrongProof(absl::string_view what) {
  return absl::PermissionDeniedError(what);
}

// The checkpoint of that size, with a good signature.
absl::StatusOr<Checkpoint> TrustedCheckpoint(
    int64_t size, const pb::Checkpoint& brought, const PublicKeys& keys,
    const std::vector<Checkpoint>& given) {
  Checkpoint checkpoint;
  bool found = false;
  for (const Checkpoint& one : given) {
    if (one.tree_size != size) continue;
    checkpoint = one;
    found = true;
  }
  if (!found && brought.note().empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the proof brings no checkpoint of ", size,
                     " events: give one with --checkpoint"));
  }
  if (!found) {
    PULLGATE_ASSIGN_OR_RETURN(checkpoint, ParseNote(brought.note()));
    if (checkpoint.tree_size != size) {
      return WrongProof(absl::StrCat("the checkpoint is of ",
                                     checkpoint.tree_size,
                                     " events, and the proof of ", size));
    }
  }
  if (const absl::Status status = VerifySignature(checkpoint, keys);
      !status.ok()) {
    return WrongProof(
        absl::StrCat("the checkpoint of ", size,
                     " events is not to be trusted: ", status.message()));
  }
  return checkpoint;
}

template <typename Hashes>
absl::StatusOr<std::vector<EventHash>> PathOf(const Hashes& path) {
  std::vector<EventHash> hashes;
  hashes.reserve(static_cast<size_t>(path.size()));
  for (const std::string& bytes : path) {
    const auto hash = EventHashFromBytes(bytes);
    if (!hash) return WrongProof("a hash of the path has not 32 bytes");
    hashes.push_back(*hash);
  }
  return hashes;
}

absl::StatusOr<std::string> CheckInclusion(
    const pb::InclusionProof& proof, const PublicKeys& keys,
    const std::vector<Checkpoint>& given) {
  PULLGATE_ASSIGN_OR_RETURN(
      const Checkpoint checkpoint,
      TrustedCheckpoint(proof.tree_size(), proof.checkpoint(), keys, given));
  PULLGATE_ASSIGN_OR_RETURN(const std::vector<EventHash> path,
                            PathOf(proof.path()));
  if (const absl::Status status =
          VerifyInclusion(HashEvent(proof.event()), proof.position() - 1,
                          checkpoint.tree_size, path, checkpoint.root);
      !status.ok()) {
    return WrongProof(status.message());
  }
  pb::AuditEvent event;
  if (!event.ParseFromString(proof.event())) {
    return WrongProof("what is proven is no event");
  }
  if (!proof.event_id().empty() && event.event_id() != proof.event_id()) {
    return WrongProof(absl::StrCat("what is proven is the event ",
                                   event.event_id(), " and not ",
                                   proof.event_id()));
  }
  return absl::StrCat(
      "event ", event.event_id(), " of ",
      Rfc3339(wire::TimeFromProto(event.event_time())), " is at position ",
      proof.position(), " of the ", checkpoint.tree_size, " that ",
      checkpoint.origin, " had at ", Rfc3339(checkpoint.time), ": ",
      pullgate::decision::v1::Effect_Name(event.effect()), " ", event.asked());
}

absl::StatusOr<std::string> CheckConsistency(
    const pb::ConsistencyProof& proof, const PublicKeys& keys,
    const std::vector<Checkpoint>& given) {
  PULLGATE_ASSIGN_OR_RETURN(
      const Checkpoint first,
      TrustedCheckpoint(proof.first_size(), proof.first(), keys, given));
  PULLGATE_ASSIGN_OR_RETURN(
      const Checkpoint second,
      TrustedCheckpoint(proof.second_size(), proof.second(), keys, given));
  if (first.origin != second.origin) {
    return WrongProof("the checkpoints are of two ledgers");
  }
  PULLGATE_ASSIGN_OR_RETURN(const std::vector<EventHash> path,
                            PathOf(proof.path()));
  if (const absl::Status status = VerifyConsistency(
          first.tree_size, first.root, second.tree_size, second.root, path);
      !status.ok()) {
    return WrongProof(status.message());
  }
  return absl::StrCat("the ", first.tree_size, " events that ", first.origin,
                      " had at ", Rfc3339(first.time), " are the first of the ",
                      second.tree_size, " that it had at ",
                      Rfc3339(second.time), ", unchanged");
}

}  // namespace

absl::StatusOr<std::string> CheckProof(absl::string_view json,
                                       const PublicKeys& keys,
                                       const std::vector<Checkpoint>& given) {
  using google::protobuf::util::JsonStringToMessage;
  const google::protobuf::StringPiece text(json.data(), json.size());
  pb::InclusionProof inclusion;
  if (JsonStringToMessage(text, &inclusion).ok() && inclusion.position() > 0) {
    return CheckInclusion(inclusion, keys, given);
  }
  pb::ConsistencyProof consistency;
  if (JsonStringToMessage(text, &consistency).ok() &&
      consistency.second_size() > 0) {
    return CheckConsistency(consistency, keys, given);
  }
  return absl::InvalidArgumentError(
      "not the JSON of an InclusionProof or a ConsistencyProof, as "
      "GetInclusionProof and GetConsistencyProof answer");
}

}  // namespace pullgate::pdp
