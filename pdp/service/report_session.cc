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

namespace audit_pb = pullgate::audit::v1;

// No sequence is as large; adding 1 stays possible.
constexpr int64_t kMaxSequence = int64_t{1} << 62;

absl::Status CheckSize(const audit_pb::ReportEventsRequest& request) {
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

// What does not parse has no sequence: it is named by its place.
absl::Status Unreadable(size_t index, int64_t sequence_before) {
  return InField(
      absl::StrCat("events[", index, "]"),
      absl::InvalidArgumentError(absl::StrCat(
          "not a pullgate.audit.v1.AuditEvent",
          sequence_before == 0 ? ""
                               : absl::StrCat(", after the event of sequence ",
                                              sequence_before))));
}

}  // namespace

ReportSession::ReportSession(Caller caller, AuditLedger* ledger,
                             AuditObserver* observer)
    : caller_(std::move(caller)), ledger_(ledger), observer_(observer) {}

absl::Status ReportSession::OnMessage(
    const audit_pb::ReportEventsRequest& request) {
  absl::Status status = Handle(request);
  if (!status.ok()) observer_->ReportFailed(caller_, status);
  return status;
}

absl::Status ReportSession::Handle(
    const audit_pb::ReportEventsRequest& request) {
  if (!source_) return Begin(request);
  if (!request.vch().empty() || !request.epoch().empty()) {
    return InField(request.vch().empty() ? "epoch" : "vch",
                   absl::InvalidArgumentError("in the first message only"));
  }
  PULLGATE_RETURN_IF_ERROR(CheckSize(request));
  return Continue(request);
}

absl::Status ReportSession::Begin(
    const audit_pb::ReportEventsRequest& request) {
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
  source_ = Source{*std::move(vch), request.epoch()};
  PULLGATE_RETURN_IF_ERROR(NoteDropped(request.dropped_through()));
  Acknowledge(last);
  return absl::OkStatus();
}

absl::Status ReportSession::NoteDropped(int64_t dropped_through) {
  if (dropped_through < 0 || dropped_through >= kMaxSequence) {
    return InField("dropped_through",
                   absl::InvalidArgumentError("expected a sequence, or 0"));
  }
  source_->dropped_through =
      std::max(source_->dropped_through, dropped_through);
  return absl::OkStatus();
}

absl::Status ReportSession::Continue(
    const audit_pb::ReportEventsRequest& request) {
  PULLGATE_RETURN_IF_ERROR(NoteDropped(request.dropped_through()));
  absl::Status broken;
  const std::vector<RecordedEvent> events = ValidPrefix(request, &broken);
  // An empty batch is answered too.
  if (events.empty() && !broken.ok()) return broken;
  PULLGATE_ASSIGN_OR_RETURN(const AppendResult result,
                            ledger_->Append(source_->vch, source_->epoch,
                                            events, source_->dropped_through));
  if (!events.empty()) {
    observer_->EventsStored(source_->vch, static_cast<int>(events.size()),
                            result.last_sequence);
  }
  Acknowledge(result.last_sequence);
  return result.refused.ok() ? broken : result.refused;
}

std::vector<RecordedEvent> ReportSession::ValidPrefix(
    const audit_pb::ReportEventsRequest& request, absl::Status* broken) const {
  EventReader reader;
  std::vector<RecordedEvent> events;
  events.reserve(static_cast<size_t>(request.events_size()));
  for (const std::string& payload : request.events()) {
    std::optional<RecordedEvent> recorded = reader.Read(payload);
    if (!recorded) {
      *broken = Unreadable(events.size(),
                           events.empty() ? 0 : events.back().sequence);
      return events;
    }
    const absl::Status status = CheckEvent(source_->vch, source_->epoch,
                                           reader.event(), payload.size());
    if (!status.ok()) {
      *broken = At(recorded->sequence, status);
      return events;
    }
    events.push_back(*std::move(recorded));
  }
  return events;
}

void ReportSession::Acknowledge(int64_t sequence) {
  MutexLock lock(&mu_);
  to_acknowledge_ = sequence;
}

std::optional<audit_pb::ReportEventsResponse> ReportSession::Next() {
  MutexLock lock(&mu_);
  if (!to_acknowledge_) return std::nullopt;
  audit_pb::ReportEventsResponse response;
  response.set_acked_sequence(*std::exchange(to_acknowledge_, std::nullopt));
  return response;
}

}  // namespace pullgate::pdp
