// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_POLICY_POLICY_BOOK_H_
#define PULLGATE_PDP_POLICY_POLICY_BOOK_H_

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/identity/vch_id.h"
#include "common/policy/finding.h"
#include "common/sync/mutex.h"
#include "pdp/policy/admission.h"
#include "pdp/policy/policy_cache.h"
#include "pdp/policy/policy_in_force.h"
#include "pdp/policy/process_policy.h"
#include "pdp/store/policy_store.h"
#include "pullgate/policy/v1/impact.pb.h"

namespace pullgate::pdp {

struct PolicyBookOptions {
  // Of compiled policies kept in memory.
  size_t max_cached_policies = 10'000;
  size_t max_cached_rules = 4'000'000;
};

// A proposed change of a VCH's policy.
struct Proposal {
  const pullgate::policy::v1::Policy& policy;
  // Must be the stored policy's, unless empty; "*": there must be one.
  absl::string_view etag = {};
  // Refuse it if it grants anything that is not granted now.
  bool must_not_widen = false;
  // The revision whose content it is; 0: it is new.
  int64_t restores = 0;
};

// What became of a proposed policy.
struct SetOutcome {
  // As it is stored, or would be. Absent only if a trial found an error.
  std::optional<pullgate::policy::v1::Policy> policy;
  std::vector<Finding> findings;
  // Compared with what was in force. Absent if the policy has errors.
  std::optional<pullgate::policy::v1::PolicyImpact> impact;
};

// The policy in force of every VCH: its stored policy or the default policy,
// with the process-wide settings, under one revision, the higher of the
// policy's last one and the settings' one. All changes go through here.
//
// Thread-safe. For one VCH the revision never falls and never names two
// contents: a change is made, numbered and published while nothing else about
// that VCH is read from storage or written. Readers of what is cached never
// wait for that.
class PolicyBook {
 public:
  // Told after every change: the VCH, or none when it concerns all. Runs on the
  // thread that made the change, with no lock held; must be quick.
  using Listener = std::function<void(const std::optional<VchId>& vch)>;

  // `store`, not owned, outlives this. Takes the revision of `process` from the
  // store. Unavailable: the store refused.
  static absl::StatusOr<std::unique_ptr<PolicyBook>> Open(
      PolicyStore* store, ProcessPolicy process, const Change& change,
      const PolicyBookOptions& options = {});

  // Before anything changes.
  void SetListener(Listener listener) { listener_ = std::move(listener); }

  // Never waits; null if it must be read from storage first.
  std::shared_ptr<const PolicyInForce> Cached(const VchId& vch)
      ABSL_LOCKS_EXCLUDED(mu_);

  // May wait for storage and compile. Never null. Unavailable: the store
  // refused. Internal: the stored policy cannot be used.
  absl::StatusOr<std::shared_ptr<const PolicyInForce>> InForce(const VchId& vch)
      ABSL_LOCKS_EXCLUDED(mu_);

  // Judges `proposal`, compares it with what is in force and puts it into
  // force; findings and impact are kept with it. InvalidArgument: errors, each
  // a field violation below "policy."; nothing is stored. ResourceExhausted:
  // too large. Aborted: the etag. FailedPrecondition: it widens and must not.
  // Unavailable: the store refused.
  absl::StatusOr<SetOutcome> Set(const VchId& vch, const Proposal& proposal,
                                 const Change& change) ABSL_LOCKS_EXCLUDED(mu_);

  // Says what Set would say, and changes nothing; errors are findings, and so
  // is that it widens.
  absl::StatusOr<SetOutcome> Try(const VchId& vch, const Proposal& proposal,
                                 absl::Time now) ABSL_LOCKS_EXCLUDED(mu_);

  // Returns the revision of the deletion, whose impact is kept with it.
  // NotFound, Aborted, Unavailable.
  absl::StatusOr<int64_t> Delete(const VchId& vch, absl::string_view etag,
                                 const Change& change) ABSL_LOCKS_EXCLUDED(mu_);

  // Changes what holds for all. Unavailable: the store refused, and nothing
  // changed.
  absl::Status Update(const std::function<void(ProcessPolicy&)>& edit,
                      const Change& change) ABSL_LOCKS_EXCLUDED(mu_);

  std::shared_ptr<const ProcessPolicy> process() const ABSL_LOCKS_EXCLUDED(mu_);
  // The revision of `process`.
  int64_t process_revision() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  // Changes and storage reads of one VCH exclude each other by its shard; a
  // change for all takes every shard.
  static constexpr size_t kShards = 16;
  class AllShards;

  PolicyBook(PolicyStore* store, ProcessPolicy process, int64_t revision,
             const PolicyBookOptions& options);

  Mutex* ShardOf(const VchId& vch);
  // With its shard held.
  absl::StatusOr<std::shared_ptr<const PolicyInForce>> Load(const VchId& vch)
      ABSL_LOCKS_EXCLUDED(mu_);
  // What is in force, from memory or storage. With its shard held.
  absl::StatusOr<std::shared_ptr<const PolicyInForce>> Held(const VchId& vch)
      ABSL_LOCKS_EXCLUDED(mu_);
  // What the policy would do; null: deleting it. Where it cannot be compared,
  // says so.
  pullgate::policy::v1::PolicyImpact Foresee(
      const absl::StatusOr<std::shared_ptr<const PolicyInForce>>& before,
      const VchId& vch, const Admission* admission) const
      ABSL_LOCKS_EXCLUDED(mu_);
  // Stores an admitted policy and publishes it. With its shard held.
  absl::StatusOr<pullgate::policy::v1::Policy> Store(const VchId& vch,
                                                     const Admission& admission,
                                                     absl::string_view etag,
                                                     const Change& change)
      ABSL_LOCKS_EXCLUDED(mu_);
  void Tell(const std::optional<VchId>& vch) const;

  PolicyStore* const store_;
  Listener listener_;
  std::array<Mutex, kShards> shards_;

  mutable Mutex mu_;
  std::shared_ptr<const ProcessPolicy> process_ ABSL_GUARDED_BY(mu_);
  int64_t process_revision_ ABSL_GUARDED_BY(mu_);
  PolicyCache cache_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_POLICY_POLICY_BOOK_H_
