// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/audit/waiting_spool.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/match.h"
#include "common/time/clock.h"
#include "gtest/gtest.h"
#include "tests/fakes/agent/fake_spool.h"
#include "tests/fakes/fake_log_sink.h"
#include "tests/support/audit_events.h"

namespace pullgate::agent {
namespace {

class WaitingSpoolTest : public ::testing::Test {
 protected:
  WaitingSpool Make() {
    return WaitingSpool(
        [this]() -> absl::StatusOr<std::unique_ptr<Spool>> {
          ++tries_;
          if (error_.load() == absl::StatusCode::kOk) {
            return std::make_unique<FakeSpool>();
          }
          return absl::Status(error_, "the disk is full");
        },
        absl::UnavailableError("the disk is full"), absl::Milliseconds(1),
        &log_);
  }

  std::atomic<int> tries_{0};
  std::atomic<absl::StatusCode> error_{absl::StatusCode::kUnavailable};
  SystemClock clock_;
  FakeLogSink sink_;
  const Logger log_{&sink_, &clock_};
};

TEST_F(WaitingSpoolTest, RefusesEverythingAndSaysWhy) {
  WaitingSpool spool = Make();
  const absl::Status refused = spool.Append(SampleEvent()).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(refused.message(), "nothing was recorded: the disk is full");
  absl::Status told;
  spool.AppendAsync("", [&told](const absl::StatusOr<std::string>& event_id) {
    told = event_id.status();
  });
  EXPECT_EQ(told, refused);
  EXPECT_EQ(spool.Read(0, 1, 1).status(), refused);
  EXPECT_EQ(spool.Ack(1), refused);
  EXPECT_FALSE(spool.WaitForEvent(0, absl::InfinitePast()));
  EXPECT_EQ(spool.status().epoch, "");
  EXPECT_EQ(spool.status().last_error, refused.message());
}

TEST_F(WaitingSpoolTest, IsTheSpoolOnceItCanBeOpened) {
  WaitingSpool spool = Make();
  while (tries_ < 3) std::this_thread::yield();
  error_ = absl::StatusCode::kOk;
  while (!spool.Append(SampleEvent()).ok()) std::this_thread::yield();
  EXPECT_EQ(spool.status().epoch, FakeSpool::kEpoch);
  EXPECT_EQ(spool.status().last_sequence, 1);
  EXPECT_TRUE(spool.WaitForEvent(0, absl::InfinitePast()));
  EXPECT_EQ(spool.Read(0, 1, 1)->events.size(), 1u);
  EXPECT_TRUE(spool.Ack(1).ok());
  EXPECT_TRUE(sink_.Has("recorded again"));
}

TEST_F(WaitingSpoolTest, WhoWaitsForEventsGetsThem) {
  WaitingSpool spool = Make();
  std::thread waiter(
      [&spool] { EXPECT_TRUE(spool.WaitForEvent(0, absl::InfiniteFuture())); });
  error_ = absl::StatusCode::kOk;
  while (!spool.Append(SampleEvent()).ok()) std::this_thread::yield();
  waiter.join();
}

TEST_F(WaitingSpoolTest, GivesUpWhatDoesNotPass) {
  WaitingSpool spool = Make();
  error_ = absl::StatusCode::kFailedPrecondition;
  while (!sink_.Has("does not pass by itself")) std::this_thread::yield();
  const int tries = tries_;
  EXPECT_FALSE(spool.Append(SampleEvent()).ok());
  EXPECT_EQ(tries_, tries);
}

TEST_F(WaitingSpoolTest, CloseEndsWaits) {
  WaitingSpool spool = Make();
  std::thread waiter([&spool] {
    EXPECT_FALSE(spool.WaitForEvent(0, absl::InfiniteFuture()));
  });
  spool.Close();
  waiter.join();
  EXPECT_FALSE(spool.Append(SampleEvent()).ok());
}

}  // namespace
}  // namespace pullgate::agent
