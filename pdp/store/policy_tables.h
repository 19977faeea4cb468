// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_STORE_POLICY_TABLES_H_
#define PULLGATE_PDP_STORE_POLICY_TABLES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/identity/vch_id.h"
#include "common/sqlite/database.h"
#include "common/sqlite/schema.h"
#include "pdp/store/policy_store.h"

namespace pullgate::pdp {

// The tables of the policy store, and all SQL on them: for SqlitePolicyStore
// only, which calls these inside a transaction. Errors are those of
// SqliteStatus.

const Schema& PolicyStoreSchema();

// What a VCH has. Neither: there never was a policy.
struct PolicyRow {
  int64_t revision = 0;  // of the last change; 0: none
  std::optional<pullgate::policy::v1::Policy> policy;  // absent: deleted
};

absl::StatusOr<PolicyRow> FindPolicy(const Database& database,
                                     const VchId& vch);

// Existing policies after the id `after`, in order, at most `limit`.
absl::StatusOr<std::vector<StoredPolicy>> ListPolicies(const Database& database,
                                                       absl::string_view after,
                                                       int limit);

// The next revision, at least `minimum`, and a token that nothing else has.
struct Revision {
  int64_t number = 0;
  std::string token;
};
absl::StatusOr<Revision> NextRevision(const Database& database,
                                      int64_t minimum);

// Appends a change to the history and makes it current. `policy` null: deleted.
absl::Status AddPolicyChange(const Database& database, int64_t revision,
                             const VchId& vch,
                             const pullgate::policy::v1::Policy* policy,
                             const Change& change);

// The policy of one change of a VCH; none if it was a deletion. NotFound.
absl::StatusOr<std::optional<pullgate::policy::v1::Policy>> FindRevision(
    const Database& database, const VchId& vch, int64_t revision);

// Changes of a VCH below the revision `before`, newest first, at most `limit`.
absl::StatusOr<std::vector<pullgate::policy::v1::PolicyRevision>> ListRevisions(
    const Database& database, const VchId& vch, int64_t before, int limit);

// The revision and contents of the settings; revision 0 if there are none yet.
struct SettingsRow {
  int64_t revision = 0;
  std::string contents;
};
absl::StatusOr<SettingsRow> FindSettings(const Database& database);
absl::Status AddSettingsChange(const Database& database, int64_t revision,
                               absl::string_view contents,
                               const Change& change);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_STORE_POLICY_TABLES_H_
