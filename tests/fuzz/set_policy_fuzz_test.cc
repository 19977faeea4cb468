// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Requests to set a policy, from the bytes of the message on.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "common/wire/effective_policy.h"
#include "google/protobuf/stubs/logging.h"
#include "pdp/policy/admission.h"
#include "pullgate/policy/v1/policy_service.pb.h"
#include "pullgate/sync/v1/effective_policy.pb.h"
#include "tests/fuzz/require.h"

namespace pullgate::fuzz {
namespace {

constexpr absl::string_view kAbout = "the request";

const ProcessSettings& Settings() {
  static const auto& settings = *new ProcessSettings{
      {{"harbor.corp.example", {"10.2.40.40"}}, {"2001:db8::/64", {}}},
      DefaultUnpinnableAddresses()};
  return settings;
}

absl::StatusOr<pdp::Admission> Admit(
    const pullgate::policy::v1::Policy& proposed) {
  return pdp::AdmitPolicy(
      proposed,
      pdp::AdmissionContext(Settings(), absl::FromUnixSeconds(1767225600)));
}

bool HasError(const pdp::Admission& admission) {
  return std::any_of(admission.findings.begin(), admission.findings.end(),
                     [](const Finding& finding) {
                       return finding.severity == Severity::kError;
                     });
}

// Agents compile what was admitted, long after.
void CheckUsable(const pullgate::policy::v1::Policy& admitted) {
  pullgate::sync::v1::EffectivePolicy effective;
  *effective.mutable_policy() = admitted;
  for (const std::string& prefix : Settings().unpinnable_addresses) {
    effective.add_unpinnable_addresses(prefix);
  }
  const auto snapshot = wire::CompileEffectivePolicy(effective);
  Require(snapshot.ok() && *snapshot != nullptr, "agents can use it", kAbout);
  Require((*snapshot)->mode() != PolicyMode::kUnspecified,
          "what is stored says its mode", kAbout);
}

void Check(const pullgate::policy::v1::Policy& proposed) {
  const absl::StatusOr<pdp::Admission> admission = Admit(proposed);
  if (!admission.ok()) {
    Require(admission.status().code() == absl::StatusCode::kResourceExhausted,
            "only size is refused outright", admission.status().message());
    return;
  }
  Require(HasError(*admission) != admission->policy.has_value(),
          "it is admitted if and only if there is no error", kAbout);
  Require(pdp::RefusalOf(admission->findings, "").ok() != HasError(*admission),
          "a refusal has an error", kAbout);
  Require((admission->snapshot != nullptr) == admission->policy.has_value(),
          "what is admitted is compiled", kAbout);
  if (!admission->policy.has_value()) return;
  const absl::StatusOr<pdp::Admission> again = Admit(*admission->policy);
  Require(again.ok() && again->policy.has_value(), "what is stored is admitted",
          kAbout);
  Require(again->policy->SerializeAsString() ==
              admission->policy->SerializeAsString(),
          "what is stored reads as itself", admission->policy->DebugString());
  CheckUsable(*admission->policy);
}

}  // namespace
}  // namespace pullgate::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // Of text that is not UTF-8 it says so every time.
  static const auto* const kQuiet = new google::protobuf::LogSilencer;
  (void)kQuiet;
  pullgate::policy::v1::SetPolicyRequest request;
  if (!request.ParseFromArray(data, static_cast<int>(size))) return 0;
  pullgate::fuzz::Check(request.policy());
  return 0;
}
