// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/pull_question.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/registry/image_reference.h"
#include "common/status/error_info.h"
#include "common/status/status_macros.h"
#include "common/wire/decision_proto.h"

namespace pullgate::pdp {
namespace {

using pullgate::decision::v1::CheckPullRequest;

absl::StatusOr<RegistryAddress> ParseTarget(const CheckPullRequest& request) {
  switch (request.target_case()) {
    case CheckPullRequest::kRegistry: {
      auto registry = RegistryAddress::ParseQuestion(request.registry());
      if (!registry.ok()) return InField("registry", registry.status());
      return registry;
    }
    case CheckPullRequest::kImage: {
      auto image = ParseImageReference(request.image());
      if (!image.ok()) return InField("image", image.status());
      return std::move(image->registry);
    }
    case CheckPullRequest::TARGET_NOT_SET:
      break;
  }
  return InField(
      "registry",
      absl::InvalidArgumentError(
          "say what to pull from: `registry` (\"registry.example.com:5000\") "
          "or `image` (\"registry.example.com/team/app:1.0\")"));
}

// Field violations of `status` moved below `prefix`.
absl::Status Below(absl::string_view prefix, const absl::Status& status) {
  std::vector<FieldViolation> violations = FieldViolationsOf(status);
  for (FieldViolation& violation : violations) {
    violation.field = absl::StrCat(prefix, violation.field);
  }
  return WithFieldViolations(WithReason(absl::InvalidArgumentError(absl::StrCat(
                                            prefix, status.message())),
                                        "INVALID_FIELD"),
                             std::move(violations));
}

}  // namespace

absl::StatusOr<VchId> VchToAskFor(const Caller& caller,
                                  const CheckPullRequest& request) {
  absl::StatusOr<VchId> vch = VchId::ParseName(request.vch());
  if (!vch.ok()) return InField("vch", vch.status());
  PULLGATE_RETURN_IF_ERROR(MayActFor(caller, *vch));
  return vch;
}

absl::StatusOr<PullQuestion> ParsePullQuestion(
    const Caller& caller, const CheckPullRequest& request) {
  PULLGATE_ASSIGN_OR_RETURN(VchId vch, VchToAskFor(caller, request));
  PULLGATE_ASSIGN_OR_RETURN(RegistryAddress registry, ParseTarget(request));
  PullQuestion question(std::move(vch), std::move(registry));
  question.explain = request.explain();
  if (request.has_evidence()) {
    absl::StatusOr<Evidence> evidence =
        wire::EvidenceFromProto(request.evidence(), question.registry);
    if (!evidence.ok()) return Below("evidence.", evidence.status());
    question.evidence = *std::move(evidence);
  }
  return question;
}

}  // namespace pullgate::pdp
