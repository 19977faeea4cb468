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
#include "common/audit/event_hash.h"
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

// Appends so many sample events, each of which must be accepted. The first of a
// spool gets the sequence 2.
inline void AppendSamples(SqliteSpool& spool, int count) {
  for (int i = 0; i < count; ++i) {
    const auto event = spool.Append(SampleEvent());
    ASSERT_TRUE(event.ok()) << event.status();
  }
}

// What a reading gave, parsed.
inline std::vector<pullgate::audit::v1::AuditEvent> Parsed(
    const absl::StatusOr<Spool::Batch>& batch) {
  EXPECT_TRUE(batch.ok()) << batch.status();
  std::vector<pullgate::audit::v1::AuditEvent> events;
  if (!batch.ok()) return events;
  events.reserve(batch->events.size());
  for (const std::string& event : batch->events) {
    EXPECT_TRUE(events.emplace_back().ParseFromString(event));
    EXPECT_EQ(events.back().sequence(),
              batch->first_sequence + static_cast<int64_t>(events.size()) - 1);
  }
  return events;
}

// Everything that is held. Each event but the first must carry the hash of the
// one before.
inline Spool::Batch AllHeld(SqliteSpool& spool) {
  auto batch = spool.Read(/*after_sequence=*/0, /*max_events=*/1'000'000,
                          /*max_bytes=*/INT64_MAX);
  const auto events = Parsed(batch);
  for (size_t i = 1; i < events.size(); ++i) {
    EXPECT_EQ(events[i].previous_hash(),
              ToBytes(HashEvent(batch->events[i - 1])))
        << "at " << events[i].sequence();
  }
  return batch.ok() ? *std::move(batch) : Spool::Batch();
}

// The sequences of everything that is held.
inline std::vector<int64_t> HeldSequences(SqliteSpool& spool) {
  return SequencesOf(Parsed(AllHeld(spool)));
}

// The sequences 1 to `last`: that of the event that begins the epoch, and of
// those appended.
inline std::vector<int64_t> OneTo(int64_t last) {
  std::vector<int64_t> sequences(last);
  for (int64_t i = 0; i < last; ++i) sequences[i] = i + 1;
  return sequences;
}

}  // namespace pullgate::agent

#endif  // PULLGATE_TESTS_AGENT_AUDIT_SPOOL_FIXTURE_H_
