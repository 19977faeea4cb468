// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/event_run.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "common/status/error_info.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/audit_events.h"
#include "tests/support/pdp/recorded_events.h"

namespace pullgate::pdp {
namespace {

using pullgate::audit::v1::AuditEvent;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class EventRunTest : public testing::Test {
 protected:
  // The new sequences of `events_`.
  std::vector<int64_t> New(int64_t last_sequence) {
    recorded_ = Recorded(events_);
    EpochState state;
    state.last_sequence = last_sequence;
    run_ = NewEvents(vch_, "e1", state, dropped_through_, recorded_);
    std::vector<int64_t> sequences;
    sequences.reserve(run_.fresh.size());
    for (const RecordedEvent& recorded : run_.fresh) {
      sequences.push_back(recorded.sequence);
    }
    return sequences;
  }

  absl::Status Error(int64_t last_sequence) {
    New(last_sequence);
    return run_.refused;
  }

  const VchId vch_ = Vch("vch-1");
  std::vector<AuditEvent> events_ = SampleEvents(vch_, "e1", 4, 6);
  int64_t dropped_through_ = 0;
  std::vector<RecordedEvent> recorded_;
  EventRun run_;
};

TEST_F(EventRunTest, IsWhatTheLedgerHasNotYet) {
  EXPECT_THAT(New(3), ElementsAre(4, 5, 6));
  EXPECT_THAT(New(4), ElementsAre(5, 6));
  EXPECT_THAT(New(6), IsEmpty());
  EXPECT_THAT(New(100), IsEmpty());
  EXPECT_EQ(run_.refused, absl::OkStatus());
}

TEST_F(EventRunTest, KeepsWhatIsValidBeforeABrokenEvent) {
  events_[2].set_vch("vchs/vch-2");
  EXPECT_THAT(New(3), ElementsAre(4, 5));
  EXPECT_EQ(run_.refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(New(4), ElementsAre(5));
  EXPECT_THAT(New(5), IsEmpty());
}

TEST_F(EventRunTest, GoesOnAfterWhatWasDropped) {
  dropped_through_ = 3;
  EXPECT_THAT(New(1), ElementsAre(4, 5, 6));
  EXPECT_EQ(run_.refused, absl::OkStatus());
  EXPECT_THAT(New(4), ElementsAre(5, 6)) << "older news";
  dropped_through_ = 2;
  EXPECT_EQ(ReasonOf(Error(1)), "SEQUENCE_GAP");
  dropped_through_ = 4;
  EXPECT_EQ(ReasonOf(Error(1)), "SEQUENCE_GAP") << "it said 4 is gone";
}

TEST_F(EventRunTest, MayBeEmpty) {
  events_.clear();
  EXPECT_THAT(New(0), IsEmpty());
}

TEST_F(EventRunTest, AGapBeforeItIsOutOfRange) {
  const absl::Status status = Error(2);
  EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("sequence 4 comes where 3 was expected"));
}

TEST_F(EventRunTest, AGapInsideIsOutOfRange) {
  events_.erase(events_.begin() + 1);
  const absl::Status status = Error(3);
  EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("sequence 6 comes where 5 was expected"));
}

TEST_F(EventRunTest, DisorderIsInvalid) {
  std::swap(events_[1], events_[2]);
  EXPECT_EQ(Error(3).code(), absl::StatusCode::kOutOfRange);
  events_[2] = events_[0];
  events_[1].set_sequence(5);
  const absl::Status status = Error(3);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("sequence 4 is not in order: it comes after 5"));
}

TEST_F(EventRunTest, ARepeatInsideIsInvalid) {
  events_[1].set_sequence(4);
  EXPECT_EQ(Error(3).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(EventRunTest, ForeignEventsAreInvalid) {
  events_[1].set_vch("vchs/vch-2");
  absl::Status status = Error(3);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("sequence 5 is of \"vchs/vch-2\""));

  events_[1].set_vch("vchs/vch-1");
  events_[2].set_epoch("e2");
  status = Error(3);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("sequence 6 is of epoch \"e2\""));
}

TEST_F(EventRunTest, ForeignEventsAreInvalidEvenIfTheirNumberIsKnown) {
  events_[0].set_vch("vchs/vch-2");
  EXPECT_EQ(Error(6).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(EventRunTest, UnnumberedEventsAreInvalid) {
  for (const int64_t sequence : {int64_t{0}, int64_t{-1}, INT64_MIN}) {
    events_[0].set_sequence(sequence);
    EXPECT_EQ(Error(0).code(), absl::StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace pullgate::pdp
