// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/store/sqlite_policy_store.h"

#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/sqlite/schema.h"
#include "common/sqlite/transaction.h"
#include "common/status/error_info.h"
#include "common/status/status_macros.h"
#include "pdp/store/policy_tables.h"

namespace pullgate::pdp {

using pullgate::policy::v1::Policy;

namespace {

// Policies are compiled once and held in memory; reading them back is rare.
constexpr int kReaders = 2;
constexpr char kAnyEtag[] = "*";

absl::Status NoPolicy(const VchId& vch) {
  return absl::NotFoundError(
      absl::StrCat(vch.Name(), " has no policy of its own"));
}

// What `etag` demands of the policy that is stored, if one is.
absl::Status CheckEtag(const VchId& vch, absl::string_view etag,
                       const std::optional<Policy>& stored) {
  if (etag.empty()) return absl::OkStatus();
  if (stored.has_value() && (etag == kAnyEtag || etag == stored->etag())) {
    return absl::OkStatus();
  }
  const std::string name = vch.PolicyName();
  const std::string what =
      !stored.has_value()
          ? absl::StrCat(name, " does not exist (any more); to create it, ",
                         "send no etag")
          : absl::StrCat(name, " was changed by ", stored->updated_by(),
                         " in revision ", stored->revision(),
                         " since it was read; read it again and apply the "
                         "change to what it is now");
  return WithReason(absl::AbortedError(what), "ETAG_MISMATCH");
}

void SetTime(absl::Time time, google::protobuf::Timestamp& timestamp) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqlitePolicyStore>> SqlitePolicyStore::Open(
    const DataDirectory& directory, const Options& options) {
  const std::string path = directory.File(kFileName);
  Database::Options database_options;
  database_options.durability = Durability::kPowerLoss;
  PULLGATE_ASSIGN_OR_RETURN(std::unique_ptr<Database> writer,
                            Database::Open(path, database_options));
  PULLGATE_RETURN_IF_ERROR(writer->CheckIntegrity());
  PULLGATE_RETURN_IF_ERROR(ApplySchema(PolicyStoreSchema(), writer.get()));
  PULLGATE_ASSIGN_OR_RETURN(std::unique_ptr<ReaderPool> readers,
                            ReaderPool::Open(path, kReaders));
  return absl::WrapUnique(
      new SqlitePolicyStore(options, std::move(writer), std::move(readers)));
}

SqlitePolicyStore::SqlitePolicyStore(const Options& options,
                                     std::unique_ptr<Database> writer,
                                     std::unique_ptr<ReaderPool> readers)
    : options_(options),
      readers_(std::move(readers)),
      writer_(std::move(writer)) {}

absl::StatusOr<StoredPolicy> SqlitePolicyStore::Get(const VchId& vch) {
  const ReaderPool::Lease reader = readers_->Take();
  PULLGATE_ASSIGN_OR_RETURN(PolicyRow row, FindPolicy(*reader, vch));
  if (!row.policy.has_value()) return NoPolicy(vch);
  return StoredPolicy{vch, *std::move(row.policy)};
}

absl::StatusOr<std::vector<StoredPolicy>> SqlitePolicyStore::List(
    absl::string_view after, int limit) {
  const ReaderPool::Lease reader = readers_->Take();
  return ListPolicies(*reader, after, limit);
}

absl::StatusOr<StoredPolicy> SqlitePolicyStore::Put(const VchId& vch,
                                                    Policy policy,
                                                    absl::string_view etag,
                                                    const Change& change) {
  MutexLock lock(&mu_);
  PULLGATE_ASSIGN_OR_RETURN(Transaction transaction,
                            Transaction::Begin(writer_.get()));
  PULLGATE_ASSIGN_OR_RETURN(const PolicyRow row, FindPolicy(*writer_, vch));
  PULLGATE_RETURN_IF_ERROR(CheckEtag(vch, etag, row.policy));
  PULLGATE_ASSIGN_OR_RETURN(const Revision revision,
                            NextRevision(*writer_, options_.minimum_revision));
  policy.set_name(vch.PolicyName());
  policy.set_revision(revision.number);
  policy.set_etag(absl::StrCat(revision.number, "-", revision.token));
  policy.set_updated_by(change.actor);
  SetTime(change.time, *policy.mutable_update_time());
  PULLGATE_RETURN_IF_ERROR(
      AddPolicyChange(*writer_, revision.number, vch, &policy, change));
  PULLGATE_RETURN_IF_ERROR(transaction.Commit());
  return StoredPolicy{vch, std::move(policy)};
}

absl::StatusOr<int64_t> SqlitePolicyStore::Delete(const VchId& vch,
                                                  absl::string_view etag,
                                                  const Change& change) {
  MutexLock lock(&mu_);
  PULLGATE_ASSIGN_OR_RETURN(Transaction transaction,
                            Transaction::Begin(writer_.get()));
  PULLGATE_ASSIGN_OR_RETURN(const PolicyRow row, FindPolicy(*writer_, vch));
  if (!row.policy.has_value()) return NoPolicy(vch);
  PULLGATE_RETURN_IF_ERROR(CheckEtag(vch, etag, row.policy));
  PULLGATE_ASSIGN_OR_RETURN(const Revision revision,
                            NextRevision(*writer_, options_.minimum_revision));
  PULLGATE_RETURN_IF_ERROR(AddPolicyChange(*writer_, revision.number, vch,
                                           /*policy=*/nullptr, change));
  PULLGATE_RETURN_IF_ERROR(transaction.Commit());
  return revision.number;
}

absl::StatusOr<std::optional<Policy>> SqlitePolicyStore::GetRevision(
    const VchId& vch, int64_t revision) {
  const ReaderPool::Lease reader = readers_->Take();
  return FindRevision(*reader, vch, revision);
}

absl::StatusOr<std::vector<pullgate::policy::v1::PolicyRevision>>
SqlitePolicyStore::ListRevisions(const VchId& vch, int64_t before, int limit) {
  const ReaderPool::Lease reader = readers_->Take();
  return pdp::ListRevisions(*reader, vch, before, limit);
}

absl::StatusOr<int64_t> SqlitePolicyStore::LastRevision(const VchId& vch) {
  const ReaderPool::Lease reader = readers_->Take();
  PULLGATE_ASSIGN_OR_RETURN(const PolicyRow row, FindPolicy(*reader, vch));
  return row.revision;
}

absl::StatusOr<int64_t> SqlitePolicyStore::SettingsRevision(
    absl::string_view contents, const Change& change) {
  MutexLock lock(&mu_);
  PULLGATE_ASSIGN_OR_RETURN(Transaction transaction,
                            Transaction::Begin(writer_.get()));
  PULLGATE_ASSIGN_OR_RETURN(const SettingsRow last, FindSettings(*writer_));
  if (last.revision > 0 && last.contents == contents &&
      last.revision >= options_.minimum_revision) {
    return last.revision;
  }
  PULLGATE_ASSIGN_OR_RETURN(const Revision revision,
                            NextRevision(*writer_, options_.minimum_revision));
  PULLGATE_RETURN_IF_ERROR(
      AddSettingsChange(*writer_, revision.number, contents, change));
  PULLGATE_RETURN_IF_ERROR(transaction.Commit());
  return revision.number;
}

absl::StatusOr<std::string> SqlitePolicyStore::SettingsContents() {
  const ReaderPool::Lease reader = readers_->Take();
  PULLGATE_ASSIGN_OR_RETURN(SettingsRow row, FindSettings(*reader));
  return std::move(row.contents);
}

}  // namespace pullgate::pdp
