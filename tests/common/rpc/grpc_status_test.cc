// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/grpc_status.h"

#include <grpcpp/support/status.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status/error_info.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

google::rpc::Status DetailsOf(const grpc::Status& status) {
  google::rpc::Status wire;
  EXPECT_TRUE(wire.ParseFromString(status.error_details()));
  return wire;
}

TEST(GrpcStatusTest, OkIsOk) {
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok());
  EXPECT_TRUE(FromGrpcStatus(grpc::Status::OK).ok());
}

TEST(GrpcStatusTest, EveryCodeCrossesAndComesBack) {
  for (int code = 1; code <= 16; ++code) {
    const absl::Status status(static_cast<absl::StatusCode>(code), "why");
    const grpc::Status wire = ToGrpcStatus(status);
    EXPECT_EQ(static_cast<int>(wire.error_code()), code);
    EXPECT_EQ(FromGrpcStatus(wire), status);
  }
}

TEST(GrpcStatusTest, CodesNobodyDefinedAreUnknown) {
  for (int code : {-1, 17, 31}) {
    const grpc::Status wire(static_cast<grpc::StatusCode>(code), "why");
    EXPECT_EQ(FromGrpcStatus(wire).code(), absl::StatusCode::kUnknown);
  }
}

TEST(GrpcStatusTest, ReasonAndViolationsComeBack) {
  const absl::Status status = WithFieldViolations(
      WithReason(absl::InvalidArgumentError("two rules are wrong"),
                 "BAD_POLICY"),
      {{"policy.whitelist[2]", "/33"}, {"policy.mode", "missing"}});
  const absl::Status back = FromGrpcStatus(ToGrpcStatus(status));
  EXPECT_EQ(back.message(), "two rules are wrong");
  EXPECT_EQ(ReasonOf(back), "BAD_POLICY");
  const std::vector<FieldViolation> violations = FieldViolationsOf(back);
  ASSERT_EQ(violations.size(), 2u);
  EXPECT_EQ(violations[0].field, "policy.whitelist[2]");
  EXPECT_EQ(violations[1].description, "missing");
}

TEST(GrpcStatusTest, DetailsAreThePublishedTypes) {
  const google::rpc::Status wire = DetailsOf(
      ToGrpcStatus(InField("vch", absl::InvalidArgumentError("is empty"))));
  EXPECT_EQ(wire.code(), 3);
  EXPECT_EQ(wire.message(), "vch: is empty");
  ASSERT_EQ(wire.details_size(), 2);
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(wire.details(0).UnpackTo(&info));
  EXPECT_EQ(info.reason(), "INVALID_FIELD");
  EXPECT_EQ(info.domain(), "pullgate");
  google::rpc::BadRequest request;
  ASSERT_TRUE(wire.details(1).UnpackTo(&request));
  EXPECT_EQ(request.field_violations(0).field(), "vch");
}

TEST(GrpcStatusTest, WithoutDetailsThereAreNone) {
  EXPECT_EQ(ToGrpcStatus(absl::UnavailableError("x")).error_details(), "");
}

TEST(GrpcStatusTest, MessagesAreOneBoundedLineOfUtf8) {
  const grpc::Status wire = ToGrpcStatus(
      absl::InternalError(absl::StrCat("a\nb\xff", std::string(5000, 'x'))));
  EXPECT_LE(wire.error_message().size(), kMaxStatusMessage);
  EXPECT_TRUE(absl::StartsWith(wire.error_message(), "a b\xef\xbf\xbdx"));
  EXPECT_TRUE(absl::EndsWith(wire.error_message(), "..."));
}

TEST(GrpcStatusTest, ManyViolationsFitTheTrailersAndAreCounted) {
  std::vector<FieldViolation> violations;
  for (int i = 0; i < 5000; ++i) {
    violations.push_back(
        {absl::StrCat("policy.whitelist[", i, "]"), std::string(80, 'x')});
  }
  const grpc::Status wire = ToGrpcStatus(
      WithReason(WithFieldViolations(absl::InvalidArgumentError("bad"),
                                     std::move(violations)),
                 "BAD_POLICY"));
  EXPECT_LE(wire.error_details().size(), kMaxStatusDetails);
  const absl::Status back = FromGrpcStatus(wire);
  EXPECT_EQ(ReasonOf(back), "BAD_POLICY");
  const std::vector<FieldViolation> kept = FieldViolationsOf(back);
  ASSERT_GT(kept.size(), 10u);
  EXPECT_EQ(kept.back().field, "");
  EXPECT_EQ(kept.back().description,
            absl::StrCat("and ", 5000 - kept.size() + 1, " more"));
}

TEST(GrpcStatusTest, OneHugeViolationIsCut) {
  const grpc::Status wire = ToGrpcStatus(
      InField(std::string(100'000, 'f'),
              absl::InvalidArgumentError(std::string(100'000, 'd'))));
  EXPECT_LE(wire.error_details().size(), kMaxStatusDetails);
  EXPECT_EQ(FieldViolationsOf(FromGrpcStatus(wire)).size(), 1u);
}

TEST(GrpcStatusTest, DetailsThatDoNotParseAreDropped) {
  for (const std::string& details :
       {std::string("\xff\xff\xff"), std::string(1000, '\x0a')}) {
    const absl::Status back =
        FromGrpcStatus(grpc::Status(grpc::StatusCode::ABORTED, "why", details));
    EXPECT_EQ(back.code(), absl::StatusCode::kAborted);
    EXPECT_EQ(back.message(), "why");
    EXPECT_EQ(ReasonOf(back), "");
  }
}

TEST(GrpcStatusTest, DetailsOfOtherKindsAreKept) {
  google::rpc::Status wire;
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(3);
  wire.add_details()->PackFrom(retry);
  const absl::Status back = FromGrpcStatus(grpc::Status(
      grpc::StatusCode::UNAVAILABLE, "later", wire.SerializeAsString()));
  EXPECT_TRUE(
      back.GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
}

}  // namespace
}  // namespace pullgate
