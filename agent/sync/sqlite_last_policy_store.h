// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_SYNC_SQLITE_LAST_POLICY_STORE_H_
#define PULLGATE_AGENT_SYNC_SQLITE_LAST_POLICY_STORE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "agent/sync/last_policy_store.h"
#include "common/files/data_directory.h"
#include "common/identity/vch_id.h"
#include "common/sqlite/database.h"
#include "common/sync/mutex.h"

namespace pullgate::agent {

// A LastPolicyStore in the file "policy.db" of the agent's data directory.
// Survives power loss. A policy of another VCH counts as none: the directory
// may have served a differently configured agent before.
class SqliteLastPolicyStore final : public LastPolicyStore {
 public:
  static constexpr char kFileName[] = "policy.db";

  // Opens or makes the store for `vch`. DataLoss: the file is damaged;
  // DataDirectory::SetAside(kFileName) and open again: the PDP sends the policy
  // anew. FailedPrecondition: it is of a newer version. `directory` must
  // outlive the store.
  static absl::StatusOr<std::unique_ptr<SqliteLastPolicyStore>> Open(
      const DataDirectory& directory, const VchId& vch);

  // What the store for `vch` in the directory `path` holds, read beside the
  // process that owns that directory. Nullopt if nothing is there yet.
  static absl::StatusOr<std::optional<HeldPolicy>> Peek(const std::string& path,
                                                        const VchId& vch);

  absl::StatusOr<std::optional<HeldPolicy>> Load() override
      ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status Store(const HeldPolicy& held) override ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status RenewLease(int64_t revision, absl::Time lease_start,
                          absl::Duration lease) override
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  SqliteLastPolicyStore(const VchId& vch, std::unique_ptr<Database> database)
      : vch_name_(vch.Name()), database_(std::move(database)) {}

  // The revision stored for this VCH; 0 if none is.
  absl::StatusOr<int64_t> StoredRevision() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::Status ReplacePolicy(const HeldPolicy& held)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::Status ReplaceLease(absl::Time lease_start, absl::Duration lease)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const std::string vch_name_;
  Mutex mu_;
  const std::unique_ptr<Database> database_ ABSL_PT_GUARDED_BY(mu_);
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_SYNC_SQLITE_LAST_POLICY_STORE_H_
