// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/gate/policy_watch.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
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

// To those of the same registry at the same place: one proof does for all.
void Add(std::vector<ConnectionBook::Pull> pulls,
         absl::flat_hash_map<std::string, std::vector<ConnectionBook::Pull>>&
             by_place) {
  const OpenPull& first = *pulls.front().pull;
  std::vector<ConnectionBook::Pull>& same = by_place[absl::StrCat(
      first.registry().ToString(), " ", first.route().address.ToString(), " ",
      first.route().port)];
  same.insert(same.end(), pulls.begin(), pulls.end());
}

}  // namespace

PolicyWatch::PolicyWatch(const GateParts& parts, const ConnectionBook* book)
    : parts_(parts), book_(book), provers_(kProvers, kMaxProofs) {}

void PolicyWatch::Look() {
  const std::shared_ptr<const ActivePolicy> policy = parts_.holder->Current();
  const bool lease_over = IsLeaseOver();
  const uint64_t pulls_ever = book_->pulls_ever();
  if (policy == policy_ && pulls_ever == pulls_seen_ && !lease_over) return;
  if (policy != policy_) ++policies_;
  policy_ = policy;
  pulls_seen_ = pulls_ever;
  const Pulls pulls = book_->pulls();
  if (lease_over) {
    return End(pulls, "the lease of the policy that permitted it has ended");
  }
  if (policy != nullptr) CheckPolicy(policy, pulls);
}

bool PolicyWatch::IsLeaseOver() {
  // A new revision is without a lease for a moment; the last one counts then.
  const PolicyHolder::LeaseState lease = parts_.holder->lease();
  if (lease.valid) lease_ends_ = lease.boot_expires;
  return parts_.boot->Now() >= lease_ends_;
}

void PolicyWatch::CheckPolicy(const std::shared_ptr<const ActivePolicy>& policy,
                              const Pulls& pulls) {
  absl::flat_hash_map<const PreparedVerdict*, Pulls> by_verdict;
  for (const ConnectionBook::Pull& one : pulls) {
    if (one.pull->checked() == policies_) continue;
    one.pull->MarkChecked(policies_);
    by_verdict[one.pull->given().verdict.get()].push_back(one);
  }
  absl::flat_hash_map<std::string, Pulls> to_prove;
  for (auto& [verdict, same] : by_verdict) {
    // By this policy, or by one that has not arrived yet.
    if (verdict->policy_revision >= policy->revision) continue;
    const Recheck recheck = CheckAgain(*policy, *same.front().pull);
    switch (recheck.outcome) {
      case Recheck::Outcome::kPermitted:
        break;
      case Recheck::Outcome::kProveAgain:
        Add(std::move(same), to_prove);
        break;
      case Recheck::Outcome::kEnd:
        End(same, recheck.detail);
        break;
    }
  }
  for (auto& [place, same] : to_prove) ProveAgain(policy, std::move(same));
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
  VerifyRequest request = {pull.registry(),
                           {route},
                           policy.bundle,
                           policy.snapshot->CaEntriesInScope(pull.registry())};
  request.any_http_answer = true;  // as it was for the verdict
  return parts_.verifier->Verify(request, parts_.wall->Now() + kProofLimit)
      .usable.has_value();
}

}  // namespace pullgate::agent
