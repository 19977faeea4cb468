// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/verify/ledger_tool.h"

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/files/read_file.h"
#include "common/status/status_macros.h"
#include "google/protobuf/util/json_util.h"
#include "pdp/proof/checkpoint.h"
#include "pdp/proof/ledger_key.h"
#include "pdp/verify/check_proof.h"
#include "pdp/verify/ledger_verifier.h"
#include "pullgate/audit/v1/ledger_proof.pb.h"

namespace pullgate::pdp {
namespace {

constexpr size_t kMaxFile = 1 << 20;

absl::Status In(const std::string& path, const absl::Status& status) {
  return {status.code(), absl::StrCat(path, ": ", status.message())};
}

absl::StatusOr<PublicKeys> ReadKeys(const std::string& path) {
  if (path.empty()) {
    return absl::InvalidArgumentError(
        "--public_key is missing: the PEM file with the key of the PDP, got "
        "from its operator");
  }
  PULLGATE_ASSIGN_OR_RETURN(const std::string pem, ReadFile(path, kMaxFile));
  absl::StatusOr<PublicKeys> keys = PublicKeys::Parse(pem);
  if (!keys.ok()) return In(path, keys.status());
  return keys;
}

// A checkpoint as text, or the JSON that GetCheckpoint answers.
absl::StatusOr<Checkpoint> ReadCheckpoint(const std::string& path) {
  PULLGATE_ASSIGN_OR_RETURN(std::string note, ReadFile(path, kMaxFile));
  if (absl::StartsWith(note, "{")) {
    pullgate::audit::v1::GetCheckpointResponse response;
    if (!google::protobuf::util::JsonStringToMessage(note, &response).ok()) {
      return In(path,
                absl::InvalidArgumentError("not what GetCheckpoint answers"));
    }
    note = response.checkpoint().note();
  }
  absl::StatusOr<Checkpoint> checkpoint = ParseNote(note);
  if (!checkpoint.ok()) return In(path, checkpoint.status());
  return checkpoint;
}

absl::StatusOr<std::vector<Checkpoint>> ReadCheckpoints(
    const std::vector<std::string>& paths) {
  std::vector<Checkpoint> checkpoints;
  checkpoints.reserve(paths.size());
  for (const std::string& path : paths) {
    PULLGATE_ASSIGN_OR_RETURN(Checkpoint checkpoint, ReadCheckpoint(path));
    checkpoints.push_back(std::move(checkpoint));
  }
  return checkpoints;
}

absl::StatusOr<LedgerVerdict> Verify(const LedgerToolOptions& options,
                                     std::ostream& out) {
  PULLGATE_ASSIGN_OR_RETURN(const PublicKeys keys,
                            ReadKeys(options.public_key));
  if (options.ledger.empty()) {
    return absl::InvalidArgumentError(
        "--ledger is missing: the file ledger.db of a PDP, or a copy");
  }
  VerifyOptions verify;
  verify.keys = &keys;
  PULLGATE_ASSIGN_OR_RETURN(verify.witnesses,
                            ReadCheckpoints(options.checkpoints));
  verify.on_finding = [&out](const Finding& finding) {
    out << ToString(finding) << '\n';
  };
  PULLGATE_ASSIGN_OR_RETURN(const std::unique_ptr<Database> database,
                            OpenLedgerAsFound(options.ledger));
  return VerifyLedger(database.get(), verify);
}

std::string ClosingLine(const LedgerVerdict& verdict) {
  const std::string events =
      verdict.last_position == 0
          ? "no events"
          : absl::StrCat("events at positions ", verdict.first_position, " to ",
                         verdict.last_position);
  const std::string forgotten =
      verdict.forgotten == 0
          ? ""
          : absl::StrCat(", those up to ", verdict.forgotten, " forgotten");
  if (verdict.findings > 0) {
    return absl::StrCat("FOUND: ", verdict.findings, " findings; ", events,
                        forgotten, "; signatures vouch for all up to position ",
                        verdict.proven);
  }
  if (!verdict.newest) return absl::StrCat("good: ", events);
  return absl::StrCat("good: ", events, forgotten, ", as signed at ",
                      absl::FormatTime(absl::RFC3339_sec, verdict.newest->time,
                                       absl::UTCTimeZone()),
                      " for ", verdict.newest->origin);
}

absl::StatusOr<std::string> Check(const LedgerToolOptions& options) {
  PULLGATE_ASSIGN_OR_RETURN(const PublicKeys keys,
                            ReadKeys(options.public_key));
  PULLGATE_ASSIGN_OR_RETURN(const std::vector<Checkpoint> checkpoints,
                            ReadCheckpoints(options.checkpoints));
  if (options.proof.empty()) {
    return absl::InvalidArgumentError(
        "--proof is missing: the JSON that GetInclusionProof or "
        "GetConsistencyProof answered");
  }
  PULLGATE_ASSIGN_OR_RETURN(const std::string json,
                            ReadFile(options.proof, kMaxFile));
  return CheckProof(json, keys, checkpoints);
}

LedgerExit CannotTell(const absl::Status& status, std::ostream& err) {
  err << "pullgate-ledger: " << status.message() << '\n';
  return LedgerExit::kNotVerifiable;
}

}  // namespace

LedgerExit VerifyLedgerFile(const LedgerToolOptions& options, std::ostream& out,
                            std::ostream& err) {
  const absl::StatusOr<LedgerVerdict> verdict = Verify(options, out);
  if (!verdict.ok()) return CannotTell(verdict.status(), err);
  out << ClosingLine(*verdict) << '\n';
  return verdict->findings == 0 ? LedgerExit::kGood : LedgerExit::kFound;
}

LedgerExit CheckProofFile(const LedgerToolOptions& options, std::ostream& out,
                          std::ostream& err) {
  const absl::StatusOr<std::string> proven = Check(options);
  if (proven.ok()) {
    out << "good: " << *proven << '\n';
    return LedgerExit::kGood;
  }
  if (!absl::IsPermissionDenied(proven.status())) {
    return CannotTell(proven.status(), err);
  }
  out << "FOUND: " << proven.status().message() << '\n';
  return LedgerExit::kFound;
}

}  // namespace pullgate::pdp
