// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/verify_stream.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/rpc/grpc_status.h"
#include "common/status/error_info.h"

namespace pullgate::pdp {

namespace audit_pb = pullgate::audit::v1;

namespace {

constexpr int kMaxWitnesses = 100;

}  // namespace

absl::StatusOr<std::vector<Checkpoint>> WitnessesOf(
    const audit_pb::VerifyLedgerRequest& request) {
  if (request.checkpoints_size() > kMaxWitnesses) {
    return InField("checkpoints", absl::InvalidArgumentError(
                                      absl::StrCat("at most ", kMaxWitnesses)));
  }
  std::vector<Checkpoint> witnesses;
  witnesses.reserve(static_cast<size_t>(request.checkpoints_size()));
  for (const std::string& note : request.checkpoints()) {
    absl::StatusOr<Checkpoint> checkpoint = ParseNote(note);
    if (!checkpoint.ok()) {
      return InField(absl::StrCat("checkpoints[", witnesses.size(), "]"),
                     checkpoint.status());
    }
    witnesses.push_back(*std::move(checkpoint));
  }
  return witnesses;
}

std::shared_ptr<VerifyStream> VerifyStream::Start(
    std::vector<Checkpoint> witnesses, LedgerProver* prover,
    WorkerPool* workers, LiveStreams* live) {
  std::shared_ptr<VerifyStream> stream(new VerifyStream(live));
  stream->self_ = stream;
  live->Add(stream);
  const absl::Status posted = workers->Post(
      [stream, prover, witnesses = std::move(witnesses)]() mutable {
        stream->Work(std::move(witnesses), *prover);
      });
  if (!posted.ok()) stream->End(posted);
  return stream;
}

void VerifyStream::Work(std::vector<Checkpoint> witnesses,
                        LedgerProver& prover) {
  VerifyOptions options;
  options.witnesses = std::move(witnesses);
  options.on_finding = [this](const Finding& finding) { Found(finding); };
  options.on_progress = [this](int64_t position, int64_t last) {
    return Reached(position, last);
  };
  const absl::StatusOr<LedgerVerdict> verdict =
      prover.Verify(std::move(options));
  if (verdict.ok()) Done(*verdict);
  End(verdict.status());
}

void VerifyStream::Found(const Finding& finding) {
  MutexLock lock(&mu_);
  if (told_++ >= kMaxFindings) return;
  if (!next_) next_.emplace();
  audit_pb::LedgerFinding& proto = *next_->add_findings();
  proto.set_first_position(finding.first_position);
  proto.set_last_position(finding.last_position);
  proto.set_event_id(finding.event_id);
  proto.set_what(finding.what);
}

bool VerifyStream::Reached(int64_t position, int64_t last) {
  MutexLock lock(&mu_);
  if (!next_) next_.emplace();
  next_->set_position(position);
  next_->set_last_position(last);
  Advance();
  return !end_ && !finished_;
}

void VerifyStream::Done(const LedgerVerdict& verdict) {
  MutexLock lock(&mu_);
  if (!next_) next_.emplace();
  next_->set_position(verdict.last_position);
  next_->set_last_position(verdict.last_position);
  audit_pb::LedgerVerification& result = *next_->mutable_result();
  result.set_first_position(verdict.first_position);
  result.set_last_position(verdict.last_position);
  result.set_forgotten_position(verdict.forgotten);
  result.set_proven_position(verdict.proven);
  result.set_findings(verdict.findings);
  if (verdict.newest) {
    *result.mutable_newest() = CheckpointToProto(*verdict.newest);
  }
}

void VerifyStream::Advance() {
  if (finished_ || writing_) return;
  if (next_ && (!end_ || end_->ok())) {
    response_ = *std::exchange(next_, std::nullopt);
    writing_ = true;
    StartWrite(&response_);
    return;
  }
  if (!end_) return;
  finished_ = true;
  Finish(ToGrpcStatus(*end_));
}

void VerifyStream::End(const absl::Status& status) {
  MutexLock lock(&mu_);
  if (!end_) end_ = status;
  Advance();
}

void VerifyStream::OnWriteDone(bool ok) {
  MutexLock lock(&mu_);
  writing_ = false;
  if (!ok && (!end_ || end_->ok())) {
    end_ = absl::CancelledError("the caller went away");
  }
  Advance();
}

void VerifyStream::OnCancel() { End(absl::CancelledError("the caller left")); }

void VerifyStream::OnDone() {
  live_->Remove(this);
  const std::shared_ptr<VerifyStream> last = std::move(self_);
}

}  // namespace pullgate::pdp
