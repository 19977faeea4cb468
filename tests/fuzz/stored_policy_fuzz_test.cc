// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// The policy that an agent has on disk, or gets from a PDP.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "agent/decide/active_policy.h"
#include "common/policy/decide.h"
#include "google/protobuf/stubs/logging.h"
#include "tests/fuzz/require.h"

namespace pullgate::fuzz {
namespace {

using agent::ActivePolicy;
using agent::MakeActivePolicy;
using pullgate::sync::v1::EffectivePolicy;

absl::StatusOr<std::shared_ptr<const ActivePolicy>> Make(
    const EffectivePolicy& proto) {
  static const auto& vch = *new VchId(VchId::Parse("vch-1").value());
  const absl::Time now = absl::FromUnixSeconds(1767225600);
  return MakeActivePolicy(proto, vch, nullptr, now, now);
}

// Deciding by it works, and a protected registry is never insecure.
void CheckDecisions(const PolicySnapshot& policy) {
  for (const absl::string_view text :
       {"docker.io", "index.docker.io:443", "10.2.2.5:5000", "[2001:db8::1]:80",
        "registry.corp.example", "http://localhost"}) {
    const RegistryAddress question =
        RegistryAddress::ParseQuestion(text).value();
    for (const Evidence::Outcome outcome :
         {Evidence::Outcome::kAbsent, Evidence::Outcome::kLookedUp,
          Evidence::Outcome::kFailed}) {
      Evidence evidence;
      evidence.outcome = outcome;
      const absl::StatusOr<Decision> decision =
          Decide(policy, question, evidence);
      Require(decision.ok(), "every question has an answer", text);
      Require(decision->routes.empty() == (decision->effect == Effect::kDeny),
              "a permit has routes", text);
      Require(!decision->insecure() || text.find("docker") == text.npos,
              "Docker Hub is never insecure", text);
      if (!policy.has_policy()) {
        Require(decision->reason == DenyReason::kNoPolicy,
                "no policy permits nothing", text);
      }
    }
  }
}

void Check(const EffectivePolicy& proto) {
  const auto policy = Make(proto);
  if (!policy.ok()) {
    Require(policy.status().code() == absl::StatusCode::kInvalidArgument,
            "what is refused is invalid", policy.status().message());
    return;
  }
  Require((*policy)->snapshot != nullptr && (*policy)->bundle != nullptr,
          "what is accepted is whole", proto.trust_bundle_id());
  EffectivePolicy stored;
  Require(
      stored.ParseFromString(proto.SerializeAsString()) && Make(stored).ok(),
      "what is stored again is accepted again", proto.trust_bundle_id());
  CheckDecisions(*(*policy)->snapshot);
}

}  // namespace
}  // namespace pullgate::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // Of text that is not UTF-8 it says so every time.
  static const auto* const kQuiet = new google::protobuf::LogSilencer;
  (void)kQuiet;
  pullgate::sync::v1::EffectivePolicy proto;
  if (!proto.ParseFromArray(data, static_cast<int>(size))) return 0;
  pullgate::fuzz::Check(proto);
  return 0;
}
