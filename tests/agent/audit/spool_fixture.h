// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_AGENT_AUDIT_SPOOL_FIXTURE_H_
#define PULLGATE_TESTS_AGENT_AUDIT_SPOOL_FIXTURE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/audit/sqlite_spool.h"
#include "common/files/data_directory.h"
#include "gtest/gtest.h"
#include "tests/support/audit_events.h"
#include "tests/support/temp_dir.h"

namespace pullgate::agent {

// A spool together with the lock on its directory, as an agent holds them.
struct OpenedSpool {
  std::unique_ptr<DataDirectory> directory;
  std::unique_ptr<SqliteSpool> spool;

  SqliteSpool* operator->() const { return spool.get(); }
};

inline absl::StatusOr<OpenedSpool> TryOpenSpool(
    const std::string& path, const SqliteSpool::Options& options = {},
    const std::string& vch = "vch-1") {
  OpenedSpool opened;
  auto directory = DataDirectory::Open(path);
  if (!directory.ok()) return directory.status();
  opened.directory = *std::move(directory);
  auto spool = SqliteSpool::Open(*opened.directory, Vch(vch), options);
  if (!spool.ok()) return spool.status();
  opened.spool = *std::move(spool);
  return opened;
}

inline OpenedSpool OpenSpool(const std::string& path,
                             const SqliteSpool::Options& options = {}) {
  return TryOpenSpool(path, options).value();
}

// Appends so many sample events, each of which must be accepted.
inline void AppendSamples(SqliteSpool& spool, int count) {
  for (int i = 0; i < count; ++i) {
    const auto event = spool.Append(SampleEvent());
    ASSERT_TRUE(event.ok()) << event.status();
  }
}

// The sequences of everything that is not acknowledged.
inline std::vector<int64_t> UnackedSequences(SqliteSpool& spool) {
  const auto events = spool.Read(/*after_sequence=*/0, /*max_events=*/1'000'000,
                                 /*max_bytes=*/INT64_MAX);
  EXPECT_TRUE(events.ok()) << events.status();
  return events.ok() ? SequencesOf(*events) : std::vector<int64_t>();
}

}  // namespace pullgate::agent

#endif  // PULLGATE_TESTS_AGENT_AUDIT_SPOOL_FIXTURE_H_
