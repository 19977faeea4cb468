// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/observe/file_log_sink.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "tests/support/temp_dir.h"

namespace pullgate {
namespace {

TEST(FileLogSinkTest, AppendsLines) {
  const TempDir directory;
  const std::string path = directory.File("log");
  WriteFile(path, "before\n");
  {
    const auto sink = *FileLogSink::Open(path);
    sink->Write("one");
    sink->Write("two");
  }
  EXPECT_EQ(ReadFile(path), "before\none\ntwo\n");
}

TEST(FileLogSinkTest, FlushWaitsForWhatWasWritten) {
  const TempDir directory;
  const auto sink = *FileLogSink::Open(directory.File("log"));
  for (int i = 0; i < 1000; ++i) sink->Write("line");
  sink->Flush();
  EXPECT_EQ(ReadFile(directory.File("log")).size(), 5000u);
}

TEST(FileLogSinkTest, FileIsNotForEverybody) {
  const TempDir directory;
  const auto sink = *FileLogSink::Open(directory.File("log"));
  struct stat info = {};
  ASSERT_EQ(stat(directory.File("log").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0007, 0u);
}

TEST(FileLogSinkTest, SaysWhichFileCannotBeOpened) {
  const absl::Status status = FileLogSink::Open("/nonexistent/log").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(absl::StrContains(status.message(), "/nonexistent/log"));
}

TEST(FileLogSinkTest, ReopensAfterRotation) {
  const TempDir directory;
  const std::string path = directory.File("log");
  const auto sink = *FileLogSink::Open(path);
  sink->Write("old");
  sink->Flush();
  ASSERT_EQ(rename(path.c_str(), directory.File("log.1").c_str()), 0);
  sink->Write("still old");
  sink->Flush();
  ASSERT_TRUE(sink->Reopen().ok());
  sink->Write("new");
  sink->Flush();
  EXPECT_EQ(ReadFile(directory.File("log.1")), "old\nstill old\n");
  EXPECT_EQ(ReadFile(path), "new\n");
}

TEST(FileLogSinkTest, KeepsTheOldFileWhenTheNewOneCannotBeOpened) {
  const TempDir directory;
  const std::string folder = directory.File("logs");
  const std::string moved = directory.File("moved");
  ASSERT_EQ(mkdir(folder.c_str(), 0700), 0);
  const auto sink = *FileLogSink::Open(folder + "/log");
  ASSERT_EQ(rename(folder.c_str(), moved.c_str()), 0);
  EXPECT_FALSE(sink->Reopen().ok());
  sink->Write("line");
  sink->Flush();
  EXPECT_EQ(ReadFile(moved + "/log"), "line\n");
}

TEST(FileLogSinkTest, DropsAndCountsWhenTheReaderDoesNotRead) {
  const TempDir directory;
  const std::string fifo = directory.File("fifo");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  const int reader = open(fifo.c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  FileLogSinkOptions options;
  options.max_queued = 4;
  options.flush_timeout = absl::Milliseconds(10);
  auto sink = *FileLogSink::Open(fifo, options);
  // More than a pipe holds: the writer gets stuck, the callers do not.
  const std::string line(64 * 1024, 'x');
  for (int i = 0; i < 100; ++i) sink->Write(line);
  // All but the lines at the writer and those in the queue.
  EXPECT_GE(sink->dropped(), 100u - 4 - 4);
  // A reader who leaves must not end the process either.
  signal(SIGPIPE, SIG_IGN);
  close(reader);
  sink.reset();
}

TEST(FileLogSinkTest, SaysHowManyLinesWereDropped) {
  const TempDir directory;
  const std::string fifo = directory.File("fifo");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  const int reader = open(fifo.c_str(), O_RDONLY | O_NONBLOCK);
  FileLogSinkOptions options;
  options.max_queued = 1;
  auto sink = *FileLogSink::Open(fifo, options);
  const std::string line(64 * 1024, 'x');
  for (int i = 0; i < 50; ++i) sink->Write(line);
  std::string received;
  std::thread drain([&] {
    std::vector<char> buffer(1 << 16);
    fcntl(reader, F_SETFL, 0);
    for (;;) {
      const ssize_t count = read(reader, buffer.data(), buffer.size());
      if (count <= 0) return;
      received.append(buffer.data(), static_cast<size_t>(count));
    }
  });
  sink->Flush();
  sink->Write("last");
  sink.reset();
  drain.join();
  close(reader);
  EXPECT_TRUE(absl::StrContains(received, "log lines dropped"));
  EXPECT_TRUE(absl::StrContains(received, "last\n"));
}

}  // namespace
}  // namespace pullgate
