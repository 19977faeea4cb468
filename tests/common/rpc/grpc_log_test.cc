// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/grpc_log.h"

#include <grpc/support/log.h>

#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_log_sink.h"

namespace pullgate {
namespace {

class GrpcLogRouteTest : public testing::Test {
 protected:
  static void GrpcLogs(const char* text) { gpr_log(GPR_ERROR, "%s", text); }

  FakeLogSink sink_;
  FakeClock clock_{absl::UnixEpoch()};
  Logger log_{&sink_, &clock_};
};

TEST_F(GrpcLogRouteTest, LinesBecomeWarnings) {
  const GrpcLogRoute route(&log_, &clock_);
  GrpcLogs("handshake \"failed\"");
  ASSERT_EQ(sink_.lines().size(), 1u);
  EXPECT_TRUE(sink_.Has("\"level\":\"warning\""));
  EXPECT_TRUE(sink_.Has("handshake \\\"failed\\\""));
  EXPECT_TRUE(sink_.Has("grpc_log_test.cc:"));
}

TEST_F(GrpcLogRouteTest, StrangersCannotFillTheLog) {
  const GrpcLogRoute route(&log_, &clock_);
  for (int i = 0; i < 1000; ++i) GrpcLogs("failed");
  EXPECT_EQ(sink_.lines().size(), 1u);
  clock_.Advance(absl::Seconds(1));
  GrpcLogs("failed");
  EXPECT_TRUE(sink_.Has("\"skipped\":999"));
}

TEST_F(GrpcLogRouteTest, EndsWithItsScope) {
  { const GrpcLogRoute route(&log_, &clock_); }
  GrpcLogs("to standard error");
  EXPECT_TRUE(sink_.lines().empty());
}

}  // namespace
}  // namespace pullgate
