// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/wire/effective_policy.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/policy/finding.h"
#include "common/status/error_info.h"
#include "common/wire/policy_proto.h"

namespace pullgate::wire {
namespace {

absl::Status Refused(const std::vector<Finding>& findings) {
  std::vector<FieldViolation> violations;
  for (const Finding& finding : findings) {
    if (finding.severity != Severity::kError) continue;
    violations.push_back({finding.place, finding.message});
  }
  std::string message = "the policy does not compile";
  if (!violations.empty()) {
    absl::StrAppend(&message, ": ", violations.front().field, ": ",
                    violations.front().description);
  }
  return WithFieldViolations(absl::InvalidArgumentError(message),
                             std::move(violations));
}

}  // namespace

ProcessSettings SettingsFromProto(
    const pullgate::sync::v1::EffectivePolicy& proto) {
  ProcessSettings settings;
  for (const auto& registry : proto.protected_registries()) {
    settings.protected_registries.push_back(
        {registry.host(),
         {registry.addresses().begin(), registry.addresses().end()}});
  }
  settings.unpinnable_addresses.assign(proto.unpinnable_addresses().begin(),
                                       proto.unpinnable_addresses().end());
  return settings;
}

absl::StatusOr<std::shared_ptr<const PolicySnapshot>> CompileEffectivePolicy(
    const pullgate::sync::v1::EffectivePolicy& proto) {
  if (!proto.has_policy()) return PolicySnapshot::NoPolicy();
  // It was accepted when it was stored; what is protected may have grown since.
  CompileResult result = CompilePolicy(
      PolicyTextFromProto(proto.policy()), SettingsFromProto(proto),
      PolicyMode::kUnspecified, PolicyOrigin::kStored);
  if (result.snapshot == nullptr) return Refused(result.findings);
  return std::move(result.snapshot);
}

}  // namespace pullgate::wire
