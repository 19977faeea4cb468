// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_STORE_POLICY_STORE_H_
#define PULLGATE_PDP_STORE_POLICY_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/identity/vch_id.h"
#include "pullgate/policy/v1/policy.pb.h"
#include "pullgate/policy/v1/policy_revision.pb.h"

namespace pullgate::pdp {

// A policy as it is stored: canonical, with name, revision, etag, update_time
// and updated_by filled in.
struct StoredPolicy {
  VchId vch;
  pullgate::policy::v1::Policy policy;
};

// Who changes something, and why.
struct Change {
  std::string actor;  // the operator's identity
  std::string note;   // may be empty
  absl::Time time;
  // What else is to be known of the change later: findings, impact, whether it
  // is a rollback. The store fills in the rest when it is read.
  pullgate::policy::v1::PolicyRevision report = {};
};

// Policies on durable storage, and the one counter that numbers every change.
//
// Thread-safe. What returned OK survives kill -9 and power loss. Unavailable:
// the storage refused; nothing was changed. Knows nothing of what policies
// mean.
class PolicyStore {
 public:
  virtual ~PolicyStore() = default;

  // NotFound: that VCH has none.
  virtual absl::StatusOr<StoredPolicy> Get(const VchId& vch) = 0;

  // In the order of the ids, after `after` (empty: from the start), at most
  // `limit`.
  virtual absl::StatusOr<std::vector<StoredPolicy>> List(
      absl::string_view after, int limit) = 0;

  // Stores `policy` (canonical) under a new revision and etag. `etag`: if set,
  // must be the stored one; "*": any must be stored. Aborted, reason
  // ETAG_MISMATCH, if not.
  virtual absl::StatusOr<StoredPolicy> Put(const VchId& vch,
                                           pullgate::policy::v1::Policy policy,
                                           absl::string_view etag,
                                           const Change& change) = 0;

  // Deletes it and returns the revision of the deletion. NotFound; Aborted as
  // Put.
  virtual absl::StatusOr<int64_t> Delete(const VchId& vch,
                                         absl::string_view etag,
                                         const Change& change) = 0;

  // The policy that a revision of that VCH stored; none if it deleted it.
  // NotFound: that VCH never had this revision.
  virtual absl::StatusOr<std::optional<pullgate::policy::v1::Policy>>
  GetRevision(const VchId& vch, int64_t revision) = 0;

  // The changes of that VCH below the revision `before`, newest first, at most
  // `limit`.
  virtual absl::StatusOr<std::vector<pullgate::policy::v1::PolicyRevision>>
  ListRevisions(const VchId& vch, int64_t before, int limit) = 0;

  // The revision of the last change to that VCH's policy, deletion included; 0
  // if there never was one.
  virtual absl::StatusOr<int64_t> LastRevision(const VchId& vch) = 0;

  // The revision under which the process-wide settings with this content took
  // effect: the last one if `contents` is what it was, else a new one.
  virtual absl::StatusOr<int64_t> SettingsRevision(absl::string_view contents,
                                                   const Change& change) = 0;

  // The contents that the last SettingsRevision() took; "" if there were none
  // yet. Also from before a restart.
  virtual absl::StatusOr<std::string> SettingsContents() = 0;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_STORE_POLICY_STORE_H_
