// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/status/status_macros.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

constexpr char kPayload[] = "type.example/detail";

absl::Status Failure() {
  absl::Status status = absl::NotFoundError("no such rule");
  status.SetPayload(kPayload, absl::Cord("rule 3"));
  return status;
}

absl::Status PassOn(absl::Status status, int* reached) {
  PULLGATE_RETURN_IF_ERROR(std::move(status));
  ++*reached;
  return absl::OkStatus();
}

absl::StatusOr<int> PassOnAsStatusOr(const absl::Status& status) {
  PULLGATE_RETURN_IF_ERROR(status);
  return 1;
}

absl::StatusOr<int> Sum(const absl::StatusOr<int>& a,
                        const absl::StatusOr<int>& b) {
  PULLGATE_ASSIGN_OR_RETURN(const int first, a);
  int second = 0;
  PULLGATE_ASSIGN_OR_RETURN(second, b);
  return first + second;
}

absl::StatusOr<std::unique_ptr<std::string>> Forward(
    absl::StatusOr<std::unique_ptr<std::string>> text) {
  PULLGATE_ASSIGN_OR_RETURN(std::unique_ptr<std::string> value,
                            std::move(text));
  return value;
}

TEST(ReturnIfErrorTest, GoesOnWhenTheStatusIsOk) {
  int reached = 0;
  EXPECT_TRUE(PassOn(absl::OkStatus(), &reached).ok());
  EXPECT_EQ(reached, 1);
}

TEST(ReturnIfErrorTest, ReturnsTheErrorAsItIs) {
  int reached = 0;
  const absl::Status status = PassOn(Failure(), &reached);
  EXPECT_EQ(reached, 0);
  EXPECT_EQ(status, Failure());
  EXPECT_EQ(status.GetPayload(kPayload), absl::Cord("rule 3"));
}

TEST(ReturnIfErrorTest, ConvertsToStatusOr) {
  EXPECT_EQ(PassOnAsStatusOr(Failure()).status(), Failure());
  EXPECT_EQ(*PassOnAsStatusOr(absl::OkStatus()), 1);
}

TEST(ReturnIfErrorTest, EvaluatesItsExpressionOnce) {
  int calls = 0;
  const auto count = [&calls] {
    ++calls;
    return absl::AbortedError("again");
  };
  const auto caller = [&count]() -> absl::Status {
    PULLGATE_RETURN_IF_ERROR(count());
    return absl::OkStatus();
  };
  EXPECT_FALSE(caller().ok());
  EXPECT_EQ(calls, 1);
}

TEST(ReturnIfErrorTest, IsOneStatementBelowAnIf) {
  const auto caller = [](bool check) -> absl::Status {
    if (check)
      PULLGATE_RETURN_IF_ERROR(Failure());
    else
      return absl::OkStatus();
    return absl::InternalError("not reached");
  };
  EXPECT_EQ(caller(true), Failure());
  EXPECT_TRUE(caller(false).ok());
}

TEST(AssignOrReturnTest, DeclaresAndAssigns) { EXPECT_EQ(*Sum(2, 3), 5); }

TEST(AssignOrReturnTest, ReturnsTheFirstError) {
  EXPECT_EQ(Sum(Failure(), absl::InternalError("second")).status(), Failure());
  EXPECT_EQ(Sum(2, Failure()).status(), Failure());
}

TEST(AssignOrReturnTest, MovesTheValue) {
  auto text = std::make_unique<std::string>("moved");
  const std::string* const address = text.get();
  const auto forwarded = Forward(std::move(text));
  ASSERT_TRUE(forwarded.ok());
  EXPECT_EQ(forwarded->get(), address);
}

}  // namespace
}  // namespace pullgate
