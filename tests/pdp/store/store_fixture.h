// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_PDP_STORE_STORE_FIXTURE_H_
#define PULLGATE_TESTS_PDP_STORE_STORE_FIXTURE_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/files/data_directory.h"
#include "pdp/store/sqlite_policy_store.h"
#include "tests/support/temp_dir.h"

namespace pullgate::pdp {

// A store together with the lock on its directory, as a PDP holds them.
struct OpenedStore {
  std::unique_ptr<DataDirectory> directory;
  std::unique_ptr<SqlitePolicyStore> store;

  SqlitePolicyStore* operator->() const { return store.get(); }
};

inline absl::StatusOr<OpenedStore> TryOpenStore(
    const std::string& path, const SqlitePolicyStore::Options& options = {}) {
  OpenedStore opened;
  auto directory = DataDirectory::Open(path);
  if (!directory.ok()) return directory.status();
  opened.directory = *std::move(directory);
  auto store = SqlitePolicyStore::Open(*opened.directory, options);
  if (!store.ok()) return store.status();
  opened.store = *std::move(store);
  return opened;
}

inline OpenedStore OpenStore(const std::string& path,
                             const SqlitePolicyStore::Options& options = {}) {
  return TryOpenStore(path, options).value();
}

// A whitelist policy of one rule.
inline pullgate::policy::v1::Policy WhitelistPolicy(absl::string_view rule) {
  pullgate::policy::v1::Policy policy;
  policy.set_mode(pullgate::policy::v1::Policy::MODE_WHITELIST);
  policy.add_whitelist(std::string(rule));
  return policy;
}

inline Change ByAnn() {
  return {"operator/ann", "because", absl::FromUnixMillis(1'700'000'000'250)};
}

}  // namespace pullgate::pdp

#endif  // PULLGATE_TESTS_PDP_STORE_STORE_FIXTURE_H_
