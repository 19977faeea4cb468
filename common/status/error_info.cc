// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/status/error_info.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"

namespace pullgate {
namespace {

constexpr char kDomain[] = "pullgate";

// A payload is keyed by the name its message has inside a
// google.protobuf.Any, so that the crossing to the wire needs no table.
template <typename Detail>
std::string PayloadUrl() {
  return absl::StrCat("type.googleapis.com/",
                      Detail::descriptor()->full_name());
}

template <typename Detail>
Detail PayloadOf(const absl::Status& status) {
  Detail detail;
  const auto payload = status.GetPayload(PayloadUrl<Detail>());
  if (!payload.has_value() || !detail.ParseFromString(std::string(*payload))) {
    detail.Clear();
  }
  return detail;
}

template <typename Detail>
void SetPayload(const Detail& detail, absl::Status& status) {
  status.SetPayload(PayloadUrl<Detail>(),
                    absl::Cord(detail.SerializeAsString()));
}

}  // namespace

absl::Status WithReason(absl::Status status, absl::string_view reason) {
  if (status.ok()) return status;
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(reason));
  info.set_domain(kDomain);
  SetPayload(info, status);
  return status;
}

std::string ReasonOf(const absl::Status& status) {
  const auto info = PayloadOf<google::rpc::ErrorInfo>(status);
  // A reason of somebody else's domain would be misread as ours.
  return info.domain() == kDomain ? info.reason() : "";
}

absl::Status WithFieldViolations(absl::Status status,
                                 std::vector<FieldViolation> violations) {
  if (status.ok() || violations.empty()) return status;
  auto request = PayloadOf<google::rpc::BadRequest>(status);
  for (FieldViolation& violation : violations) {
    auto* added = request.add_field_violations();
    added->set_field(std::move(violation.field));
    added->set_description(std::move(violation.description));
  }
  SetPayload(request, status);
  return status;
}

std::vector<FieldViolation> FieldViolationsOf(const absl::Status& status) {
  std::vector<FieldViolation> violations;
  const auto request = PayloadOf<google::rpc::BadRequest>(status);
  for (const auto& violation : request.field_violations()) {
    violations.push_back({violation.field(), violation.description()});
  }
  return violations;
}

absl::Status InField(absl::string_view field, const absl::Status& status) {
  if (status.ok()) return status;
  std::vector<FieldViolation> violations = FieldViolationsOf(status);
  const bool within_a_field = !violations.empty();
  for (FieldViolation& violation : violations) {
    violation.field = absl::StrCat(field, ".", violation.field);
  }
  if (!within_a_field) {
    violations.push_back({std::string(field), std::string(status.message())});
  }
  const std::string message =
      absl::StrCat(field, within_a_field ? "." : ": ", status.message());
  return WithFieldViolations(
      WithReason(absl::InvalidArgumentError(message), "INVALID_FIELD"),
      std::move(violations));
}

}  // namespace pullgate
