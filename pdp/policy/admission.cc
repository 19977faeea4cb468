// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/policy/admission.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/config/proto_duration.h"
#include "common/crypto/ca_entry.h"
#include "common/status/error_info.h"
#include "common/status/status_macros.h"
#include "common/wire/policy_proto.h"

namespace pullgate::pdp {
namespace {

namespace policy_pb = pullgate::policy::v1;

// Violations beyond these say nothing new.
constexpr size_t kMaxSizeViolations = 20;

std::string Item(absl::string_view list, int index) {
  return absl::StrCat(list, "[", index, "]");
}

// Collects what is too large, by place.
class SizeCheck {
 public:
  void Rules(absl::string_view place,
             const google::protobuf::RepeatedPtrField<std::string>& rules) {
    rules_ += rules.size();
    for (int i = 0; i < rules.size(); ++i) {
      if (rules[i].size() <= kMaxRuleBytes) continue;
      Add(Item(place, i),
          absl::StrCat("a rule has at most ", kMaxRuleBytes,
                       " bytes, and this has ", rules[i].size()));
    }
  }

  void Ca(int index, const policy_pb::RegistryCa& ca) {
    const std::string place = Item("registry_cas", index);
    Rules(absl::StrCat(place, ".scope"), ca.scope());
    if (ca.pem().size() <= kMaxCaEntryBytes) return;
    Add(absl::StrCat(place, ".pem"),
        absl::StrCat("an entry has at most ", kMaxCaEntryBytes,
                     " bytes, and this has ", ca.pem().size(),
                     ": split it into several entries"));
  }

  void Counts(int registry_cas) {
    if (rules_ > kMaxPolicyRules) {
      Add("whitelist",
          absl::StrCat("a policy has at most ", kMaxPolicyRules,
                       " rules in all its lists, and this has ", rules_));
    }
    if (registry_cas > kMaxRegistryCas) {
      Add("registry_cas", absl::StrCat("a policy has at most ", kMaxRegistryCas,
                                       " entries, and this has ", registry_cas,
                                       ": an entry holds many certificates"));
    }
  }

  absl::Status Result() && {
    if (violations_.empty()) return absl::OkStatus();
    const FieldViolation& first = violations_.front();
    absl::Status status = absl::ResourceExhaustedError(absl::StrCat(
        "the policy is too large: ", first.field, ": ", first.description));
    return WithFieldViolations(
        WithReason(std::move(status), "POLICY_TOO_LARGE"),
        std::move(violations_));
  }

 private:
  void Add(std::string field, std::string description) {
    if (violations_.size() >= kMaxSizeViolations) return;
    violations_.push_back(
        {absl::StrCat("policy.", field), std::move(description)});
  }

  int64_t rules_ = 0;
  std::vector<FieldViolation> violations_;
};

absl::Status CheckSizes(const policy_pb::Policy& policy) {
  SizeCheck check;
  check.Rules("whitelist", policy.whitelist());
  check.Rules("insecure", policy.insecure());
  for (int i = 0; i < policy.registry_cas_size(); ++i) {
    check.Ca(i, policy.registry_cas(i));
  }
  check.Counts(policy.registry_cas_size());
  return std::move(check).Result();
}

void CheckMode(const policy_pb::Policy& policy,
               std::vector<Finding>& findings) {
  if (policy_pb::Policy::Mode_IsValid(policy.mode())) return;
  findings.push_back({Severity::kError, "mode", "UNKNOWN_MODE",
                      absl::StrCat("mode ", static_cast<int>(policy.mode()),
                                   " is unknown here; expected "
                                   "MODE_WHITELIST, MODE_OPEN or none")});
}

// Durations on the wire may be malformed: seconds and nanos of different
// signs, nanos of a second or more.
bool IsWellFormed(const google::protobuf::Duration& duration) {
  return duration.nanos() > -1'000'000'000 &&
         duration.nanos() < 1'000'000'000 &&
         (duration.seconds() <= 0 || duration.nanos() >= 0) &&
         (duration.seconds() >= 0 || duration.nanos() <= 0);
}

void CheckLease(const policy_pb::Policy& policy,
                std::vector<Finding>& findings) {
  if (!policy.has_lease()) return;
  const absl::Duration lease = FromProtoDuration(policy.lease());
  if (IsWellFormed(policy.lease()) && lease >= kMinLease &&
      lease <= kMaxLease) {
    return;
  }
  findings.push_back(
      {Severity::kError, "lease", "LEASE_OUT_OF_RANGE",
       absl::StrCat("a lease of ", absl::FormatDuration(lease),
                    " is out of range; expected 10 s to 7 days (\"900s\"), or "
                    "none for this PDP's default")});
}

// Whether `stored` limited these very certificates to a scope.
bool HadScope(const policy_pb::Policy* stored,
              const std::string& canonical_pem) {
  return stored != nullptr &&
         std::any_of(stored->registry_cas().begin(),
                     stored->registry_cas().end(),
                     [&canonical_pem](const policy_pb::RegistryCa& ca) {
                       return ca.pem() == canonical_pem && ca.scope_size() > 0;
                     });
}

void AdmitCa(int index, const AdmissionContext& context,
             policy_pb::RegistryCa& ca, std::vector<Finding>& findings) {
  const std::string place = Item("registry_cas", index);
  CaEntry entry =
      ParseCaEntry(ca.pem(), absl::StrCat(place, ".pem"), context.now);
  std::move(entry.findings.begin(), entry.findings.end(),
            std::back_inserter(findings));
  ca.set_pem(std::move(entry.canonical_pem));
  if (ca.scope_size() == 0 && HadScope(context.stored, ca.pem())) {
    findings.push_back(
        {Severity::kWarning, absl::StrCat(place, ".scope"), "SCOPE_EMPTIED",
         "these certificates vouched for some registries only and would now "
         "vouch for every registry of the VCH"});
  }
}

bool HasError(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(), [](const Finding& f) {
    return f.severity == Severity::kError;
  });
}

void ClearWhatThePdpSets(policy_pb::Policy& policy) {
  policy.clear_name();
  policy.clear_revision();
  policy.clear_update_time();
  policy.clear_updated_by();
  policy.clear_etag();
}

}  // namespace

absl::StatusOr<Admission> AdmitPolicy(const policy_pb::Policy& proposed,
                                      const AdmissionContext& context) {
  PULLGATE_RETURN_IF_ERROR(CheckSizes(proposed));
  const PolicyMode stored_mode =
      context.stored == nullptr ? PolicyMode::kUnspecified
                                : wire::ModeFromProto(context.stored->mode());
  Admission admission;
  CheckMode(proposed, admission.findings);
  CompileResult compiled = CompilePolicy(wire::PolicyTextFromProto(proposed),
                                         context.settings, stored_mode);
  std::move(compiled.findings.begin(), compiled.findings.end(),
            std::back_inserter(admission.findings));

  policy_pb::Policy canonical = proposed;
  ClearWhatThePdpSets(canonical);
  for (int i = 0; i < canonical.registry_cas_size(); ++i) {
    AdmitCa(i, context, *canonical.mutable_registry_cas(i), admission.findings);
  }
  CheckLease(proposed, admission.findings);
  if (HasError(admission.findings)) return admission;

  wire::WriteCanonical(compiled.snapshot->canonical(), &canonical);
  if (!canonical.has_use_public_cas()) canonical.set_use_public_cas(true);
  admission.policy = std::move(canonical);
  admission.snapshot = std::move(compiled.snapshot);
  return admission;
}

absl::Status RefusalOf(const std::vector<Finding>& findings,
                       absl::string_view prefix) {
  std::vector<FieldViolation> violations;
  for (const Finding& finding : findings) {
    if (finding.severity != Severity::kError) continue;
    violations.push_back(
        {absl::StrCat(prefix, finding.place), finding.message});
  }
  if (violations.empty()) return absl::OkStatus();
  std::string message = absl::StrCat(violations.front().field, ": ",
                                     violations.front().description);
  if (violations.size() > 1) {
    absl::StrAppend(&message, " (and ", violations.size() - 1,
                    violations.size() == 2 ? " more error)" : " more errors)");
  }
  return WithFieldViolations(
      WithReason(absl::InvalidArgumentError(message), "INVALID_POLICY"),
      std::move(violations));
}

}  // namespace pullgate::pdp
