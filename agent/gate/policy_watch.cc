// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/gate/policy_watch.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/policy/decide.h"

namespace pullgate::agent {
namespace {

using pullgate::audit::v1::ClosedTunnel;

// A change of CAs concerns few registries at once.
constexpr int kProvers = 8;
constexpr size_t kMaxProofs = 1000;

void End(const std::vector<ConnectionBook::Pull>& pulls,
         const std::string& detail) {
  for (const ConnectionBook::Pull& one : pulls) {
    one.connection->EndPull(one.pull.get(),
                            {ClosedTunnel::CAUSE_POLICY_CHANGED, detail});
  }
}

}  // namespace

PolicyWatch::PolicyWatch(const GateParts& parts, const ConnectionBook* book)
    : parts_(parts), book_(book), provers_(kProvers, kMaxProofs) {}

void PolicyWatch::Look() {
  const Pulls pulls = book_->pulls();
  CheckLease(pulls);
  CheckPolicy(parts_.holder->Current(), pulls);
}

void PolicyWatch::CheckLease(const Pulls& pulls) {
  // A new revision is without a lease for a moment; the last one counts then.
  const PolicyHolder::LeaseState lease = parts_.holder->lease();
  if (lease.valid) lease_ends_ = lease.boot_expires;
  if (parts_.boot->Now() < lease_ends_) return;
  End(pulls, "the lease of the policy that permitted it has ended");
}

void PolicyWatch::CheckPolicy(const std::shared_ptr<const ActivePolicy>& policy,
                              const Pulls& pulls) {
  if (policy != checked_by_) checked_.clear();
  checked_by_ = policy;
  if (policy == nullptr) return;
  absl::flat_hash_set<const OpenPull*> checked;
  absl::flat_hash_map<const PreparedVerdict*, Pulls> by_verdict;
  for (const ConnectionBook::Pull& one : pulls) {
    checked.insert(one.pull.get());
    if (checked_.contains(one.pull.get())) continue;
    by_verdict[one.pull->given().verdict.get()].push_back(one);
  }
  checked_ = std::move(checked);
  for (auto& [verdict, same] : by_verdict) {
    if (verdict->policy_revision == policy->revision) continue;
    const Recheck recheck = CheckAgain(*policy, *same.front().pull);
    switch (recheck.outcome) {
      case Recheck::Outcome::kPermitted:
        break;
      case Recheck::Outcome::kProveAgain:
        ProveAgain(policy, std::move(same));
        break;
      case Recheck::Outcome::kEnd:
        End(same, recheck.detail);
        break;
    }
  }
}

void PolicyWatch::ProveAgain(std::shared_ptr<const ActivePolicy> policy,
                             Pulls pulls) {
  const std::string detail = absl::StrCat(
      "policy revision ", policy->revision,
      " has other CAs, and by them the registry does not verify in time");
  const absl::Status posted = provers_.Post([this, policy, pulls, detail] {
    if (!Proves(*policy, *pulls.front().pull)) End(pulls, detail);
  });
  if (!posted.ok()) End(pulls, detail);
}

bool PolicyWatch::Proves(const ActivePolicy& policy,
                         const OpenPull& pull) const {
  const UsableRoute& used = pull.route();
  Route route;
  route.scheme = used.scheme;
  route.host = ConnectHost(pull.registry());
  route.port = used.port;
  route.certificate_check = CertificateCheck::kRequired;
  route.pinned = true;
  route.addresses = {used.address};
  const Verification verification = parts_.verifier->Verify(
      {pull.registry(),
       {route},
       policy.bundle,
       policy.snapshot->CaEntriesInScope(pull.registry())},
      parts_.wall->Now() + kProofLimit);
  return verification.usable.has_value();
}

}  // namespace pullgate::agent
