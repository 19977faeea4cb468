// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/server/agent_storage.h"

#include <filesystem>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/audit/spool_remains.h"
#include "agent/audit/sqlite_spool.h"
#include "agent/audit/waiting_spool.h"
#include "agent/sync/late_policy_store.h"
#include "agent/sync/sqlite_last_policy_store.h"
#include "common/observe/names.h"
#include "common/status/status_macros.h"

namespace pullgate::agent {
namespace {

using pullgate::audit::v1::EpochStart;

// How often a spool is tried whose disk takes nothing.
constexpr absl::Duration kTryAgain = absl::Seconds(2);

absl::StatusOr<std::string> SetAside(const DataDirectory& directory,
                                     const char* file, const Clock& clock,
                                     const Logger& log,
                                     const absl::Status& why) {
  PULLGATE_ASSIGN_OR_RETURN(std::string aside,
                            directory.SetAside(file, clock.Now()));
  log.Error("a damaged file was set aside; a new one takes its place",
            {{names::kFile, aside}, {names::kError, why}});
  return aside;
}

// What the first event of a new epoch says of the one before.
EpochStart After(const SpoolRemains& remains, absl::string_view detail) {
  EpochStart start;
  start.set_cause(EpochStart::CAUSE_SPOOL_DAMAGED);
  start.set_detail(std::string(detail));
  start.set_previous_epoch(remains.epoch);
  start.set_previous_last_sequence(remains.last_sequence);
  return start;
}

absl::StatusOr<std::unique_ptr<Spool>> OpenSpool(const DataDirectory& directory,
                                                 const AgentOptions& options,
                                                 const Clock& clock,
                                                 const Logger& log) {
  SqliteSpool::Options spool_options = options.spool;
  spool_options.wall = &clock;
  const std::string path = directory.File(SqliteSpool::kFileName);
  SpoolRemains remains;
  if (!std::filesystem::exists(path)) {
    // Somebody took the database and left its journals, perhaps.
    remains = RemainsOfSpool(path);
    if (!remains.epoch.empty()) {
      spool_options.origin =
          After(remains, "The spool's database was missing beside journals.");
    }
  }
  auto spool = SqliteSpool::Open(directory, options.vch, spool_options);
  if (!absl::IsDataLoss(spool.status())) return spool;
  remains = RemainsOfSpool(path);
  PULLGATE_RETURN_IF_ERROR(
      SetAside(directory, SqliteSpool::kFileName, clock, log, spool.status())
          .status());
  spool_options.origin =
      After(remains, absl::StrCat("The spool was damaged and was set aside: ",
                                  spool.status().message()));
  return SqliteSpool::Open(directory, options.vch, spool_options);
}

// A disk that is full now is no reason not to start.
absl::StatusOr<std::unique_ptr<Spool>> OpenSpoolNowOrLater(
    const DataDirectory& directory, const AgentOptions& options,
    const Clock& clock, const Logger& log) {
  const auto open = [&directory, options, &clock, &log] {
    return OpenSpool(directory, options, clock, log);
  };
  absl::StatusOr<std::unique_ptr<Spool>> spool = open();
  if (!absl::IsUnavailable(spool.status())) return spool;
  log.Error("the spool cannot be opened now: pulls are refused until it can",
            {{names::kError, spool.status()}});
  return std::make_unique<WaitingSpool>(open, spool.status(), kTryAgain, &log);
}

absl::StatusOr<std::unique_ptr<LastPolicyStore>> OpenLastPolicy(
    const DataDirectory& directory, const AgentOptions& options,
    const Clock& clock, const Logger& log) {
  auto store = SqliteLastPolicyStore::Open(directory, options.vch);
  if (!absl::IsDataLoss(store.status())) return store;
  PULLGATE_RETURN_IF_ERROR(SetAside(directory, SqliteLastPolicyStore::kFileName,
                                    clock, log, store.status())
                               .status());
  return SqliteLastPolicyStore::Open(directory, options.vch);
}

absl::StatusOr<std::unique_ptr<LastPolicyStore>> OpenLastPolicyNowOrLater(
    const DataDirectory& directory, const AgentOptions& options,
    const Clock& clock, const Logger& log) {
  const auto open = [&directory, options, &clock, &log] {
    return OpenLastPolicy(directory, options, clock, log);
  };
  absl::StatusOr<std::unique_ptr<LastPolicyStore>> store = open();
  if (!absl::IsUnavailable(store.status())) return store;
  log.Error("the last policy cannot be read now: the PDP has to send it anew",
            {{names::kError, store.status()}});
  return std::make_unique<LatePolicyStore>(open);
}

}  // namespace

absl::StatusOr<AgentStorage> OpenAgentStorage(const AgentOptions& options,
                                              const Clock& clock,
                                              const Logger& log) {
  AgentStorage storage;
  PULLGATE_ASSIGN_OR_RETURN(storage.directory,
                            DataDirectory::Open(options.data_directory));
  const DataDirectory& directory = *storage.directory;
  PULLGATE_ASSIGN_OR_RETURN(
      storage.spool, OpenSpoolNowOrLater(directory, options, clock, log));
  PULLGATE_ASSIGN_OR_RETURN(
      storage.last_policy,
      OpenLastPolicyNowOrLater(directory, options, clock, log));
  return storage;
}

}  // namespace pullgate::agent
