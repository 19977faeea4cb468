// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Events between real sockets: reported, listed and followed.

#include <grpcpp/support/sync_stream.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "common/rpc/grpc_status.h"
#include "common/status/error_info.h"
#include "gtest/gtest.h"
#include "pullgate/audit/v1/audit_service.grpc.pb.h"
#include "tests/support/audit_events.h"
#include "tests/support/pdp/running_pdp.h"

namespace pullgate::pdp {
namespace {

namespace pb = pullgate::audit::v1;

class AuditStreamTest : public ::testing::Test {
 protected:
  // Reports events of the VCH "a"; returns the last acknowledged sequence, and
  // how it ended.
  int64_t Report(int64_t first, int64_t last, grpc::Status* status,
                 int broken = -1) {
    const auto stub = pb::AuditService::NewStub(pdp_.AsAgent("a"));
    const auto context = Context();
    const auto stream = stub->ReportEvents(context.get());
    pb::ReportEventsRequest request;
    request.set_vch("vchs/a");
    request.set_epoch("e1");
    stream->Write(request);
    pb::ReportEventsResponse response;
    EXPECT_TRUE(stream->Read(&response));
    request.Clear();
    for (const pb::AuditEvent& event :
         SampleEvents(Vch("a"), "e1", first, last)) {
      request.add_events(event.SerializeAsString());
    }
    if (broken >= 0) {
      pb::AuditEvent event;
      event.set_event_id("broken");
      *request.mutable_events(broken) += event.SerializeAsString();
    }
    stream->Write(request);
    int64_t acked = response.acked_sequence();
    if (stream->Read(&response)) acked = response.acked_sequence();
    stream->WritesDone();
    *status = stream->Finish();
    return acked;
  }

  std::vector<int64_t> List() {
    pb::ListEventsResponse response;
    const auto stub = pb::AuditService::NewStub(pdp_.AsOperator("victor"));
    EXPECT_TRUE(
        stub->ListEvents(Context().get(), pb::ListEventsRequest(), &response)
            .ok());
    return SequencesOf({response.events().begin(), response.events().end()});
  }

  RunningPdp pdp_;
  grpc::Status status_;
};

TEST_F(AuditStreamTest, WhatIsAcknowledgedIsListedAndSurvivesARestart) {
  EXPECT_EQ(Report(1, 3, &status_), 3);
  EXPECT_TRUE(status_.ok());
  EXPECT_EQ(List(), (std::vector<int64_t>{3, 2, 1}));
  pdp_.Restart();
  EXPECT_EQ(List(), (std::vector<int64_t>{3, 2, 1}));
  EXPECT_EQ(Report(2, 4, &status_), 4);
  EXPECT_EQ(List(), (std::vector<int64_t>{4, 3, 2, 1}));
}

TEST_F(AuditStreamTest, WhatIsValidBeforeABrokenEventIsAcknowledged) {
  EXPECT_EQ(Report(1, 3, &status_, /*broken=*/2), 2);
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_NE(status_.error_message().find("sequence 3"), std::string::npos);
  EXPECT_EQ(List(), (std::vector<int64_t>{2, 1}));
}

TEST_F(AuditStreamTest, FollowersSeeWhatIsStoredAndResumeByCursor) {
  ASSERT_EQ(Report(1, 2, &status_), 2);
  const auto stub = pb::AuditService::NewStub(pdp_.AsOperator("victor"));
  auto context = Context();
  auto tail = stub->TailEvents(context.get(), pb::TailEventsRequest());
  // From now on nothing is missed.
  tail->WaitForInitialMetadata();
  ASSERT_EQ(Report(3, 5, &status_), 5);
  pb::TailEventsResponse response;
  ASSERT_TRUE(tail->Read(&response));
  EXPECT_EQ(response.event().sequence(), 3);
  ASSERT_TRUE(tail->Read(&response));
  EXPECT_EQ(response.event().sequence(), 4);
  context->TryCancel();
  EXPECT_EQ(tail->Finish().error_code(), grpc::StatusCode::CANCELLED);

  pb::TailEventsRequest resume;
  resume.set_cursor(response.cursor());
  pdp_.Restart();
  const auto again = pb::AuditService::NewStub(pdp_.AsOperator("victor"));
  context = Context();
  tail = again->TailEvents(context.get(), resume);
  ASSERT_TRUE(tail->Read(&response));
  EXPECT_EQ(response.event().sequence(), 5);
  context->TryCancel();
  tail->Finish();
}

TEST_F(AuditStreamTest, FollowersEndWithUnavailableWhenThePdpStops) {
  const auto stub = pb::AuditService::NewStub(pdp_.AsOperator("victor"));
  const auto context = Context();
  const auto tail = stub->TailEvents(context.get(), pb::TailEventsRequest());
  tail->WaitForInitialMetadata();
  std::thread stopper([this] { pdp_.server().Shutdown(); });
  pb::TailEventsResponse response;
  EXPECT_FALSE(tail->Read(&response));
  const absl::Status end = FromGrpcStatus(tail->Finish());
  EXPECT_EQ(end.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(end), "SHUTTING_DOWN");
  stopper.join();
}

TEST_F(AuditStreamTest, RefusesBadFollowersAndTooMany) {
  const auto stub = pb::AuditService::NewStub(pdp_.AsOperator("victor"));
  pb::TailEventsRequest bad;
  bad.set_cursor("42");
  pb::TailEventsResponse response;
  auto context = Context();
  auto tail = stub->TailEvents(context.get(), bad);
  EXPECT_FALSE(tail->Read(&response));
  EXPECT_EQ(tail->Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);

  const auto first_context = Context();
  const auto first =
      stub->TailEvents(first_context.get(), pb::TailEventsRequest());
  const auto second_context = Context();
  const auto second =
      stub->TailEvents(second_context.get(), pb::TailEventsRequest());
  first->WaitForInitialMetadata();
  second->WaitForInitialMetadata();
  context = Context();
  tail = stub->TailEvents(context.get(), pb::TailEventsRequest());
  EXPECT_FALSE(tail->Read(&response));
  EXPECT_EQ(tail->Finish().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  first_context->TryCancel();
  second_context->TryCancel();
  first->Finish();
  second->Finish();
}

TEST_F(AuditStreamTest, AgentsReadNothingAndOperatorsReportNothing) {
  pb::ListEventsResponse response;
  EXPECT_EQ(
      pb::AuditService::NewStub(pdp_.AsAgent("a"))
          ->ListEvents(Context().get(), pb::ListEventsRequest(), &response)
          .error_code(),
      grpc::StatusCode::PERMISSION_DENIED);
  const auto context = Context();
  const auto stub = pb::AuditService::NewStub(pdp_.AsOperator("alice"));
  const auto stream = stub->ReportEvents(context.get());
  stream->WritesDone();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::PERMISSION_DENIED);
}

}  // namespace
}  // namespace pullgate::pdp
