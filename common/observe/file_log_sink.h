// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_OBSERVE_FILE_LOG_SINK_H_
#define PULLGATE_COMMON_OBSERVE_FILE_LOG_SINK_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/observe/log_sink.h"
#include "common/sync/mutex.h"

namespace pullgate {

struct FileLogSinkOptions {
  // Lines that may wait to be written; more are dropped and counted. A pull
  // never waits for a reader of the log who does not read.
  size_t max_queued = 8192;
  // How long a line may wait for others: what comes close together is written
  // together, and the writer is not woken for each.
  absl::Duration linger = absl::Milliseconds(5);
  // How long Flush() waits at most.
  absl::Duration flush_timeout = absl::Seconds(2);
};

// Appends lines to a file, or to standard error, from a thread of its own.
// Dropped lines are made good by one that counts them. Thread-safe.
class FileLogSink final : public LogSink {
 public:
  // `path` empty: standard error. The file is made 0640 if it is not there.
  static absl::StatusOr<std::unique_ptr<FileLogSink>> Open(
      const std::string& path, const FileLogSinkOptions& options = {});
  // Flushes. A line that is being written is waited for: close the reader of a
  // pipe rather than stopping it.
  ~FileLogSink() override;

  void Write(std::string line) noexcept override ABSL_LOCKS_EXCLUDED(mu_);
  void Flush() noexcept override ABSL_LOCKS_EXCLUDED(mu_);
  uint64_t dropped() const override ABSL_LOCKS_EXCLUDED(mu_);

  // Opens the file of that path anew, after logrotate has renamed the old one.
  // On an error the old one stays. No-op for standard error.
  absl::Status Reopen() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  FileLogSink(std::string path, int fd, const FileLogSinkOptions& options);

  void Work() ABSL_LOCKS_EXCLUDED(mu_);
  // False: stopped, and nothing is left.
  bool AwaitLines() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Returns how many lines were lost.
  static uint64_t WriteLines(int fd, const std::deque<std::string>& lines);

  const std::string path_;
  const FileLogSinkOptions options_;
  mutable Mutex mu_;
  CondVar work_;   // for the writer: there is something to write
  CondVar hurry_;  // for the writer: and somebody waits for it
  CondVar idle_;   // for those who flush
  std::deque<std::string> queue_ ABSL_GUARDED_BY(mu_);
  // Of the present one; the writer takes its own reference.
  std::shared_ptr<const int> fd_ ABSL_GUARDED_BY(mu_);
  bool writing_ ABSL_GUARDED_BY(mu_) = false;
  int flushing_ ABSL_GUARDED_BY(mu_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  uint64_t dropped_ ABSL_GUARDED_BY(mu_) = 0;
  uint64_t reported_ ABSL_GUARDED_BY(mu_) = 0;
  std::thread writer_;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_OBSERVE_FILE_LOG_SINK_H_
