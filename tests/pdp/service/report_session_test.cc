// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/report_session.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/status/error_info.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/fakes/pdp/fake_audit_ledger.h"
#include "tests/fakes/pdp/recording_observer.h"
#include "tests/support/audit_events.h"

namespace pullgate::pdp {
namespace {

using pullgate::audit::v1::AuditEvent;
using pullgate::audit::v1::ReportEventsRequest;
using ::testing::Contains;
using ::testing::HasSubstr;

class ReportSessionTest : public ::testing::Test {
 protected:
  static ReportEventsRequest First(const std::string& vch = "vchs/a",
                                   const std::string& epoch = "e1") {
    ReportEventsRequest request;
    request.set_vch(vch);
    request.set_epoch(epoch);
    return request;
  }

  static ReportEventsRequest Events(int64_t first, int64_t last) {
    ReportEventsRequest request;
    for (const AuditEvent& event : SampleEvents(Vch("a"), "e1", first, last)) {
      request.add_events(event.SerializeAsString());
    }
    return request;
  }

  std::optional<int64_t> Acked() {
    const auto response = session_.Next();
    if (!response) return std::nullopt;
    return response->acked_sequence();
  }

  void Begin() {
    ASSERT_EQ(session_.OnMessage(First()), absl::OkStatus());
    ASSERT_EQ(Acked(), 0);
  }

  FakeAuditLedger ledger_;
  RecordingObserver observer_;
  ReportSession session_{Caller::Agent(Vch("a")), &ledger_, &observer_};
};

TEST_F(ReportSessionTest, SaysWhereToContinueThenAcknowledgesEachBatch) {
  Begin();
  EXPECT_EQ(session_.OnMessage(Events(1, 3)), absl::OkStatus());
  EXPECT_EQ(Acked(), 3);
  EXPECT_EQ(Acked(), std::nullopt);
  EXPECT_EQ(session_.OnMessage(Events(4, 4)), absl::OkStatus());
  EXPECT_EQ(Acked(), 4);
  EXPECT_EQ(ledger_.size(), 4);
  EXPECT_THAT(observer_.lines(), Contains("stored a 3 to 3"));

  ReportSession later(Caller::Agent(Vch("a")), &ledger_, &observer_);
  EXPECT_EQ(later.OnMessage(First()), absl::OkStatus());
  EXPECT_EQ(later.Next()->acked_sequence(), 4);
}

TEST_F(ReportSessionTest, TakesRepeatsOnceAndAnswersAnEmptyBatch) {
  Begin();
  ASSERT_TRUE(session_.OnMessage(Events(1, 3)).ok());
  EXPECT_EQ(Acked(), 3);
  EXPECT_EQ(session_.OnMessage(Events(2, 5)), absl::OkStatus());
  EXPECT_EQ(Acked(), 5);
  EXPECT_EQ(session_.OnMessage(Events(1, 2)), absl::OkStatus());
  EXPECT_EQ(Acked(), 5);
  EXPECT_EQ(session_.OnMessage(ReportEventsRequest()), absl::OkStatus());
  EXPECT_EQ(Acked(), 5);
  EXPECT_EQ(ledger_.size(), 5);
}

TEST_F(ReportSessionTest, KeepsAndAcknowledgesWhatIsValidBeforeABrokenEvent) {
  Begin();
  ReportEventsRequest request = Events(1, 5);
  AuditEvent third = SampleEvents(Vch("a"), "e1", 3, 3).front();
  third.clear_effect();
  *request.mutable_events(2) = third.SerializeAsString();
  const absl::Status status = session_.OnMessage(request);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("sequence 3"));
  EXPECT_EQ(FieldViolationsOf(status).at(0).field, "effect");
  EXPECT_EQ(Acked(), 2);
  EXPECT_EQ(ledger_.size(), 2);
}

TEST_F(ReportSessionTest, RefusesAGapByTheSequenceItBreaksAt) {
  Begin();
  ReportEventsRequest request = Events(1, 2);
  request.add_events(
      SampleEvents(Vch("a"), "e1", 4, 4).front().SerializeAsString());
  const absl::Status status = session_.OnMessage(request);
  EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(ReasonOf(status), "SEQUENCE_GAP");
  EXPECT_THAT(std::string(status.message()), HasSubstr("sequence 4"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("3 was expected"));
  EXPECT_EQ(Acked(), 2);
}

TEST_F(ReportSessionTest, RefusesAGapAtTheStartAndStoresNothing) {
  Begin();
  const absl::Status status = session_.OnMessage(Events(2, 3));
  EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
  EXPECT_THAT(std::string(status.message()), HasSubstr("1 was expected"));
  EXPECT_EQ(Acked(), 0);
  EXPECT_EQ(ledger_.size(), 0);
}

TEST_F(ReportSessionTest, RefusesEventsOutOfOrder) {
  Begin();
  ReportEventsRequest request = Events(1, 3);
  request.mutable_events()->SwapElements(1, 2);
  EXPECT_EQ(session_.OnMessage(request).code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(Acked(), 1);
}

TEST_F(ReportSessionTest, AcknowledgesNothingThatTheLedgerRefused) {
  Begin();
  ledger_.FailWith(absl::UnavailableError("disk full"));
  EXPECT_EQ(session_.OnMessage(Events(1, 2)).code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(Acked(), std::nullopt);
  EXPECT_THAT(observer_.lines(), Contains("report vch/a UNAVAILABLE"));
}

TEST_F(ReportSessionTest, RefusesAnotherVchAndSaysSo) {
  const absl::Status status = session_.OnMessage(First("vchs/b"));
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(ReasonOf(status), "OTHER_VCH");
  EXPECT_THAT(observer_.lines(), Contains("report vch/a PERMISSION_DENIED"));
}

TEST_F(ReportSessionTest, RefusesAnEventOfAnotherVch) {
  Begin();
  ReportEventsRequest request;
  request.add_events(
      SampleEvents(Vch("b"), "e1", 1, 1).front().SerializeAsString());
  EXPECT_EQ(session_.OnMessage(request).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ledger_.size(), 0);
}

TEST_F(ReportSessionTest, RefusesAFirstMessageThatIsNone) {
  ReportEventsRequest with_events = Events(1, 1);
  with_events.set_vch("vchs/a");
  with_events.set_epoch("e1");
  for (const ReportEventsRequest& first :
       {ReportEventsRequest(), First("a"), First("vchs/a", ""),
        First("vchs/a", "e/1"), Events(1, 1), with_events}) {
    ReportSession session(Caller::Agent(Vch("a")), &ledger_, &observer_);
    EXPECT_EQ(session.OnMessage(first).code(),
              absl::StatusCode::kInvalidArgument)
        << first.ShortDebugString();
    EXPECT_FALSE(session.Next().has_value());
  }
  EXPECT_EQ(ledger_.size(), 0);
}

TEST_F(ReportSessionTest, RefusesASecondFirstMessage) {
  Begin();
  EXPECT_EQ(session_.OnMessage(First()).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(ReportSessionTest, NamesWhatIsNoEventByItsPlace) {
  Begin();
  ReportEventsRequest request = Events(1, 2);
  request.add_events("\xff\xff no event");
  const absl::Status status = session_.OnMessage(request);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(FieldViolationsOf(status).at(0).field, "events[2]");
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("after the event of sequence 2"));
  EXPECT_EQ(Acked(), 2);
}

TEST_F(ReportSessionTest, GoesOnAfterWhatTheAgentDropped) {
  Begin();
  ASSERT_TRUE(session_.OnMessage(Events(1, 2)).ok());
  EXPECT_EQ(Acked(), 2);
  ReportEventsRequest dropped;
  dropped.set_dropped_through(6);
  EXPECT_EQ(session_.OnMessage(dropped), absl::OkStatus());
  EXPECT_EQ(Acked(), 2);
  EXPECT_EQ(session_.OnMessage(Events(7, 8)), absl::OkStatus());
  EXPECT_EQ(Acked(), 8);
}

TEST_F(ReportSessionTest, RefusesAnotherGapThanTheOneItWasTold) {
  Begin();
  for (const auto& [dropped, first] :
       {std::pair<int64_t, int64_t>{6, 6}, {6, 8}, {0, 2}}) {
    ReportSession session(Caller::Agent(Vch("a")), &ledger_, &observer_);
    ASSERT_TRUE(session.OnMessage(First()).ok());
    ReportEventsRequest request = Events(first, first);
    request.set_dropped_through(dropped);
    EXPECT_EQ(ReasonOf(session.OnMessage(request)), "SEQUENCE_GAP");
  }
  for (const int64_t wrong : {int64_t{-1}, INT64_MAX}) {
    ReportEventsRequest request;
    request.set_dropped_through(wrong);
    EXPECT_EQ(FieldViolationsOf(session_.OnMessage(request)).at(0).field,
              "dropped_through");
  }
  EXPECT_EQ(ledger_.size(), 0);
}

TEST_F(ReportSessionTest, RefusesABatchThatIsTooLong) {
  Begin();
  EXPECT_EQ(session_.OnMessage(Events(1, kMaxReportEvents + 1)).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ledger_.size(), 0);
}

TEST_F(ReportSessionTest, RefusesABatchOfTooManyBytes) {
  Begin();
  ReportEventsRequest request = Events(1, 100);
  AuditEvent extra;
  extra.set_message(std::string(60'000, 'x'));
  for (std::string& payload : *request.mutable_events()) {
    payload += extra.SerializeAsString();
  }
  EXPECT_EQ(session_.OnMessage(request).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ledger_.size(), 0);
}

}  // namespace
}  // namespace pullgate::pdp
