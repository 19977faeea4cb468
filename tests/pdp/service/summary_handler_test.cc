// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/summary_handler.h"

#include "absl/status/status.h"
#include "common/status/error_info.h"
#include "gtest/gtest.h"
#include "tests/fakes/pdp/fake_audit_ledger.h"
#include "tests/support/audit_events.h"
#include "tests/support/pdp/recorded_events.h"

namespace pullgate::pdp {
namespace {

using Request = pullgate::audit::v1::SummarizeEventsRequest;

TEST(SummarizeEventsTest, NamesGroupsAndPutsTheLargestFirst) {
  FakeAuditLedger ledger;
  ASSERT_TRUE(
      Store(ledger, Vch("a"), "e", SampleEvents(Vch("a"), "e", 1, 2)).ok());
  ASSERT_TRUE(
      Store(ledger, Vch("b"), "e", SampleEvents(Vch("b"), "e", 1, 5)).ok());
  Request request;
  request.add_group_by(Request::FIELD_VCH);
  const auto response = SummarizeEvents(request, ledger);
  ASSERT_TRUE(response.ok()) << response.status();
  ASSERT_EQ(response->groups_size(), 2);
  EXPECT_EQ(response->events(), 7);
  EXPECT_EQ(response->groups(0).vch(), "vchs/b");
  EXPECT_EQ(response->groups(0).count(), 5);
  EXPECT_EQ(response->groups(0).first_event_time().seconds(), 1);
  EXPECT_EQ(response->groups(0).last_event_time().seconds(), 5);
  EXPECT_EQ(response->groups(1).vch(), "vchs/a");
}

TEST(SummarizeEventsTest, RefusesBadInputByItsPlace) {
  FakeAuditLedger ledger;
  Request twice;
  twice.add_group_by(Request::FIELD_VCH);
  twice.add_group_by(Request::FIELD_VCH);
  auto status = SummarizeEvents(twice, ledger).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(FieldViolationsOf(status).at(0).field, "group_by[1]");
  Request unknown;
  unknown.add_group_by(Request::FIELD_UNSPECIFIED);
  status = SummarizeEvents(unknown, ledger).status();
  EXPECT_EQ(FieldViolationsOf(status).at(0).field, "group_by[0]");
  Request filter;
  filter.mutable_filter()->set_registry_cidr("nonsense");
  status = SummarizeEvents(filter, ledger).status();
  EXPECT_EQ(FieldViolationsOf(status).at(0).field, "filter.registry_cidr");
}

TEST(SummarizeEventsTest, PassesOnWhatTheLedgerSays) {
  FakeAuditLedger ledger;
  ledger.FailWith(absl::UnavailableError("no disk"));
  EXPECT_EQ(SummarizeEvents(Request(), ledger).status().code(),
            absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace pullgate::pdp
