// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_STORE_SQLITE_POLICY_STORE_H_
#define PULLGATE_PDP_STORE_SQLITE_POLICY_STORE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/files/data_directory.h"
#include "common/identity/vch_id.h"
#include "common/sqlite/database.h"
#include "common/sqlite/reader_pool.h"
#include "common/sync/mutex.h"
#include "pdp/store/policy_store.h"

namespace pullgate::pdp {

// A PolicyStore in the file "policies.db" of the PDP's data directory. Each
// change is flushed to the device before it returns.
//
// Every accepted change stays in the file with who made it, when, why, and what
// it stored, in the order of the revisions; the current policies are references
// into that history.
class SqlitePolicyStore final : public PolicyStore {
 public:
  static constexpr char kFileName[] = "policies.db";

  struct Options {
    // No later change gets a lower revision, and the settings get a new one if
    // theirs is lower. For a data directory restored from an older backup.
    int64_t minimum_revision = 0;
  };

  // Opens or makes the store. Reads the whole file. DataLoss: it is damaged;
  // restore a backup. FailedPrecondition: it is of a newer version.
  // `directory` must outlive the store.
  static absl::StatusOr<std::unique_ptr<SqlitePolicyStore>> Open(
      const DataDirectory& directory, const Options& options);

  absl::StatusOr<StoredPolicy> Get(const VchId& vch) override;
  absl::StatusOr<std::vector<StoredPolicy>> List(absl::string_view after,
                                                 int limit) override;
  absl::StatusOr<StoredPolicy> Put(const VchId& vch,
                                   pullgate::policy::v1::Policy policy,
                                   absl::string_view etag,
                                   const Change& change) override
      ABSL_LOCKS_EXCLUDED(mu_);
  absl::StatusOr<int64_t> Delete(const VchId& vch, absl::string_view etag,
                                 const Change& change) override
      ABSL_LOCKS_EXCLUDED(mu_);
  absl::StatusOr<std::optional<pullgate::policy::v1::Policy>> GetRevision(
      const VchId& vch, int64_t revision) override;
  absl::StatusOr<std::vector<pullgate::policy::v1::PolicyRevision>>
  ListRevisions(const VchId& vch, int64_t before, int limit) override;
  absl::StatusOr<int64_t> LastRevision(const VchId& vch) override;
  absl::StatusOr<int64_t> SettingsRevision(absl::string_view contents,
                                           const Change& change) override
      ABSL_LOCKS_EXCLUDED(mu_);
  absl::StatusOr<std::string> SettingsContents() override;

 private:
  SqlitePolicyStore(const Options& options, std::unique_ptr<Database> writer,
                    std::unique_ptr<ReaderPool> readers);

  const Options options_;
  const std::unique_ptr<ReaderPool> readers_;
  Mutex mu_;
  const std::unique_ptr<Database> writer_ ABSL_PT_GUARDED_BY(mu_);
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_STORE_SQLITE_POLICY_STORE_H_
