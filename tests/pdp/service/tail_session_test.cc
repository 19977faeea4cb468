// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/tail_session.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "pdp/service/event_query.h"
#include "tests/fakes/pdp/fake_audit_ledger.h"
#include "tests/support/audit_events.h"
#include "tests/support/pdp/recorded_events.h"

namespace pullgate::pdp {
namespace {

using pullgate::audit::v1::TailEventsRequest;

class TailSessionTest : public ::testing::Test {
 protected:
  void Append(const std::string& vch, int64_t first, int64_t last) {
    ASSERT_TRUE(
        Store(ledger_, Vch(vch), "e", SampleEvents(Vch(vch), "e", first, last))
            .ok());
  }

  // Everything there is to send now.
  static std::vector<int64_t> Drain(TailSession& session) {
    std::vector<int64_t> sequences;
    while (const auto next = session.Next()) {
      sequences.push_back(next->event().sequence());
    }
    return sequences;
  }

  FakeAuditLedger ledger_;
};

TEST_F(TailSessionTest, StartsAtTheEndWithoutACursor) {
  Append("a", 1, 3);
  const auto session = *TailSession::Create(TailEventsRequest());
  EXPECT_EQ(*session->Fill(ledger_), 3);
  EXPECT_TRUE(Drain(*session).empty());
  Append("a", 4, 5);
  EXPECT_EQ(*session->Fill(ledger_), 5);
  EXPECT_EQ(Drain(*session), (std::vector<int64_t>{4, 5}));
}

TEST_F(TailSessionTest, ResumesAfterTheCursorOfAnyResponse) {
  Append("a", 1, 4);
  TailEventsRequest request;
  request.set_cursor(MakeCursor(0));
  const auto session = *TailSession::Create(request);
  ASSERT_TRUE(session->Fill(ledger_).ok());
  session->Next();
  const auto second = session->Next();
  ASSERT_TRUE(second.has_value());

  request.set_cursor(second->cursor());
  const auto resumed = *TailSession::Create(request);
  ASSERT_TRUE(resumed->Fill(ledger_).ok());
  EXPECT_EQ(Drain(*resumed), (std::vector<int64_t>{3, 4}));
}

TEST_F(TailSessionTest, SkipsWhatTheFilterDoesAndLooksAtItOnce) {
  Append("a", 1, 2);
  Append("b", 1, 3);
  TailEventsRequest request;
  request.set_cursor(MakeCursor(0));
  request.mutable_filter()->set_vch("vchs/b");
  const auto session = *TailSession::Create(request);
  EXPECT_EQ(*session->Fill(ledger_), 5);
  EXPECT_EQ(Drain(*session), (std::vector<int64_t>{1, 2, 3}));
}

TEST_F(TailSessionTest, HoldsOneBatchHoweverFarBehindItIs) {
  Append("a", 1, 3 * TailSession::kBatch);
  TailEventsRequest request;
  request.set_cursor(MakeCursor(0));
  const auto session = *TailSession::Create(request);
  EXPECT_EQ(*session->Fill(ledger_), TailSession::kBatch);
  // Not before everything has been taken.
  EXPECT_EQ(*session->Fill(ledger_), TailSession::kBatch);
  EXPECT_EQ(Drain(*session).size(), size_t{TailSession::kBatch});
  EXPECT_EQ(*session->Fill(ledger_), 2 * TailSession::kBatch);
}

TEST_F(TailSessionTest, RefusesABadFilterOrCursor) {
  TailEventsRequest cursor;
  cursor.set_cursor("42");
  TailEventsRequest filter;
  filter.mutable_filter()->set_registry("not a registry");
  for (const TailEventsRequest& wrong : {cursor, filter}) {
    EXPECT_EQ(TailSession::Create(wrong).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
}

TEST_F(TailSessionTest, PassesOnThatTheLedgerCannotBeRead) {
  const auto session = *TailSession::Create(TailEventsRequest());
  ledger_.FailWith(absl::UnavailableError("no disk"));
  EXPECT_EQ(session->Fill(ledger_).status().code(),
            absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace pullgate::pdp
