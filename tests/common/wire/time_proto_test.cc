// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/wire/time_proto.h"

#include "gtest/gtest.h"

namespace pullgate::wire {
namespace {

google::protobuf::Timestamp Proto(absl::Time time) {
  google::protobuf::Timestamp proto;
  ToProto(time, &proto);
  return proto;
}

google::protobuf::Duration Proto(absl::Duration duration) {
  google::protobuf::Duration proto;
  ToProto(duration, &proto);
  return proto;
}

TEST(TimeProtoTest, TimesReadBackToThemselves) {
  for (const absl::Time time :
       {absl::UnixEpoch(), absl::FromUnixNanos(1'700'000'000'123'456'789),
        absl::FromUnixNanos(-1), absl::FromUnixSeconds(-1),
        absl::FromUnixNanos(-1'500'000'000)}) {
    EXPECT_EQ(TimeFromProto(Proto(time)), time);
  }
}

TEST(TimeProtoTest, NanosCountForwardAlsoBefore1970) {
  const google::protobuf::Timestamp proto = Proto(absl::FromUnixNanos(-1));
  EXPECT_EQ(proto.seconds(), -1);
  EXPECT_EQ(proto.nanos(), 999'999'999);
}

TEST(TimeProtoTest, WhatATimestampCannotSayBecomesTheNearestThatItCan) {
  EXPECT_EQ(Proto(absl::InfiniteFuture()).seconds(), 253402300799);
  EXPECT_EQ(Proto(absl::InfinitePast()).seconds(), -62135596800);
  EXPECT_EQ(Proto(absl::InfinitePast()).nanos(), 0);
}

TEST(TimeProtoTest, DurationsReadBackToThemselves) {
  for (const absl::Duration duration :
       {absl::ZeroDuration(), absl::Nanoseconds(1), absl::Milliseconds(1500),
        absl::Milliseconds(-1500), absl::Hours(24 * 365)}) {
    EXPECT_EQ(DurationFromProto(Proto(duration)), duration);
  }
}

TEST(TimeProtoTest, SignsOfSecondsAndNanosAgree) {
  const google::protobuf::Duration proto = Proto(absl::Milliseconds(-1500));
  EXPECT_EQ(proto.seconds(), -1);
  EXPECT_EQ(proto.nanos(), -500'000'000);
}

TEST(TimeProtoTest, InfiniteDurationsAreTenThousandYears) {
  EXPECT_EQ(Proto(absl::InfiniteDuration()).seconds(), 315576000000);
  EXPECT_EQ(Proto(-absl::InfiniteDuration()).seconds(), -315576000000);
}

}  // namespace
}  // namespace pullgate::wire
