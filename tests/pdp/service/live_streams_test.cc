// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/live_streams.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/status/error_info.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"

namespace pullgate::pdp {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1'000'000);

// Removes itself when it ends, as streams do.
class Stream final : public LiveStream {
 public:
  explicit Stream(LiveStreams* live) : live_(live) {}
  void End(const absl::Status& status) override {
    ends_.push_back(ReasonOf(status));
    live_->Remove(this);
  }
  const std::vector<std::string>& ends() const { return ends_; }

 private:
  LiveStreams* const live_;
  std::vector<std::string> ends_;
};

TEST(LiveStreamsTest, EndsAllAndWhoeverComesLater) {
  FakeClock clock(kStart);
  LiveStreams live(&clock);
  const auto early = std::make_shared<Stream>(&live);
  const auto late = std::make_shared<Stream>(&live);
  live.Add(early);
  live.EndAll();
  live.Add(late);
  EXPECT_EQ(early->ends(), std::vector<std::string>{"SHUTTING_DOWN"});
  EXPECT_EQ(late->ends(), std::vector<std::string>{"SHUTTING_DOWN"});
}

TEST(LiveStreamsTest, EndsTheOldOnesOnly) {
  FakeClock clock(kStart);
  LiveStreams live(&clock);
  const auto old = std::make_shared<Stream>(&live);
  const auto young = std::make_shared<Stream>(&live);
  live.Add(old);
  clock.Advance(absl::Minutes(5));
  live.Add(young);
  live.EndAddedBefore(kStart);
  EXPECT_TRUE(old->ends().empty());
  live.EndAddedBefore(kStart + absl::Nanoseconds(1));
  EXPECT_EQ(old->ends(), std::vector<std::string>{"CONNECTION_AGE"});
  EXPECT_TRUE(young->ends().empty());
}

TEST(LiveStreamsTest, IgnoresStreamsThatAreGone) {
  FakeClock clock(kStart);
  LiveStreams live(&clock);
  auto stream = std::make_shared<Stream>(&live);
  live.Add(stream);
  live.Remove(stream.get());
  live.Remove(stream.get());
  live.EndAll();
  EXPECT_TRUE(stream->ends().empty());
  auto dangling = std::make_shared<Stream>(&live);
  dangling.reset();
  live.EndAddedBefore(absl::InfiniteFuture());
}

}  // namespace
}  // namespace pullgate::pdp
