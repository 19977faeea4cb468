// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/sqlite/reader_pool.h"

#include "absl/memory/memory.h"
#include "common/status/status_macros.h"

namespace pullgate {

absl::StatusOr<std::unique_ptr<ReaderPool>> ReaderPool::Open(
    const std::string& path, int connections) {
  Database::Options options;
  options.read_only = true;
  std::vector<std::unique_ptr<Database>> idle;
  for (int i = 0; i < connections; ++i) {
    PULLGATE_ASSIGN_OR_RETURN(std::unique_ptr<Database> reader,
                              Database::Open(path, options));
    idle.push_back(std::move(reader));
  }
  return absl::WrapUnique(new ReaderPool(std::move(idle)));
}

ReaderPool::Lease ReaderPool::Take() {
  MutexLock lock(&mu_);
  while (idle_.empty()) returned_.Wait(&mu_);
  std::unique_ptr<Database> database = std::move(idle_.back());
  idle_.pop_back();
  return Lease(this, std::move(database));
}

void ReaderPool::Return(std::unique_ptr<Database> database) {
  MutexLock lock(&mu_);
  idle_.push_back(std::move(database));
  returned_.NotifyOne();
}

}  // namespace pullgate
