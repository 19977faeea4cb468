// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_SUPPORT_FAULTY_DISK_H_
#define PULLGATE_TESTS_SUPPORT_FAULTY_DISK_H_

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "common/sync/mutex.h"

namespace pullgate {

// A disk with faults on demand, between SQLite and the real one, for every
// database that is opened while it lives: SQLite's file layer
// (https://sqlite.org/vfs.html) with a layer on top. One at a time; outlives
// the databases. Thread-safe.
//
// It also remembers what of each file has been flushed to the device, and so
// knows what losing power at this moment would leave.
class FaultyDisk {
 public:
  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  // From now on files may grow by `bytes` in all; then the disk is full, and
  // writes are cut short.
  void SetFree(int64_t bytes) ABSL_LOCKS_EXCLUDED(mu_);
  void SetPlentyFree() { SetFree(INT64_MAX); }

  // Whether writes, truncations or flushes fail as on a broken device.
  void FailWrites(bool fail) ABSL_LOCKS_EXCLUDED(mu_);
  // Only writes to files whose path ends so; FailWrites(false) ends it.
  void FailWritesTo(std::string ending) ABSL_LOCKS_EXCLUDED(mu_);
  void FailTruncates(bool fail) ABSL_LOCKS_EXCLUDED(mu_);
  void FailSyncs(bool fail) ABSL_LOCKS_EXCLUDED(mu_);

  // Called once, by whoever flushes next, before it does.
  void AtNextSync(std::function<void()> action) ABSL_LOCKS_EXCLUDED(mu_);

  // Flushes so far, failed ones not counted.
  int64_t syncs() const ABSL_LOCKS_EXCLUDED(mu_);

  // Writes to the directory `to` the files of `from` as they would be after
  // losing power now: what was flushed, and of the rest an arbitrary part in
  // units of 512 bytes. Null `random`: none of the rest.
  void LosePower(const std::string& from, const std::string& to,
                 std::mt19937* random) const ABSL_LOCKS_EXCLUDED(mu_);

  // For the layer itself.
  int64_t TakeSpace(int64_t bytes) ABSL_LOCKS_EXCLUDED(mu_);
  bool writes_fail(absl::string_view path) const ABSL_LOCKS_EXCLUDED(mu_);
  bool truncates_fail() const ABSL_LOCKS_EXCLUDED(mu_);
  bool syncs_fail() const ABSL_LOCKS_EXCLUDED(mu_);
  std::function<void()> TakeAction() ABSL_LOCKS_EXCLUDED(mu_);
  void NoteOpen(const std::string& path) ABSL_LOCKS_EXCLUDED(mu_);
  void NoteSync(const std::string& path, std::string contents)
      ABSL_LOCKS_EXCLUDED(mu_);
  void NoteDelete(const std::string& path) ABSL_LOCKS_EXCLUDED(mu_);

 private:
  mutable Mutex mu_;
  int64_t free_ ABSL_GUARDED_BY(mu_) = INT64_MAX;
  bool fail_writes_ ABSL_GUARDED_BY(mu_) = false;
  std::string fail_writes_to_ ABSL_GUARDED_BY(mu_);
  bool fail_truncates_ ABSL_GUARDED_BY(mu_) = false;
  bool fail_syncs_ ABSL_GUARDED_BY(mu_) = false;
  std::function<void()> at_next_sync_ ABSL_GUARDED_BY(mu_);
  int64_t syncs_ ABSL_GUARDED_BY(mu_) = 0;
  // By path: the contents at the last flush.
  std::map<std::string, std::string> flushed_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate

#endif  // PULLGATE_TESTS_SUPPORT_FAULTY_DISK_H_
