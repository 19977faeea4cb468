// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVER_PDP_CORE_H_
#define PULLGATE_PDP_SERVER_PDP_CORE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "common/dns/make_host_resolver.h"
#include "common/files/data_directory.h"
#include "common/observe/log.h"
#include "common/time/clock.h"
#include "pdp/ledger/sqlite_audit_ledger.h"
#include "pdp/policy/policy_book.h"
#include "pdp/proof/ledger_key.h"
#include "pdp/protect/protected_refresher.h"
#include "pdp/server/pdp_options.h"
#include "pdp/store/sqlite_policy_store.h"

namespace pullgate::pdp {

// What a PDP knows and keeps, below all services: the data directory with
// policies and ledger, its view of DNS, the policies in force. Each part uses
// those above it.
struct PdpCore {
  std::unique_ptr<DataDirectory> directory;
  std::unique_ptr<SqlitePolicyStore> store;
  std::unique_ptr<LedgerKey> ledger_key;
  std::unique_ptr<SqliteAuditLedger> ledger;
  DnsView dns;
  std::unique_ptr<PolicyBook> book;
  std::unique_ptr<ProtectedRefresher> refresher;

  // Opens it, with the protected addresses of the last run. `log` and `clock`,
  // not owned, outlive it.
  static absl::StatusOr<PdpCore> Open(const PdpOptions& options,
                                      const Logger* log, const Clock* clock);
};

// What `options` say holds for every VCH. Protected names have the addresses of
// `known`.
ProcessPolicy ProcessPolicyOf(const PdpOptions& options,
                              const std::vector<ProtectedRegistryText>& known);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVER_PDP_CORE_H_
