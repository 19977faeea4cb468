// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_POLICY_HANDLER_H_
#define PULLGATE_PDP_SERVICE_POLICY_HANDLER_H_

#include "absl/status/statusor.h"
#include "common/rpc/caller.h"
#include "common/time/clock.h"
#include "pdp/policy/policy_book.h"
#include "pdp/policy/policy_comparer.h"
#include "pdp/service/policy_observer.h"
#include "pdp/store/policy_store.h"
#include "pullgate/policy/v1/policy_service.pb.h"

namespace pullgate::pdp {

// Behaviour of pullgate.policy.v1.PolicyService, which documents the errors.
// Knows no gRPC. Thread-safe; every call waits for storage. Who may call what
// has been decided before (common/rpc/access_table.h).
class PolicyHandler {
 public:
  // Not owned; outlive this. Reads go to the store, changes through the book.
  PolicyHandler(PolicyStore* store, PolicyBook* book, PolicyObserver* observer,
                const Clock* clock);

  absl::StatusOr<pullgate::policy::v1::GetPolicyResponse> GetPolicy(
      const pullgate::policy::v1::GetPolicyRequest& request);
  absl::StatusOr<pullgate::policy::v1::ListPoliciesResponse> ListPolicies(
      const pullgate::policy::v1::ListPoliciesRequest& request);
  absl::StatusOr<pullgate::policy::v1::SetPolicyResponse> SetPolicy(
      const Caller& caller,
      const pullgate::policy::v1::SetPolicyRequest& request);
  absl::StatusOr<pullgate::policy::v1::DeletePolicyResponse> DeletePolicy(
      const Caller& caller,
      const pullgate::policy::v1::DeletePolicyRequest& request);
  absl::StatusOr<pullgate::policy::v1::ComparePoliciesResponse> ComparePolicies(
      const pullgate::policy::v1::ComparePoliciesRequest& request);
  absl::StatusOr<pullgate::policy::v1::ListPolicyRevisionsResponse>
  ListPolicyRevisions(
      const pullgate::policy::v1::ListPolicyRevisionsRequest& request);
  absl::StatusOr<pullgate::policy::v1::RollbackPolicyResponse> RollbackPolicy(
      const Caller& caller,
      const pullgate::policy::v1::RollbackPolicyRequest& request);

 private:
  Change ChangeBy(const Caller& caller, const std::string& note) const;

  PolicyStore* const store_;
  PolicyBook* const book_;
  PolicyObserver* const observer_;
  const Clock* const clock_;
  PolicyComparer comparer_;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_POLICY_HANDLER_H_
