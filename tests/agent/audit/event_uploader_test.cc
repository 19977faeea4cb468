// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/audit/event_uploader.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/audit/waiting_spool.h"
#include "common/time/clock.h"
#include "gtest/gtest.h"
#include "tests/fakes/agent/fake_pdp.h"
#include "tests/fakes/agent/fake_spool.h"
#include "tests/fakes/fake_log_sink.h"

namespace pullgate::agent {
namespace {

class EventUploaderTest : public testing::Test {
 protected:
  void Connect(EventUploaderOptions options = {}) {
    options.linger = absl::Milliseconds(1);
    uploader_ = std::make_unique<EventUploader>(
        pdp_.NewChannel(), &spool_, VchId::Parse("vch-1").value(),
        Backoff(absl::Milliseconds(1), absl::Milliseconds(20),
                MakeUnitRandom()),
        &log_, &wall_, options);
  }
  void Append(int count) {
    for (int i = 0; i < count; ++i) {
      pullgate::audit::v1::AuditEvent event;
      event.set_asked(absl::StrCat("r", ++appended_, ".example"));
      ASSERT_TRUE(spool_.Append(event).ok());
    }
  }
  // Everything once, in order.
  void ExpectAllReported() {
    const auto events = pdp_.audit().events();
    ASSERT_EQ(events.size(), static_cast<size_t>(appended_));
    for (int i = 0; i < appended_; ++i) {
      EXPECT_EQ(events[i].sequence(), i + 1);
      EXPECT_EQ(events[i].asked(), absl::StrCat("r", i + 1, ".example"));
    }
  }

  SystemClock wall_;
  FakeLogSink sink_;
  const Logger log_{&sink_, &wall_};
  FakeSpool spool_;
  int appended_ = 0;
  FakePdp pdp_;
  std::unique_ptr<EventUploader> uploader_;  // last: it uses the rest
};

TEST_F(EventUploaderTest, IntroducesItselfAndReportsWhatIsThere) {
  Append(3);
  Connect();
  spool_.AwaitAck(3);
  ExpectAllReported();
  const auto hello = pdp_.audit().hellos().front();
  EXPECT_EQ(hello.vch(), "vchs/vch-1");
  EXPECT_EQ(hello.epoch(), FakeSpool::kEpoch);
  EXPECT_EQ(hello.events_size(), 0);
  EXPECT_EQ(uploader_->status().last_error, "");
}

TEST_F(EventUploaderTest, ReportsWhatComesLater) {
  Connect();
  pdp_.audit().AwaitStreams(1);
  Append(1);
  spool_.AwaitAck(1);
  Append(5);
  spool_.AwaitAck(6);
  ExpectAllReported();
}

TEST_F(EventUploaderTest, SendsBatchesWithinTheirBound) {
  Append(1000);
  EventUploaderOptions options;
  options.batch_events = 64;
  options.max_in_flight = 128;
  Connect(options);
  spool_.AwaitAck(1000);
  ExpectAllReported();
  EXPECT_EQ(pdp_.audit().largest_batch(), 64);
}

TEST_F(EventUploaderTest, ResumesWhereTheLedgerStands) {
  Append(10);
  pdp_.audit().EndAfter(4);
  EventUploaderOptions options;
  options.batch_events = 3;
  Connect(options);
  spool_.AwaitAck(10);
  ExpectAllReported();
  EXPECT_GE(pdp_.audit().hellos().size(), 2);
}

TEST_F(EventUploaderTest, WaitsForThePdpAndLosesNothing) {
  pdp_.Stop();
  Connect();
  Append(5);
  while (uploader_->status().last_error.empty()) std::this_thread::yield();
  pdp_.Start();
  spool_.AwaitAck(5);
  ExpectAllReported();
  while (!uploader_->status().last_error.empty()) std::this_thread::yield();
}

TEST_F(EventUploaderTest, SurvivesARestartOfThePdp) {
  Connect();
  Append(5);
  spool_.AwaitAck(5);
  pdp_.Stop();
  Append(5);
  pdp_.Start();
  spool_.AwaitAck(10);
  ExpectAllReported();
}

TEST_F(EventUploaderTest, KeepsWhatThePdpRefuses) {
  pdp_.audit().FailWith({grpc::StatusCode::INVALID_ARGUMENT, "event 3 is bad"});
  Append(5);
  Connect();
  while (!sink_.Has("event 3 is bad")) std::this_thread::yield();
  EXPECT_EQ(spool_.status().acked_sequence, 0);
  EXPECT_TRUE(
      absl::StrContains(uploader_->status().last_error, "event 3 is bad"));
  pdp_.audit().FailWith(grpc::Status::OK);
  spool_.AwaitAck(5);
  ExpectAllReported();
}

TEST_F(EventUploaderTest, ALedgerThatClaimsTooMuchIsNotBelieved) {
  pdp_.audit().Claim(99);
  Append(2);
  Connect();
  while (uploader_->status().last_error.empty()) std::this_thread::yield();
  EXPECT_EQ(spool_.status().acked_sequence, 0) << "nothing is forgotten";
}

TEST_F(EventUploaderTest, SaysWhatIsDroppedWhenItResumes) {
  Append(10);
  spool_.Drop(4);
  Connect();
  spool_.AwaitAck(10);
  const auto events = pdp_.audit().events();
  ASSERT_EQ(events.size(), 6u);
  EXPECT_EQ(events.front().sequence(), 5);
  EXPECT_TRUE(sink_.Has("audit events are gone"));
}

TEST_F(EventUploaderTest, SaysWhatIsDroppedWithinAStream) {
  Append(3);
  Connect();
  spool_.AwaitAck(3);
  spool_.Drop(5);  // the first two of those that follow
  Append(4);
  spool_.AwaitAck(7);
  EXPECT_EQ(pdp_.audit().events().back().sequence(), 7);
  EXPECT_EQ(pdp_.audit().events().size(), 5u);
  EXPECT_EQ(pdp_.audit().hellos().size(), 1u) << "in the same stream";
}

TEST_F(EventUploaderTest, AnOlderBackupOfTheLedgerGetsWhatIsLeft) {
  Append(6);
  Connect();
  spool_.AwaitAck(6);
  uploader_.reset();
  pdp_.audit().Forget();
  Append(2);
  Connect();
  spool_.AwaitAck(8);
  ASSERT_EQ(pdp_.audit().events().size(), 2u);
  EXPECT_EQ(pdp_.audit().events().front().sequence(), 7);
}

TEST_F(EventUploaderTest, SendsTheBytesThatWereRecorded) {
  pullgate::audit::v1::AuditEvent event;
  event.set_asked("r.example");
  // In an order that no serialiser writes, and a field that comes twice.
  pullgate::audit::v1::AuditEvent numbers;
  numbers.set_sequence(1);
  numbers.set_asked("first.example");
  const std::string bytes =
      numbers.SerializeAsString() + event.SerializeAsString();
  spool_.Record(bytes);
  Connect();
  spool_.AwaitAck(1);
  EXPECT_EQ(pdp_.audit().payloads().front(), bytes);
}

TEST_F(EventUploaderTest, CountsReconnectsAndNotesTheLastAck) {
  EXPECT_EQ(pdp_.audit().hellos().size(), 0u);
  pdp_.audit().FailWith({grpc::StatusCode::UNAVAILABLE, "later"});
  Append(1);
  Connect();
  while (uploader_->status().reconnects < 3) std::this_thread::yield();
  EXPECT_EQ(uploader_->status().last_ack, absl::InfinitePast());
  const absl::Time before = wall_.Now();
  pdp_.audit().FailWith(grpc::Status::OK);
  spool_.AwaitAck(1);
  EXPECT_TRUE(uploader_->Flush(absl::Seconds(30)));
  EXPECT_GE(uploader_->status().last_ack, before);
}

TEST_F(EventUploaderTest, WaitsForASpoolThatIsNotOpen) {
  std::atomic<bool> full{true};
  WaitingSpool waiting(
      [&full]() -> absl::StatusOr<std::unique_ptr<Spool>> {
        if (full) return absl::UnavailableError("the disk is full");
        auto spool = std::make_unique<FakeSpool>();
        EXPECT_TRUE(spool->Append({}).ok());
        return spool;
      },
      absl::UnavailableError("the disk is full"), absl::Milliseconds(1), &log_);
  EventUploader uploader(
      pdp_.NewChannel(), &waiting, VchId::Parse("vch-1").value(),
      Backoff(absl::Milliseconds(1), absl::Milliseconds(20), MakeUnitRandom()),
      &log_, &wall_, {});
  while (!absl::StrContains(uploader.status().last_error, "disk is full")) {
    std::this_thread::yield();
  }
  EXPECT_EQ(pdp_.audit().hellos().size(), 0u);
  full = false;
  pdp_.audit().AwaitEvents(1);
}

TEST_F(EventUploaderTest, FlushWaitsForTheLastAck) {
  Append(20);
  Connect();
  EXPECT_TRUE(uploader_->Flush(absl::Seconds(30)));
  ExpectAllReported();
  EXPECT_TRUE(uploader_->Flush(absl::ZeroDuration())) << "nothing left";
}

TEST_F(EventUploaderTest, FlushGivesUpInTime) {
  pdp_.Stop();
  Append(1);
  Connect();
  EXPECT_FALSE(uploader_->Flush(absl::Milliseconds(1)));
}

TEST_F(EventUploaderTest, StopsWhetherConnectedOrNot) {
  Connect();
  uploader_->Stop();
  uploader_->Stop();
  pdp_.Stop();
  Connect();
  spool_.Close();
  uploader_->Stop();
}

}  // namespace
}  // namespace pullgate::agent
