// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/decide/backoff_pdp_client.h"

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"

namespace pullgate::agent {

absl::StatusOr<IssuedDecision> BackoffPdpClient::CheckPull(
    const PdpQuestion& question, absl::Time deadline) {
  PULLGATE_RETURN_IF_ERROR(Admit());
  absl::StatusOr<IssuedDecision> issued = inner_->CheckPull(question, deadline);
  Learn(issued.status(),
        question.evidence.outcome != Evidence::Outcome::kAbsent);
  return issued;
}

void BackoffPdpClient::Reset() {
  MutexLock lock(&mu_);
  silences_ = 0;
  backoff_.Reset();
}

absl::Status BackoffPdpClient::Admit() {
  const absl::Time now = clock_->Now();
  MutexLock lock(&mu_);
  if (silences_ < kSilences) return absl::OkStatus();
  if (trying_ || now < retry_at_) {
    return absl::UnavailableError(
        "the PDP takes questions and does not answer; it is left alone for a "
        "while");
  }
  trying_ = true;
  return absl::OkStatus();
}

void BackoffPdpClient::Learn(const absl::Status& status, bool counts) {
  const absl::Time now = clock_->Now();
  MutexLock lock(&mu_);
  trying_ = false;
  if (!absl::IsDeadlineExceeded(status)) {
    silences_ = 0;
    backoff_.Reset();
    return;
  }
  if (!counts && silences_ < kSilences) return;
  if (++silences_ >= kSilences) retry_at_ = now + backoff_.Next();
}

}  // namespace pullgate::agent
