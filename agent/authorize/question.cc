// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/authorize/question.h"

#include <utility>

#include "absl/status/status.h"
#include "common/registry/image_reference.h"
#include "common/registry/redact.h"
#include "common/status/error_info.h"
#include "common/status/status_macros.h"

namespace pullgate::agent {
namespace {

// Longer ones are not worth the memory; no image reference in use is.
constexpr size_t kMaxRememberedText = 512;

absl::StatusOr<PullQuestion> OfRegistry(const std::string& text) {
  absl::StatusOr<RegistryAddress> registry =
      RegistryAddress::ParseQuestion(text);
  if (!registry.ok()) return InField("registry", registry.status());
  return PullQuestion{*std::move(registry), RedactAddress(text)};
}

absl::StatusOr<PullQuestion> OfImage(const std::string& text) {
  absl::StatusOr<ImageReference> image = ParseImageReference(text);
  if (!image.ok()) return InField("image", image.status());
  return PullQuestion{std::move(image->registry), RedactImage(text)};
}

template <typename Request>
absl::StatusOr<PullQuestion> Parse(const Request& request) {
  switch (request.target_case()) {
    case Request::kRegistry:
      return OfRegistry(request.registry());
    case Request::kImage:
      return OfImage(request.image());
    case Request::TARGET_NOT_SET:
      break;
  }
  const std::string expected =
      "expected one of registry and image, for example \"registry\": "
      "\"registry.example.com:5000\"";
  return WithFieldViolations(
      WithReason(absl::InvalidArgumentError(expected), "INVALID_FIELD"),
      {{"registry", expected}, {"image", expected}});
}

}  // namespace

absl::StatusOr<PullQuestion> ParseQuestion(
    const pullgate::agent::v1::AuthorizePullRequest& request) {
  return Parse(request);
}

absl::StatusOr<PullQuestion> ParseQuestion(
    const pullgate::agent::v1::ProbeRegistryRequest& request) {
  return Parse(request);
}

absl::StatusOr<std::shared_ptr<const PullQuestion>> QuestionParser::Parse(
    const pullgate::agent::v1::AuthorizePullRequest& request) {
  const bool image = request.has_image();
  const std::string& text = image ? request.image() : request.registry();
  Questions& known = image ? images_ : registries_;
  if (auto question = known.Find(text)) return *std::move(question);
  PULLGATE_ASSIGN_OR_RETURN(PullQuestion parsed, ParseQuestion(request));
  auto question = std::make_shared<const PullQuestion>(std::move(parsed));
  if (text.size() <= kMaxRememberedText) {
    known.Put(text, question, absl::InfiniteFuture());
  }
  return question;
}

}  // namespace pullgate::agent
