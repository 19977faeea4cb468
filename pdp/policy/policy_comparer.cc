// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/policy/policy_comparer.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/status/error_info.h"
#include "common/status/status_macros.h"
#include "pdp/policy/admission.h"
#include "pdp/policy/change_impact.h"
#include "pdp/policy/process_policy.h"

namespace pullgate::pdp {

namespace policy_pb = pullgate::policy::v1;

absl::StatusOr<policy_pb::PolicyImpact> PolicyComparer::Compare(
    const VchId& vch, const policy_pb::ComparePoliciesRequest& request,
    absl::Time now) {
  PULLGATE_ASSIGN_OR_RETURN(const auto before,
                            Resolve(vch, request.before(), "before", now));
  PULLGATE_ASSIGN_OR_RETURN(const auto after,
                            Resolve(vch, request.after(), "after", now));
  return ImpactOf(*before, *after);
}

absl::StatusOr<std::shared_ptr<const PolicyInForce>> PolicyComparer::Resolve(
    const VchId& vch, const policy_pb::PolicyVersion& version,
    absl::string_view field, absl::Time now) {
  switch (version.version_case()) {
    case policy_pb::PolicyVersion::kRevision: {
      PULLGATE_ASSIGN_OR_RETURN(PolicyInForce past,
                                OfRevision(vch, version.revision()));
      return std::make_shared<const PolicyInForce>(std::move(past));
    }
    case policy_pb::PolicyVersion::kPolicy: {
      PULLGATE_ASSIGN_OR_RETURN(PolicyInForce proposed,
                                OfProposal(vch, version.policy(), field, now));
      return std::make_shared<const PolicyInForce>(std::move(proposed));
    }
    case policy_pb::PolicyVersion::VERSION_NOT_SET:
      break;
  }
  return book_->InForce(vch);
}

absl::StatusOr<PolicyInForce> PolicyComparer::OfRevision(const VchId& vch,
                                                         int64_t revision) {
  PULLGATE_ASSIGN_OR_RETURN(const auto policy,
                            store_->GetRevision(vch, revision));
  absl::StatusOr<PolicyInForce> in_force =
      PutInForce(vch, policy ? &*policy : nullptr, *book_->process(), revision);
  if (in_force.ok()) return in_force;
  return WithReason(
      absl::FailedPreconditionError(absl::StrCat("revision ", revision, ": ",
                                                 in_force.status().message())),
      "REVISION_UNUSABLE");
}

absl::StatusOr<PolicyInForce> PolicyComparer::OfProposal(
    const VchId& vch, const policy_pb::Policy& proposed,
    absl::string_view field, absl::Time now) {
  const auto process = book_->process();
  AdmissionContext context(process->settings, now);
  const absl::StatusOr<StoredPolicy> stored = store_->Get(vch);
  if (!stored.ok() && !absl::IsNotFound(stored.status())) {
    return stored.status();
  }
  if (stored.ok()) context.stored = &stored->policy;
  PULLGATE_ASSIGN_OR_RETURN(const Admission admission,
                            AdmitPolicy(proposed, context));
  PULLGATE_RETURN_IF_ERROR(
      RefusalOf(admission.findings, absl::StrCat(field, ".policy.")));
  return PutInForce(vch, &*admission.policy, *process, /*revision=*/0,
                    admission.snapshot);
}

}  // namespace pullgate::pdp
