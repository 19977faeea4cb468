// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/grpc_status.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status/error_info.h"
#include "common/text/utf8.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace pullgate {
namespace {

constexpr char kTypePrefix[] = "type.googleapis.com/";

// One line of UTF-8, as proto3 strings must be and terminals like it.
std::string Printable(absl::string_view text) {
  std::string out = ToValidUtf8(text);
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return out;
}

void AddDetail(const google::protobuf::Message& detail,
               google::rpc::Status& status) {
  status.add_details()->PackFrom(detail);
}

// As many violations as fit into `room` bytes, and how many did not.
google::rpc::BadRequest FittingViolations(
    const std::vector<FieldViolation>& violations, size_t room) {
  constexpr size_t kMaxDescription = 400;
  constexpr size_t kRest = 64;  // for the count
  google::rpc::BadRequest request;
  for (const FieldViolation& violation : violations) {
    auto* added = request.add_field_violations();
    added->set_field(CutUtf8(Printable(violation.field), kMaxDescription));
    added->set_description(
        CutUtf8(Printable(violation.description), kMaxDescription));
    if (request.ByteSizeLong() + kRest <= room) continue;
    request.mutable_field_violations()->RemoveLast();
    const size_t left = violations.size() -
                        static_cast<size_t>(request.field_violations_size());
    request.add_field_violations()->set_description(
        absl::StrCat("and ", left, " more"));
    break;
  }
  return request;
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const std::string message =
      CutUtf8(Printable(status.message()), kMaxStatusMessage);
  google::rpc::Status wire;
  wire.set_code(static_cast<int>(status.code()));
  wire.set_message(message);
  if (const std::string reason = ReasonOf(status); !reason.empty()) {
    google::rpc::ErrorInfo info;
    info.set_reason(reason);
    info.set_domain("pullgate");
    AddDetail(info, wire);
  }
  if (const auto violations = FieldViolationsOf(status); !violations.empty()) {
    AddDetail(FittingViolations(violations,
                                kMaxStatusDetails - wire.ByteSizeLong() - 64),
              wire);
  }
  const std::string details =
      wire.details_size() > 0 ? wire.SerializeAsString() : "";
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), message,
                      details);
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const int code = static_cast<int>(status.error_code());
  const bool known = code >= 1 && code <= 16;  // CANCELLED to UNAUTHENTICATED
  absl::Status result(
      known ? static_cast<absl::StatusCode>(code) : absl::StatusCode::kUnknown,
      status.error_message());
  google::rpc::Status wire;
  if (!wire.ParseFromString(status.error_details())) return result;
  for (const auto& detail : wire.details()) {
    if (!absl::StartsWith(detail.type_url(), kTypePrefix)) continue;
    result.SetPayload(detail.type_url(), absl::Cord(detail.value()));
  }
  return result;
}

}  // namespace pullgate
