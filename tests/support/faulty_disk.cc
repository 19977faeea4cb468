// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/faulty_disk.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "tests/support/temp_dir.h"

namespace pullgate {
namespace {

constexpr size_t kSector = 512;

FaultyDisk* current_disk = nullptr;
sqlite3_vfs* real_vfs = nullptr;

// What SQLite holds for an open file: this, then the real file.
struct File {
  sqlite3_file base;
  std::string* path;  // owned; a name only for files that have one

  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

sqlite3_file* Real(sqlite3_file* file) {
  return reinterpret_cast<File*>(file)->real();
}

int Close(sqlite3_file* file) {
  delete reinterpret_cast<File*>(file)->path;
  return Real(file)->pMethods->xClose(Real(file));
}

int Read(sqlite3_file* file, void* data, int size, sqlite3_int64 offset) {
  return Real(file)->pMethods->xRead(Real(file), data, size, offset);
}

int Write(sqlite3_file* file, const void* data, int size,
          sqlite3_int64 offset) {
  if (current_disk->writes_fail(*reinterpret_cast<File*>(file)->path)) {
    return SQLITE_IOERR_WRITE;
  }
  sqlite3_int64 end = 0;
  Real(file)->pMethods->xFileSize(Real(file), &end);
  const int64_t growth = std::max<int64_t>(offset + size - end, 0);
  const int64_t missing = growth - current_disk->TakeSpace(growth);
  const int fits = static_cast<int>(std::max<int64_t>(size - missing, 0));
  const int code = Real(file)->pMethods->xWrite(Real(file), data, fits, offset);
  return code == SQLITE_OK && missing > 0 ? SQLITE_FULL : code;
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (current_disk->truncates_fail()) return SQLITE_IOERR_TRUNCATE;
  return Real(file)->pMethods->xTruncate(Real(file), size);
}

int Sync(sqlite3_file* file, int flags) {
  if (current_disk->syncs_fail()) return SQLITE_IOERR_FSYNC;
  if (const auto action = current_disk->TakeAction()) action();
  const std::string& path = *reinterpret_cast<File*>(file)->path;
  // Read before the flush: what another thread writes meanwhile may be left
  // out by it.
  std::string contents = ReadFile(path);
  const int code = Real(file)->pMethods->xSync(Real(file), flags);
  if (code == SQLITE_OK) current_disk->NoteSync(path, std::move(contents));
  return code;
}

int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  return Real(file)->pMethods->xFileSize(Real(file), size);
}

int Lock(sqlite3_file* file, int level) {
  return Real(file)->pMethods->xLock(Real(file), level);
}

int Unlock(sqlite3_file* file, int level) {
  return Real(file)->pMethods->xUnlock(Real(file), level);
}

int CheckReservedLock(sqlite3_file* file, int* locked) {
  return Real(file)->pMethods->xCheckReservedLock(Real(file), locked);
}

int FileControl(sqlite3_file* file, int operation, void* argument) {
  return Real(file)->pMethods->xFileControl(Real(file), operation, argument);
}

int SectorSize(sqlite3_file* file) {
  return Real(file)->pMethods->xSectorSize(Real(file));
}

int DeviceCharacteristics(sqlite3_file* file) {
  return Real(file)->pMethods->xDeviceCharacteristics(Real(file));
}

int ShmMap(sqlite3_file* file, int page, int size, int extend,
           void volatile** memory) {
  return Real(file)->pMethods->xShmMap(Real(file), page, size, extend, memory);
}

int ShmLock(sqlite3_file* file, int offset, int count, int flags) {
  return Real(file)->pMethods->xShmLock(Real(file), offset, count, flags);
}

void ShmBarrier(sqlite3_file* file) {
  Real(file)->pMethods->xShmBarrier(Real(file));
}

int ShmUnmap(sqlite3_file* file, int remove) {
  return Real(file)->pMethods->xShmUnmap(Real(file), remove);
}

// Version 2: without memory-mapped reading, which nothing here asks for.
constexpr sqlite3_io_methods kMethods = {
    2,
    Close,
    Read,
    Write,
    Truncate,
    Sync,
    FileSize,
    Lock,
    Unlock,
    CheckReservedLock,
    FileControl,
    SectorSize,
    DeviceCharacteristics,
    ShmMap,
    ShmLock,
    ShmBarrier,
    ShmUnmap,
    nullptr,
    nullptr,
};

int Open(sqlite3_vfs* /*vfs*/, const char* name, sqlite3_file* memory,
         int flags, int* out_flags) {
  auto* file = reinterpret_cast<File*>(memory);
  file->base.pMethods = nullptr;
  const int code =
      real_vfs->xOpen(real_vfs, name, file->real(), flags, out_flags);
  if (code != SQLITE_OK) return code;
  file->path = new std::string(name == nullptr ? "" : name);
  if (name != nullptr) current_disk->NoteOpen(name);
  file->base.pMethods = &kMethods;
  return SQLITE_OK;
}

int Delete(sqlite3_vfs* /*vfs*/, const char* name, int sync_directory) {
  const int code = real_vfs->xDelete(real_vfs, name, sync_directory);
  if (code == SQLITE_OK) current_disk->NoteDelete(name);
  return code;
}

sqlite3_vfs* Layer() {
  static sqlite3_vfs* const layer = [] {
    real_vfs = sqlite3_vfs_find("unix");
    // Everything but files is the real layer's.
    auto* vfs = new sqlite3_vfs(*real_vfs);
    vfs->zName = "faulty";
    vfs->szOsFile = static_cast<int>(sizeof(File)) + real_vfs->szOsFile;
    vfs->xOpen = Open;
    vfs->xDelete = Delete;
    return vfs;
  }();
  return layer;
}

}  // namespace

FaultyDisk::FaultyDisk() {
  if (current_disk != nullptr) std::abort();
  current_disk = this;
  sqlite3_vfs_register(Layer(), /*makeDflt=*/1);
}

FaultyDisk::~FaultyDisk() {
  sqlite3_vfs_register(real_vfs, /*makeDflt=*/1);
  current_disk = nullptr;
}

void FaultyDisk::SetFree(int64_t bytes) {
  MutexLock lock(&mu_);
  free_ = bytes;
}

void FaultyDisk::FailWrites(bool fail) {
  MutexLock lock(&mu_);
  fail_writes_ = fail;
  fail_writes_to_.clear();
}

void FaultyDisk::FailWritesTo(std::string ending) {
  MutexLock lock(&mu_);
  fail_writes_ = true;
  fail_writes_to_ = std::move(ending);
}

void FaultyDisk::FailTruncates(bool fail) {
  MutexLock lock(&mu_);
  fail_truncates_ = fail;
}

void FaultyDisk::FailSyncs(bool fail) {
  MutexLock lock(&mu_);
  fail_syncs_ = fail;
}

int64_t FaultyDisk::syncs() const {
  MutexLock lock(&mu_);
  return syncs_;
}

int64_t FaultyDisk::TakeSpace(int64_t bytes) {
  MutexLock lock(&mu_);
  const int64_t taken = std::min(bytes, free_);
  if (free_ != INT64_MAX) free_ -= taken;
  return taken;
}

bool FaultyDisk::truncates_fail() const {
  MutexLock lock(&mu_);
  return fail_truncates_;
}

bool FaultyDisk::writes_fail(absl::string_view path) const {
  MutexLock lock(&mu_);
  return fail_writes_ && absl::EndsWith(path, fail_writes_to_);
}

void FaultyDisk::AtNextSync(std::function<void()> action) {
  MutexLock lock(&mu_);
  at_next_sync_ = std::move(action);
}

std::function<void()> FaultyDisk::TakeAction() {
  MutexLock lock(&mu_);
  return std::exchange(at_next_sync_, nullptr);
}

bool FaultyDisk::syncs_fail() const {
  MutexLock lock(&mu_);
  return fail_syncs_;
}

void FaultyDisk::NoteOpen(const std::string& path) {
  MutexLock lock(&mu_);
  const bool is_new = flushed_.count(path) == 0;
  // What was there before this disk has survived whatever happened.
  if (is_new) flushed_[path] = ReadFile(path);
}

void FaultyDisk::NoteSync(const std::string& path, std::string contents) {
  MutexLock lock(&mu_);
  ++syncs_;
  flushed_[path] = std::move(contents);
}

void FaultyDisk::NoteDelete(const std::string& path) {
  MutexLock lock(&mu_);
  flushed_.erase(path);
}

void FaultyDisk::LosePower(const std::string& from, const std::string& to,
                           std::mt19937* random) const {
  MutexLock lock(&mu_);
  for (const auto& [path, flushed] : flushed_) {
    const std::filesystem::path file(path);
    if (file.parent_path() != from) continue;
    std::string left = flushed;
    const std::string written = random == nullptr ? "" : ReadFile(path);
    // What was written behind the flushed end may be there in part, too.
    if (random != nullptr) left.resize(std::max(left.size(), written.size()));
    for (size_t at = 0; at < written.size(); at += kSector) {
      if ((*random)() % 2 == 0) left.replace(at, kSector, written, at, kSector);
    }
    WriteFile(to + "/" + file.filename().string(), left);
  }
}

}  // namespace pullgate
