// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/report_session.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/error_info.h"
#include "common/status/status_macros.h"
#include "pdp/service/event_check.h"

namespace pullgate::pdp {
namespace {

namespace pb = pullgate::audit::v1;

absl::Status CheckSize(const pb::ReportEventsRequest& request) {
  if (request.events_size() > kMaxReportEvents) {
    return InField("events",
                   absl::InvalidArgumentError(absl::StrCat(
                       "at most ", kMaxReportEvents, " in a message; this has ",
                       request.events_size())));
  }
  const size_t bytes = request.ByteSizeLong();
  if (bytes > kMaxReportBytes) {
    return InField("events", absl::InvalidArgumentError(absl::StrCat(
                                 "at most ", kMaxReportBytes,
                                 " bytes in a message; this has ", bytes)));
  }
  return absl::OkStatus();
}

// `status` with the sequence it is about in front.
absl::Status At(int64_t sequence, const absl::Status& status) {
  absl::Status named(status.code(), absl::StrCat("event of sequence ", sequence,
                                                 ": ", status.message()));
  status.ForEachPayload(
      [&named](absl::string_view url, const absl::Cord& cord) {
        named.SetPayload(url, cord);
      });
  return named;
}

absl::Status Gap(int64_t expected, int64_t got) {
  return At(got, WithReason(absl::OutOfRangeError(absl::StrCat(
                                "sequence ", expected,
                                " was expected, after the last durable one")),
                            "SEQUENCE_GAP"));
}

}  // namespace

ReportSession::ReportSession(Caller caller, AuditLedger* ledger,
                             AuditObserver* observer)
    : caller_(std::move(caller)), ledger_(ledger), observer_(observer) {}

absl::Status ReportSession::OnMessage(const pb::ReportEventsRequest& request) {
  absl::Status status = Handle(request);
  if (!status.ok()) observer_->ReportFailed(caller_, status);
  return status;
}

absl::Status ReportSession::Handle(const pb::ReportEventsRequest& request) {
  if (!source_) return Begin(request);
  if (!request.vch().empty() || !request.epoch().empty()) {
    return InField(request.vch().empty() ? "epoch" : "vch",
                   absl::InvalidArgumentError("in the first message only"));
  }
  PULLGATE_RETURN_IF_ERROR(CheckSize(request));
  return Continue(request.events());
}

absl::Status ReportSession::Begin(const pb::ReportEventsRequest& request) {
  absl::StatusOr<VchId> vch = VchId::ParseName(request.vch());
  if (!vch.ok()) return InField("vch", vch.status());
  PULLGATE_RETURN_IF_ERROR(MayActFor(caller_, *vch));
  PULLGATE_RETURN_IF_ERROR(InField("epoch", CheckEpoch(request.epoch())));
  if (request.events_size() > 0) {
    return InField("events",
                   absl::InvalidArgumentError(
                       "the first message has none: wait for the answer, "
                       "which says where to continue"));
  }
  PULLGATE_ASSIGN_OR_RETURN(const int64_t last,
                            ledger_->LastSequence(*vch, request.epoch()));
  source_ = Source{*std::move(vch), request.epoch(), last};
  Acknowledge(last);
  return absl::OkStatus();
}

absl::Status ReportSession::Continue(const Events& events) {
  absl::Status broken;
  const int valid = ValidPrefix(events, &broken);
  if (valid > 0) {
    const std::vector<pb::AuditEvent> batch(events.begin(),
                                            events.begin() + valid);
    PULLGATE_ASSIGN_OR_RETURN(
        source_->last_sequence,
        ledger_->Append(source_->vch, source_->epoch, batch));
    observer_->EventsStored(source_->vch, valid, source_->last_sequence);
  }
  if (valid > 0 || broken.ok()) Acknowledge(source_->last_sequence);
  return broken;
}

int ReportSession::ValidPrefix(const Events& events,
                               absl::Status* broken) const {
  int64_t last = source_->last_sequence;
  for (int i = 0; i < events.size(); ++i) {
    const pb::AuditEvent& event = events[i];
    const absl::Status status = CheckEvent(source_->vch, source_->epoch, event);
    if (!status.ok()) {
      *broken = At(event.sequence(), status);
      return i;
    }
    if (event.sequence() > last + 1 ||
        (i > 0 && event.sequence() != events[i - 1].sequence() + 1)) {
      *broken = Gap(i > 0 ? events[i - 1].sequence() + 1 : last + 1,
                    event.sequence());
      return i;
    }
    last = std::max(last, event.sequence());
  }
  return events.size();
}

void ReportSession::Acknowledge(int64_t sequence) {
  MutexLock lock(&mu_);
  to_acknowledge_ = sequence;
}

std::optional<pb::ReportEventsResponse> ReportSession::Next() {
  MutexLock lock(&mu_);
  if (!to_acknowledge_) return std::nullopt;
  pb::ReportEventsResponse response;
  response.set_acked_sequence(*std::exchange(to_acknowledge_, std::nullopt));
  return response;
}

}  // namespace pullgate::pdp
