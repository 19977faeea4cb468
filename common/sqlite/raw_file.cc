// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/sqlite/raw_file.h"

#include <sqlite3.h>

#include <utility>

#include "absl/memory/memory.h"
#include "common/sqlite/sqlite_status.h"
#include "common/status/status_macros.h"

namespace pullgate {
namespace {

sqlite3_vfs* Vfs() { return sqlite3_vfs_find(nullptr); }

}  // namespace

absl::StatusOr<std::unique_ptr<RawFile>> RawFile::Open(std::string path) {
  auto file = absl::WrapUnique(new RawFile(std::move(path)));
  // As SQLite opens a write-ahead log: no locks, and with "create" the first
  // Sync() flushes the directory too.
  constexpr int kFlags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_WAL;
  PULLGATE_RETURN_IF_ERROR(
      SqliteStatus(Vfs()->xOpen(Vfs(), file->path_.c_str(), file->file_, kFlags,
                                /*pOutFlags=*/nullptr),
                   file->path_, "opening"));
  return file;
}

RawFile::RawFile(std::string path)
    : path_(std::move(path)),
      memory_(std::make_unique<char[]>(Vfs()->szOsFile)),
      file_(reinterpret_cast<sqlite3_file*>(memory_.get())) {}

RawFile::~RawFile() {
  if (file_->pMethods != nullptr) file_->pMethods->xClose(file_);
}

absl::StatusOr<std::string> RawFile::ReadAll() {
  sqlite3_int64 size = 0;
  PULLGATE_RETURN_IF_ERROR(SqliteStatus(
      file_->pMethods->xFileSize(file_, &size), path_, "measuring"));
  std::string contents(size, '\0');
  PULLGATE_RETURN_IF_ERROR(SqliteStatus(
      file_->pMethods->xRead(file_, contents.data(), static_cast<int>(size),
                             /*iOfst=*/0),
      path_, "reading"));
  return contents;
}

absl::Status RawFile::Write(absl::string_view bytes, int64_t offset) {
  return SqliteStatus(
      file_->pMethods->xWrite(file_, bytes.data(),
                              static_cast<int>(bytes.size()), offset),
      path_, "writing");
}

absl::Status RawFile::Truncate(int64_t size) {
  return SqliteStatus(file_->pMethods->xTruncate(file_, size), path_,
                      "truncating");
}

absl::Status RawFile::Sync() {
  return SqliteStatus(file_->pMethods->xSync(file_, SQLITE_SYNC_NORMAL), path_,
                      "flushing");
}

}  // namespace pullgate
