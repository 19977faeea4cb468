// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/status/error_info.h"

#include <string>
#include <vector>

#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

TEST(ErrorInfoTest, ReasonIsReadBack) {
  const absl::Status status =
      WithReason(absl::AbortedError("changed meanwhile"), "ETAG_MISMATCH");
  EXPECT_EQ(ReasonOf(status), "ETAG_MISMATCH");
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(status.message(), "changed meanwhile");
}

TEST(ErrorInfoTest, NoReasonIsEmpty) {
  EXPECT_EQ(ReasonOf(absl::OkStatus()), "");
  EXPECT_EQ(ReasonOf(absl::UnknownError("x")), "");
}

TEST(ErrorInfoTest, LaterReasonReplacesEarlier) {
  EXPECT_EQ(ReasonOf(WithReason(WithReason(absl::UnknownError("x"), "A"), "B")),
            "B");
}

TEST(ErrorInfoTest, OkCarriesNothing) {
  EXPECT_TRUE(WithReason(absl::OkStatus(), "A").ok());
  EXPECT_TRUE(WithFieldViolations(absl::OkStatus(), {{"f", "d"}}).ok());
  EXPECT_TRUE(InField("f", absl::OkStatus()).ok());
  EXPECT_TRUE(FieldViolationsOf(absl::OkStatus()).empty());
}

TEST(ErrorInfoTest, ViolationsAddUp) {
  const absl::Status status =
      WithFieldViolations(WithFieldViolations(absl::InvalidArgumentError("bad"),
                                              {{"policy.whitelist[0]", "one"}}),
                          {{"policy.mode", "two"}});
  const std::vector<FieldViolation> violations = FieldViolationsOf(status);
  ASSERT_EQ(violations.size(), 2u);
  EXPECT_EQ(violations[0].field, "policy.whitelist[0]");
  EXPECT_EQ(violations[1].description, "two");
}

TEST(ErrorInfoTest, ReasonAndViolationsTravelTogether) {
  const absl::Status status =
      InField("vch", absl::InvalidArgumentError("is empty"));
  EXPECT_EQ(status.message(), "vch: is empty");
  EXPECT_EQ(ReasonOf(status), "INVALID_FIELD");
  const std::vector<FieldViolation> violations = FieldViolationsOf(status);
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].field, "vch");
  EXPECT_EQ(violations[0].description, "is empty");
}

TEST(ErrorInfoTest, InFieldMakesAnyErrorInvalidArgument) {
  EXPECT_EQ(InField("vch", absl::InternalError("x")).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(ErrorInfoTest, ReasonOfAnotherDomainIsNotOurs) {
  google::rpc::ErrorInfo info;
  info.set_reason("ETAG_MISMATCH");
  info.set_domain("googleapis.com");
  absl::Status status = absl::AbortedError("x");
  status.SetPayload("type.googleapis.com/google.rpc.ErrorInfo",
                    absl::Cord(info.SerializeAsString()));
  EXPECT_EQ(ReasonOf(status), "");
}

TEST(ErrorInfoTest, PayloadThatDoesNotParseIsNoReason) {
  absl::Status status = absl::AbortedError("x");
  status.SetPayload("type.googleapis.com/google.rpc.ErrorInfo",
                    absl::Cord("\xff\xff\xff"));
  status.SetPayload("type.googleapis.com/google.rpc.BadRequest",
                    absl::Cord("\xff\xff\xff"));
  EXPECT_EQ(ReasonOf(status), "");
  EXPECT_TRUE(FieldViolationsOf(status).empty());
}

}  // namespace
}  // namespace pullgate
