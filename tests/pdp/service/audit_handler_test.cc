// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/audit_handler.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "tests/fakes/pdp/fake_audit_ledger.h"
#include "tests/support/audit_events.h"
#include "tests/support/pdp/recorded_events.h"

namespace pullgate::pdp {
namespace {

using pullgate::audit::v1::AuditEvent;
using pullgate::audit::v1::ListEventsRequest;

std::vector<int64_t> Sequences(
    const pullgate::audit::v1::ListEventsResponse& response) {
  return SequencesOf({response.events().begin(), response.events().end()});
}

TEST(ListEventsTest, PagesThroughEverythingNewestFirst) {
  FakeAuditLedger ledger;
  ASSERT_TRUE(
      Store(ledger, Vch("a"), "e", SampleEvents(Vch("a"), "e", 1, 5)).ok());
  ListEventsRequest request;
  request.set_page_size(2);
  std::vector<int64_t> seen;
  for (int page = 0; page < 3; ++page) {
    const auto response = ListEvents(request, ledger);
    ASSERT_TRUE(response.ok()) << response.status();
    for (const int64_t sequence : Sequences(*response)) {
      seen.push_back(sequence);
    }
    request.set_page_token(response->next_page_token());
    EXPECT_EQ(response->next_page_token().empty(), page == 2);
  }
  EXPECT_EQ(seen, (std::vector<int64_t>{5, 4, 3, 2, 1}));
}

TEST(ListEventsTest, AFullLastPageHasNoToken) {
  FakeAuditLedger ledger;
  ASSERT_TRUE(
      Store(ledger, Vch("a"), "e", SampleEvents(Vch("a"), "e", 1, 2)).ok());
  ListEventsRequest request;
  request.set_page_size(2);
  EXPECT_EQ(ListEvents(request, ledger)->next_page_token(), "");
}

TEST(ListEventsTest, APageOfLargeEventsEndsEarly) {
  FakeAuditLedger ledger;
  std::vector<AuditEvent> events = SampleEvents(Vch("a"), "e", 1, 100);
  for (AuditEvent& event : events) event.set_message(std::string(60'000, 'x'));
  ASSERT_TRUE(Store(ledger, Vch("a"), "e", events).ok());
  ListEventsRequest request;
  request.set_page_size(100);
  size_t count = 0;
  do {
    const auto response = ListEvents(request, ledger);
    ASSERT_TRUE(response.ok());
    EXPECT_LT(response->ByteSizeLong(), size_t{3} << 20);
    EXPECT_GT(response->events_size(), 0);
    count += response->events_size();
    request.set_page_token(response->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(count, 100u);
}

TEST(ListEventsTest, RefusesBadInputAndPassesOnWhatTheLedgerSays) {
  FakeAuditLedger ledger;
  ListEventsRequest negative;
  negative.set_page_size(-1);
  ListEventsRequest token;
  token.set_page_token("bogus");
  ListEventsRequest filter;
  filter.mutable_filter()->set_vch("nonsense");
  for (const ListEventsRequest& wrong : {negative, token, filter}) {
    EXPECT_EQ(ListEvents(wrong, ledger).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
  ledger.FailWith(absl::UnavailableError("no disk"));
  EXPECT_EQ(ListEvents(ListEventsRequest(), ledger).status().code(),
            absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace pullgate::pdp
