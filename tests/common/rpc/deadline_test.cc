// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/deadline.h"

#include <grpcpp/server_context.h>

#include "gtest/gtest.h"

namespace pullgate {
namespace {

TEST(DeadlineTest, WithoutOneTheLatestHolds) {
  const grpc::ServerContext context;
  const absl::Time latest = absl::FromUnixSeconds(1'700'000'000);
  EXPECT_LE(DeadlineOf(context, latest), latest);
}

TEST(DeadlineTest, SetsWhatIsReadBack) {
  grpc::ClientContext context;
  const absl::Time deadline = absl::FromUnixMillis(1'700'000'000'123);
  SetDeadline(deadline, context);
  EXPECT_EQ(absl::FromChrono(context.deadline()), deadline);
}

TEST(DeadlineTest, InfiniteIsNoDeadline) {
  grpc::ClientContext context;
  SetDeadline(absl::InfiniteFuture(), context);
  EXPECT_GT(absl::FromChrono(context.deadline()),
            absl::FromUnixSeconds(4'000'000'000));
}

}  // namespace
}  // namespace pullgate
