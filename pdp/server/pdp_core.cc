// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/server/pdp_core.h"

#include <string>
#include <utility>
#include <vector>

#include "common/status/status_macros.h"
#include "pdp/proof/tree_sealer.h"

namespace pullgate::pdp {
namespace {

constexpr char kActor[] = "pullgate-pdp";

// How long starting may wait for DNS; names that have no answer by then keep
// the addresses of the last run and are looked up again in the background.
constexpr absl::Duration kStartLookUps = absl::Seconds(5);

// The key in the data directory is made with it.
constexpr char kLedgerKey[] = "ledger-key.pem";

absl::Status OpenLedger(const PdpOptions& options, const Clock* clock,
                        PdpCore& core) {
  PULLGATE_ASSIGN_OR_RETURN(
      LedgerKey key,
      options.ledger_signing_key.empty()
          ? LedgerKey::OpenOrMake(core.directory->File(kLedgerKey))
          : LedgerKey::Open(options.ledger_signing_key));
  core.ledger_key = std::make_unique<LedgerKey>(std::move(key));
  SqliteAuditLedger::Options ledger_options;
  ledger_options.clock = clock;
  ledger_options.make_sealer =
      [key = core.ledger_key.get(), clock](
          Database* database) -> absl::StatusOr<std::unique_ptr<LedgerSealer>> {
    return TreeSealer::Open(database, key, clock, {});
  };
  PULLGATE_ASSIGN_OR_RETURN(
      core.ledger, SqliteAuditLedger::Open(*core.directory, ledger_options));
  return absl::OkStatus();
}

}  // namespace

ProcessPolicy ProcessPolicyOf(const PdpOptions& options,
                              const std::vector<ProtectedRegistryText>& known) {
  ProcessPolicy process;
  process.settings = options.settings;
  process.settings.protected_registries =
      WithKnownAddresses(options.settings.protected_registries, known);
  process.default_policy = options.default_policy;
  process.default_lease = options.default_lease;
  return process;
}

absl::StatusOr<PdpCore> PdpCore::Open(const PdpOptions& options,
                                      const Logger* log, const Clock* clock) {
  PdpCore core;
  PULLGATE_ASSIGN_OR_RETURN(core.directory,
                            DataDirectory::Open(options.data_directory));
  SqlitePolicyStore::Options store_options;
  store_options.minimum_revision = options.minimum_revision;
  PULLGATE_ASSIGN_OR_RETURN(
      core.store, SqlitePolicyStore::Open(*core.directory, store_options));
  PULLGATE_RETURN_IF_ERROR(OpenLedger(options, clock, core));
  PULLGATE_ASSIGN_OR_RETURN(core.dns, MakeHostResolver(options.dns, clock));
  PULLGATE_ASSIGN_OR_RETURN(const std::string last_contents,
                            core.store->SettingsContents());
  const Change change{kActor, "started", clock->Now()};
  PULLGATE_ASSIGN_OR_RETURN(
      core.book,
      PolicyBook::Open(core.store.get(),
                       ProcessPolicyOf(options, ProtectedIn(last_contents)),
                       change));
  core.refresher = std::make_unique<ProtectedRefresher>(
      core.dns.resolver.get(), core.book.get(), log, clock,
      options.dns.timeout);
  if (!options.dns.off) core.refresher->Refresh(clock->Now() + kStartLookUps);
  return core;
}

}  // namespace pullgate::pdp
