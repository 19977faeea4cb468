// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Policies in memory, in a store that can fail on purpose.

#ifndef PULLGATE_TESTS_FAKES_PDP_FAKE_POLICY_STORE_H_
#define PULLGATE_TESTS_FAKES_PDP_FAKE_POLICY_STORE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/sync/mutex.h"
#include "pdp/store/policy_store.h"

namespace pullgate::pdp {

// Thread-safe.
class FakePolicyStore final : public PolicyStore {
 public:
  // From now on every call fails so, and changes nothing; OK ends it.
  void FailWith(absl::Status status) ABSL_LOCKS_EXCLUDED(mu_);
  // The same for changes only.
  void FailChangesWith(absl::Status status) ABSL_LOCKS_EXCLUDED(mu_);
  // Gives other threads a turn at the end of each call, as a disk does, so that
  // races are lost that would hardly ever be.
  void GiveTurns() ABSL_LOCKS_EXCLUDED(mu_);
  // Calls of Get() so far.
  int reads() const ABSL_LOCKS_EXCLUDED(mu_);
  // Of the last change.
  Change last_change() const ABSL_LOCKS_EXCLUDED(mu_);

  absl::StatusOr<StoredPolicy> Get(const VchId& vch) override;
  absl::StatusOr<std::vector<StoredPolicy>> List(absl::string_view after,
                                                 int limit) override;
  absl::StatusOr<StoredPolicy> Put(const VchId& vch,
                                   pullgate::policy::v1::Policy policy,
                                   absl::string_view etag,
                                   const Change& change) override;
  absl::StatusOr<int64_t> Delete(const VchId& vch, absl::string_view etag,
                                 const Change& change) override;
  absl::StatusOr<std::optional<pullgate::policy::v1::Policy>> GetRevision(
      const VchId& vch, int64_t revision) override;
  absl::StatusOr<std::vector<pullgate::policy::v1::PolicyRevision>>
  ListRevisions(const VchId& vch, int64_t before, int limit) override;
  absl::StatusOr<int64_t> LastRevision(const VchId& vch) override;
  absl::StatusOr<int64_t> SettingsRevision(absl::string_view contents,
                                           const Change& change) override;
  absl::StatusOr<std::string> SettingsContents() override;

 private:
  // Gives a turn, if asked to, when it goes out of scope: without the lock.
  class Turn;

  absl::Status BeginChange(const Change& change)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Remember(const VchId& vch,
                std::optional<pullgate::policy::v1::Policy> policy,
                const Change& change) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::Status CheckEtag(const VchId& vch, absl::string_view etag) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  mutable Mutex mu_;
  bool gives_turns_ ABSL_GUARDED_BY(mu_) = false;
  absl::Status failure_ ABSL_GUARDED_BY(mu_);
  absl::Status change_failure_ ABSL_GUARDED_BY(mu_);
  int reads_ ABSL_GUARDED_BY(mu_) = 0;
  Change last_change_ ABSL_GUARDED_BY(mu_);
  int64_t revision_ ABSL_GUARDED_BY(mu_) = 0;
  std::map<VchId, pullgate::policy::v1::Policy> policies_ ABSL_GUARDED_BY(mu_);
  // Every change of a VCH, by revision.
  struct Past {
    pullgate::policy::v1::PolicyRevision revision;
    std::optional<pullgate::policy::v1::Policy> policy;
  };
  std::map<VchId, std::map<int64_t, Past>> history_ ABSL_GUARDED_BY(mu_);
  std::string settings_ ABSL_GUARDED_BY(mu_);
  int64_t settings_revision_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_TESTS_FAKES_PDP_FAKE_POLICY_STORE_H_
