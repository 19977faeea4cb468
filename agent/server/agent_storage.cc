// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/server/agent_storage.h"

#include <string>
#include <utility>

#include "agent/audit/sqlite_spool.h"
#include "agent/sync/sqlite_last_policy_store.h"
#include "common/observe/names.h"
#include "common/status/status_macros.h"

namespace pullgate::agent {
namespace {

// Opens a file, or, if it is damaged, another one in its place.
template <typename Open>
auto OpenOrSetAside(const DataDirectory& directory, const char* file,
                    const Clock& clock, const Logger& log, const Open& open)
    -> decltype(open()) {
  auto opened = open();
  if (opened.ok() || !absl::IsDataLoss(opened.status())) return opened;
  PULLGATE_ASSIGN_OR_RETURN(const std::string aside,
                            directory.SetAside(file, clock.Now()));
  log.Error("a damaged file was set aside; a new one takes its place",
            {{names::kFile, aside}, {names::kError, opened.status()}});
  return open();
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
      storage.spool,
      OpenOrSetAside(directory, SqliteSpool::kFileName, clock, log, [&] {
        return SqliteSpool::Open(directory, options.vch, options.spool);
      }));
  PULLGATE_ASSIGN_OR_RETURN(
      storage.last_policy,
      OpenOrSetAside(
          directory, SqliteLastPolicyStore::kFileName, clock, log,
          [&] { return SqliteLastPolicyStore::Open(directory, options.vch); }));
  return storage;
}

}  // namespace pullgate::agent
