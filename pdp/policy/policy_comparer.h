// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_POLICY_POLICY_COMPARER_H_
#define PULLGATE_PDP_POLICY_POLICY_COMPARER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/identity/vch_id.h"
#include "pdp/policy/policy_book.h"
#include "pdp/store/policy_store.h"
#include "pullgate/policy/v1/policy_service.pb.h"

namespace pullgate::pdp {

// Compares policies of one VCH: those of its past, what is in force, and what
// somebody proposes. Changes nothing. Thread-safe.
class PolicyComparer {
 public:
  // Not owned; outlive this.
  PolicyComparer(PolicyStore* store, PolicyBook* book)
      : store_(store), book_(book) {}

  // Both under the settings of the PDP as they are. `request.name` is the VCH's
  // and has been read. Errors are those of PolicyService.ComparePolicies.
  absl::StatusOr<pullgate::policy::v1::PolicyImpact> Compare(
      const VchId& vch,
      const pullgate::policy::v1::ComparePoliciesRequest& request,
      absl::Time now);

 private:
  absl::StatusOr<std::shared_ptr<const PolicyInForce>> Resolve(
      const VchId& vch, const pullgate::policy::v1::PolicyVersion& version,
      absl::string_view field, absl::Time now);
  absl::StatusOr<PolicyInForce> OfRevision(const VchId& vch, int64_t revision);
  absl::StatusOr<PolicyInForce> OfProposal(
      const VchId& vch, const pullgate::policy::v1::Policy& proposed,
      absl::string_view field, absl::Time now);

  PolicyStore* const store_;
  PolicyBook* const book_;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_POLICY_POLICY_COMPARER_H_
