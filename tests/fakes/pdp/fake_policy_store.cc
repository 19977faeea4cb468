// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/fakes/pdp/fake_policy_store.h"

#include <iterator>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/error_info.h"
#include "common/status/status_macros.h"

namespace pullgate::pdp {

using pullgate::policy::v1::Policy;
using pullgate::policy::v1::PolicyRevision;

class FakePolicyStore::Turn {
 public:
  explicit Turn(FakePolicyStore* store) : store_(store) {}
  ~Turn() {
    {
      MutexLock lock(&store_->mu_);
      if (!store_->gives_turns_) return;
    }
    for (int i = 0; i < 5; ++i) std::this_thread::yield();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  FakePolicyStore* const store_;
};

void FakePolicyStore::GiveTurns() {
  MutexLock lock(&mu_);
  gives_turns_ = true;
}

void FakePolicyStore::FailWith(absl::Status status) {
  MutexLock lock(&mu_);
  failure_ = std::move(status);
}

void FakePolicyStore::FailChangesWith(absl::Status status) {
  MutexLock lock(&mu_);
  change_failure_ = std::move(status);
}

int FakePolicyStore::reads() const {
  MutexLock lock(&mu_);
  return reads_;
}

Change FakePolicyStore::last_change() const {
  MutexLock lock(&mu_);
  return last_change_;
}

absl::StatusOr<StoredPolicy> FakePolicyStore::Get(const VchId& vch) {
  const Turn turn(this);
  MutexLock lock(&mu_);
  ++reads_;
  PULLGATE_RETURN_IF_ERROR(failure_);
  const auto found = policies_.find(vch);
  if (found == policies_.end()) return absl::NotFoundError(vch.Name());
  return StoredPolicy{vch, found->second};
}

absl::StatusOr<std::vector<StoredPolicy>> FakePolicyStore::List(
    absl::string_view after, int limit) {
  MutexLock lock(&mu_);
  PULLGATE_RETURN_IF_ERROR(failure_);
  std::vector<StoredPolicy> page;
  for (const auto& [vch, policy] : policies_) {
    if (vch.text() <= after) continue;
    if (page.size() == static_cast<size_t>(limit)) break;
    page.push_back({vch, policy});
  }
  return page;
}

absl::Status FakePolicyStore::BeginChange(const Change& change) {
  PULLGATE_RETURN_IF_ERROR(failure_);
  PULLGATE_RETURN_IF_ERROR(change_failure_);
  last_change_ = change;
  return absl::OkStatus();
}

absl::Status FakePolicyStore::CheckEtag(const VchId& vch,
                                        absl::string_view etag) const {
  const auto found = policies_.find(vch);
  if (etag.empty() || (found != policies_.end() &&
                       (etag == "*" || etag == found->second.etag()))) {
    return absl::OkStatus();
  }
  return WithReason(absl::AbortedError("etag"), "ETAG_MISMATCH");
}

absl::StatusOr<StoredPolicy> FakePolicyStore::Put(const VchId& vch,
                                                  Policy policy,
                                                  absl::string_view etag,
                                                  const Change& change) {
  const Turn turn(this);
  MutexLock lock(&mu_);
  PULLGATE_RETURN_IF_ERROR(BeginChange(change));
  PULLGATE_RETURN_IF_ERROR(CheckEtag(vch, etag));
  policy.set_name(vch.PolicyName());
  policy.set_revision(++revision_);
  policy.set_etag(absl::StrCat("etag-", revision_));
  policy.set_updated_by(change.actor);
  policies_[vch] = policy;
  Remember(vch, policy, change);
  return StoredPolicy{vch, std::move(policy)};
}

absl::StatusOr<int64_t> FakePolicyStore::Delete(const VchId& vch,
                                                absl::string_view etag,
                                                const Change& change) {
  const Turn turn(this);
  MutexLock lock(&mu_);
  PULLGATE_RETURN_IF_ERROR(BeginChange(change));
  if (policies_.count(vch) == 0) return absl::NotFoundError(vch.Name());
  PULLGATE_RETURN_IF_ERROR(CheckEtag(vch, etag));
  policies_.erase(vch);
  ++revision_;
  Remember(vch, std::nullopt, change);
  return revision_;
}

void FakePolicyStore::Remember(const VchId& vch, std::optional<Policy> policy,
                               const Change& change) {
  Past& past = history_[vch][revision_];
  past.revision = change.report;
  past.revision.set_name(vch.PolicyName());
  past.revision.set_revision(revision_);
  if (!policy) {
    past.revision.set_kind(PolicyRevision::KIND_DELETED);
  } else if (change.report.restored_revision() != 0) {
    past.revision.set_kind(PolicyRevision::KIND_ROLLED_BACK);
  } else {
    past.revision.set_kind(PolicyRevision::KIND_SET);
  }
  past.revision.set_actor(change.actor);
  past.revision.set_change_note(change.note);
  past.policy = std::move(policy);
}

absl::StatusOr<std::optional<Policy>> FakePolicyStore::GetRevision(
    const VchId& vch, int64_t revision) {
  MutexLock lock(&mu_);
  PULLGATE_RETURN_IF_ERROR(failure_);
  const auto found = history_[vch].find(revision);
  if (found == history_[vch].end()) return absl::NotFoundError(vch.Name());
  return found->second.policy;
}

absl::StatusOr<std::vector<PolicyRevision>> FakePolicyStore::ListRevisions(
    const VchId& vch, int64_t before, int limit) {
  MutexLock lock(&mu_);
  PULLGATE_RETURN_IF_ERROR(failure_);
  std::vector<PolicyRevision> page;
  const std::map<int64_t, Past>& changes = history_[vch];
  auto past = std::make_reverse_iterator(changes.lower_bound(before));
  for (; past != changes.rend() && page.size() < static_cast<size_t>(limit);
       ++past) {
    page.push_back(past->second.revision);
  }
  return page;
}

absl::StatusOr<int64_t> FakePolicyStore::LastRevision(const VchId& vch) {
  const Turn turn(this);
  MutexLock lock(&mu_);
  PULLGATE_RETURN_IF_ERROR(failure_);
  const auto found = history_.find(vch);
  return found == history_.end() || found->second.empty()
             ? 0
             : found->second.rbegin()->first;
}

absl::StatusOr<int64_t> FakePolicyStore::SettingsRevision(
    absl::string_view contents, const Change& change) {
  const Turn turn(this);
  MutexLock lock(&mu_);
  PULLGATE_RETURN_IF_ERROR(BeginChange(change));
  if (settings_revision_ == 0 || settings_ != contents) {
    settings_ = std::string(contents);
    settings_revision_ = ++revision_;
  }
  return settings_revision_;
}

absl::StatusOr<std::string> FakePolicyStore::SettingsContents() {
  MutexLock lock(&mu_);
  PULLGATE_RETURN_IF_ERROR(failure_);
  return settings_;
}

}  // namespace pullgate::pdp
