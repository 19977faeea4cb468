// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/observe/file_log_sink.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <deque>
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"

namespace pullgate {
namespace {

// Lines are written so many bytes at a time.
constexpr size_t kChunkBytes = 64 * 1024;

absl::StatusOr<int> OpenForAppending(const std::string& path) {
  if (path.empty()) return STDERR_FILENO;
  const int fd =
      open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
  if (fd >= 0) return fd;
  return absl::ErrnoToStatus(errno,
                             absl::StrCat(path, ": cannot open the log file"));
}

// Closes when the last user lets go; never standard error.
std::shared_ptr<const int> Share(int fd) {
  return std::shared_ptr<const int>(new int(fd), [](const int* shared) {
    if (*shared != STDERR_FILENO) close(*shared);
    delete shared;
  });
}

// False if the text could not be written, or not all of it.
bool WriteAll(int fd, absl::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    text.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

std::string DroppedLine(uint64_t count) {
  return absl::StrCat("{\"level\":\"error\",\"message\":\"log lines dropped\",",
                      "\"count\":", count, "}\n");
}

}  // namespace

absl::StatusOr<std::unique_ptr<FileLogSink>> FileLogSink::Open(
    const std::string& path, const FileLogSinkOptions& options) {
  PULLGATE_ASSIGN_OR_RETURN(const int fd, OpenForAppending(path));
  return absl::WrapUnique(new FileLogSink(path, fd, options));
}

FileLogSink::FileLogSink(std::string path, int fd,
                         const FileLogSinkOptions& options)
    : path_(std::move(path)), options_(options), fd_(Share(fd)) {
  writer_ = std::thread([this] { Work(); });
}

FileLogSink::~FileLogSink() {
  Flush();
  {
    MutexLock lock(&mu_);
    stopping_ = true;
    work_.NotifyAll();
    hurry_.NotifyAll();
  }
  writer_.join();
}

void FileLogSink::Write(std::string line) noexcept {
  MutexLock lock(&mu_);
  if (stopping_ || queue_.size() >= options_.max_queued) {
    ++dropped_;
    return;
  }
  try {
    line += '\n';
    queue_.push_back(std::move(line));
  } catch (const std::exception&) {
    ++dropped_;  // out of memory
    return;
  }
  if (queue_.size() == 1) work_.NotifyAll();
}

void FileLogSink::Flush() noexcept {
  MutexLock lock(&mu_);
  ++flushing_;
  hurry_.NotifyAll();
  while (!queue_.empty() || writing_) {
    if (!idle_.WaitFor(&mu_, options_.flush_timeout)) break;
  }
  --flushing_;
}

uint64_t FileLogSink::dropped() const {
  MutexLock lock(&mu_);
  return dropped_;
}

absl::Status FileLogSink::Reopen() {
  if (path_.empty()) return absl::OkStatus();
  PULLGATE_ASSIGN_OR_RETURN(const int fd, OpenForAppending(path_));
  MutexLock lock(&mu_);
  fd_ = Share(fd);
  return absl::OkStatus();
}

bool FileLogSink::AwaitLines() {
  while (queue_.empty() && !stopping_) work_.Wait(&mu_);
  if (!queue_.empty() && flushing_ == 0 && !stopping_) {
    hurry_.WaitFor(&mu_, options_.linger);
  }
  return !queue_.empty();
}

uint64_t FileLogSink::WriteLines(int fd, const std::deque<std::string>& lines) {
  uint64_t lost = 0;
  std::string chunk;
  uint64_t in_chunk = 0;
  for (size_t i = 0; i < lines.size(); ++i) {
    chunk += lines[i];
    ++in_chunk;
    if (chunk.size() < kChunkBytes && i + 1 < lines.size()) continue;
    if (!WriteAll(fd, chunk)) lost += in_chunk;
    chunk.clear();
    in_chunk = 0;
  }
  return lost;
}

void FileLogSink::Work() {
  for (;;) {
    std::deque<std::string> lines;
    std::shared_ptr<const int> fd;
    {
      MutexLock lock(&mu_);
      writing_ = false;
      idle_.NotifyAll();
      if (!AwaitLines()) return;
      lines.swap(queue_);
      if (dropped_ > reported_) {
        lines.push_back(DroppedLine(dropped_ - reported_));
        reported_ = dropped_;
      }
      fd = fd_;
      writing_ = true;
    }
    const uint64_t lost = WriteLines(*fd, lines);
    MutexLock lock(&mu_);
    dropped_ += lost;
  }
}

}  // namespace pullgate
