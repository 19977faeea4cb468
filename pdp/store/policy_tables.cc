// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/store/policy_tables.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/sqlite/statement.h"
#include "common/status/status_macros.h"
#include "common/wire/time_proto.h"

namespace pullgate::pdp {

using pullgate::policy::v1::Policy;
using pullgate::policy::v1::PolicyRevision;

namespace {

// Values of change.kind; never to be renumbered.
enum Kind { kPut = 1, kDelete = 2, kSettings = 3 };

absl::StatusOr<Policy> ParsePolicy(const Database& database, int64_t revision,
                                   absl::string_view payload) {
  Policy policy;
  if (policy.ParseFromArray(payload.data(), payload.size())) return policy;
  return absl::DataLossError(
      absl::StrCat(database.path(), " is damaged: the policy of revision ",
                   revision, " does not parse; restore a backup"));
}

// Statement::Prepare for changes: who, when and why are in the same places.
absl::Status AddChange(const Database& database, int64_t revision, Kind kind,
                       absl::string_view vch,
                       std::optional<absl::string_view> payload,
                       const Change& change) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement insert,
      Statement::Prepare(database,
                         "INSERT INTO change(revision, kind, vch, time_ns, "
                         "actor, note, payload, report) "
                         "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
  insert.BindInt64(1, revision);
  insert.BindInt64(2, kind);
  insert.BindText(3, vch);
  insert.BindInt64(4, absl::ToUnixNanos(change.time));
  insert.BindText(5, change.actor);
  insert.BindText(6, change.note);
  if (payload.has_value()) {
    insert.BindBlob(7, *payload);
  } else {
    insert.BindNull(7);
  }
  const std::string report = change.report.SerializeAsString();
  insert.BindBlob(8, report);
  return insert.Run();
}

PolicyRevision::Kind KindOf(int64_t kind, const PolicyRevision& report) {
  if (kind == kDelete) return PolicyRevision::KIND_DELETED;
  return report.restored_revision() != 0 ? PolicyRevision::KIND_ROLLED_BACK
                                         : PolicyRevision::KIND_SET;
}

}  // namespace

const Schema& PolicyStoreSchema() {
  static const auto& schema =
      *new Schema{"policy store",
                  /*application_id=*/0x50475053,  // "PGPS"
                  {
                      R"sql(
            -- One row: the last revision given out.
            CREATE TABLE counter (
              id INTEGER PRIMARY KEY CHECK (id = 1),
              revision INTEGER NOT NULL
            ) STRICT;
            INSERT INTO counter VALUES (1, 0);

            -- Every accepted change, never changed itself.
            CREATE TABLE change (
              revision INTEGER PRIMARY KEY,
              -- 1 put, 2 delete, 3 settings.
              kind INTEGER NOT NULL,
              -- The bare id; empty for settings.
              vch TEXT NOT NULL,
              time_ns INTEGER NOT NULL,
              actor TEXT NOT NULL,
              note TEXT NOT NULL,
              -- A pullgate.policy.v1.Policy as stored, or settings.
              payload BLOB
            ) STRICT;
            CREATE INDEX change_by_vch ON change(vch, revision);

            -- The last change of each VCH. A deletion stays, as a tombstone.
            CREATE TABLE policy (
              vch TEXT PRIMARY KEY,
              revision INTEGER NOT NULL REFERENCES change
            ) STRICT, WITHOUT ROWID;
          )sql",
                      R"sql(
            -- A pullgate.policy.v1.PolicyRevision with what the other columns
            -- do not say. NULL: the change is from before there were reports.
            ALTER TABLE change ADD COLUMN report BLOB;
          )sql",
                  }};
  return schema;
}

absl::StatusOr<PolicyRow> FindPolicy(const Database& database,
                                     const VchId& vch) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(database,
                         "SELECT revision, payload FROM policy JOIN change "
                         "USING (revision) WHERE policy.vch = ?"));
  select.BindText(1, vch.text());
  PULLGATE_ASSIGN_OR_RETURN(const bool found, select.Step());
  PolicyRow row;
  if (!found) return row;
  row.revision = select.Int64(0);
  if (select.IsNull(1)) return row;
  PULLGATE_ASSIGN_OR_RETURN(
      row.policy, ParsePolicy(database, row.revision, select.Blob(1)));
  return row;
}

absl::StatusOr<std::vector<StoredPolicy>> ListPolicies(const Database& database,
                                                       absl::string_view after,
                                                       int limit) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(
          database,
          "SELECT policy.vch, revision, payload FROM policy JOIN change "
          "USING (revision) WHERE policy.vch > ? AND payload IS NOT NULL "
          "ORDER BY policy.vch LIMIT ?"));
  select.BindText(1, after);
  select.BindInt64(2, limit);
  std::vector<StoredPolicy> policies;
  while (true) {
    PULLGATE_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found) return policies;
    PULLGATE_ASSIGN_OR_RETURN(VchId vch, VchId::Parse(select.Text(0)));
    PULLGATE_ASSIGN_OR_RETURN(
        Policy policy, ParsePolicy(database, select.Int64(1), select.Blob(2)));
    policies.push_back({std::move(vch), std::move(policy)});
  }
}

absl::StatusOr<Revision> NextRevision(const Database& database,
                                      int64_t minimum) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement next,
      Statement::Prepare(database,
                         "UPDATE counter SET revision = max(revision + 1, ?) "
                         "RETURNING revision, lower(hex(randomblob(8)))"));
  next.BindInt64(1, minimum);
  PULLGATE_RETURN_IF_ERROR(next.Step().status());
  return Revision{next.Int64(0), std::string(next.Text(1))};
}

absl::Status AddPolicyChange(const Database& database, int64_t revision,
                             const VchId& vch, const Policy* policy,
                             const Change& change) {
  std::optional<std::string> payload;
  if (policy != nullptr) payload = policy->SerializeAsString();
  PULLGATE_RETURN_IF_ERROR(AddChange(database, revision,
                                     policy == nullptr ? kDelete : kPut,
                                     vch.text(), payload, change));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement upsert,
      Statement::Prepare(database,
                         "INSERT INTO policy(vch, revision) VALUES (?, ?) "
                         "ON CONFLICT DO UPDATE SET "
                         "revision = excluded.revision"));
  upsert.BindText(1, vch.text());
  upsert.BindInt64(2, revision);
  return upsert.Run();
}

absl::StatusOr<std::optional<Policy>> FindRevision(const Database& database,
                                                   const VchId& vch,
                                                   int64_t revision) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(
          database,
          "SELECT payload FROM change WHERE vch = ? AND revision = ?"));
  select.BindText(1, vch.text());
  select.BindInt64(2, revision);
  PULLGATE_ASSIGN_OR_RETURN(const bool found, select.Step());
  if (!found) {
    return absl::NotFoundError(
        absl::StrCat(vch.PolicyName(), " never had the revision ", revision));
  }
  if (select.IsNull(0)) return std::optional<Policy>();
  PULLGATE_ASSIGN_OR_RETURN(Policy policy,
                            ParsePolicy(database, revision, select.Blob(0)));
  return std::optional<Policy>(std::move(policy));
}

absl::StatusOr<std::vector<PolicyRevision>> ListRevisions(
    const Database& database, const VchId& vch, int64_t before, int limit) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(database,
                         "SELECT revision, kind, time_ns, actor, note, report "
                         "FROM change WHERE vch = ? AND revision < ? "
                         "ORDER BY revision DESC LIMIT ?"));
  select.BindText(1, vch.text());
  select.BindInt64(2, before);
  select.BindInt64(3, limit);
  std::vector<PolicyRevision> revisions;
  while (true) {
    PULLGATE_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found) return revisions;
    PolicyRevision& revision = revisions.emplace_back();
    if (!select.IsNull(5)) {
      const absl::string_view report = select.Blob(5);
      if (!revision.ParseFromArray(report.data(),
                                   static_cast<int>(report.size()))) {
        return absl::DataLossError(absl::StrCat(
            database.path(), " is damaged: the report of revision ",
            select.Int64(0), " does not parse; restore a backup"));
      }
    }
    revision.set_name(vch.PolicyName());
    revision.set_revision(select.Int64(0));
    revision.set_kind(KindOf(select.Int64(1), revision));
    wire::ToProto(absl::FromUnixNanos(select.Int64(2)),
                  revision.mutable_time());
    revision.set_actor(std::string(select.Text(3)));
    revision.set_change_note(std::string(select.Text(4)));
  }
}

absl::StatusOr<SettingsRow> FindSettings(const Database& database) {
  // Settings are the changes of the VCH "".
  PULLGATE_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(database,
                         "SELECT revision, payload FROM change "
                         "WHERE vch = '' ORDER BY revision DESC LIMIT 1"));
  PULLGATE_ASSIGN_OR_RETURN(const bool found, select.Step());
  if (!found) return SettingsRow();
  return SettingsRow{select.Int64(0), std::string(select.Blob(1))};
}

absl::Status AddSettingsChange(const Database& database, int64_t revision,
                               absl::string_view contents,
                               const Change& change) {
  return AddChange(database, revision, kSettings, /*vch=*/"", contents, change);
}

}  // namespace pullgate::pdp
