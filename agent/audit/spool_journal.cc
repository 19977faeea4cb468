// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/audit/spool_journal.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <random>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"

namespace pullgate::agent {
namespace {

constexpr absl::string_view kMagic = "PGSPJNL1";

// As they are in the file. No padding: all bytes have a meaning.
struct Header {
  char magic[8];
  char epoch[32];
  uint64_t salt;
  uint64_t checksum;  // of all above
};
struct RecordHeader {
  uint64_t checksum;  // from the salt, of all below and the payload
  int64_t sequence;
  uint64_t length;
};
static_assert(sizeof(Header) == 56 && sizeof(RecordHeader) == 24);

// Tells what was written from what was torn or flipped; not for enemies, who
// own the data directory anyway. Each step is a bijection of the state, so a
// change within eight bytes is always seen.
uint64_t Checksum(uint64_t state, absl::string_view bytes) {
  constexpr uint64_t kOdd = 0x9e3779b97f4a7c15;
  const auto mix = [&state](uint64_t word) {
    state = (state ^ word) * kOdd;
    state ^= state >> 32;
  };
  mix(bytes.size());
  for (; !bytes.empty();
       bytes.remove_prefix(std::min<size_t>(8, bytes.size()))) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data(), std::min<size_t>(8, bytes.size()));
    mix(word);
  }
  return state;
}

template <typename T>
absl::string_view BytesOf(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof(value)};
}

uint64_t ChecksumOf(const Header& header) {
  return Checksum(0, BytesOf(header).substr(0, offsetof(Header, checksum)));
}

uint64_t ChecksumOf(uint64_t salt, const RecordHeader& header,
                    absl::string_view payload) {
  constexpr size_t kFrom = offsetof(RecordHeader, sequence);
  return Checksum(Checksum(salt, BytesOf(header).substr(kFrom)), payload);
}

uint64_t NewSalt() {
  std::random_device random;
  return uint64_t{random()} << 32 | random();
}

// Takes a T off `bytes`. False: they are too few.
template <typename T>
bool Take(absl::string_view& bytes, T& value) {
  if (bytes.size() < sizeof(value)) return false;
  std::memcpy(&value, bytes.data(), sizeof(value));
  bytes.remove_prefix(sizeof(value));
  return true;
}

bool TakeHeader(absl::string_view& bytes, Header& header) {
  return Take(bytes, header) &&
         absl::string_view(header.magic, sizeof(header.magic)) == kMagic &&
         header.checksum == ChecksumOf(header);
}

absl::string_view EpochOf(const Header& header) {
  return {header.epoch, sizeof(header.epoch)};
}

// How much of a file's records is in order, and its sequences.
struct InOrder {
  size_t bytes = 0;
  int64_t first = 0;
  int64_t last = 0;
};

InOrder RecordsInOrder(uint64_t salt, absl::string_view records) {
  InOrder in_order;
  absl::string_view rest = records;
  for (absl::string_view at = rest; auto record = SpoolJournal::TakeRecord(at);
       rest = at) {
    RecordHeader found;
    std::memcpy(&found, rest.data(), sizeof(found));
    if (found.checksum != ChecksumOf(salt, found, record->payload)) break;
    if (in_order.last != 0 && record->sequence != in_order.last + 1) break;
    if (in_order.first == 0) in_order.first = record->sequence;
    in_order.last = record->sequence;
    in_order.bytes = records.size() - at.size();
  }
  return in_order;
}

absl::Status RenameAside(const std::string& path, absl::string_view epoch) {
  const std::string aside = absl::StrCat(path, ".aside-", epoch);
  if (std::rename(path.c_str(), aside.c_str()) == 0) return absl::OkStatus();
  return absl::ErrnoToStatus(errno,
                             absl::StrCat("renaming ", path, " to ", aside));
}

}  // namespace

absl::StatusOr<std::unique_ptr<SpoolJournal>> SpoolJournal::Open(
    const std::string& path, absl::string_view epoch, size_t max_bytes) {
  PULLGATE_ASSIGN_OR_RETURN(std::unique_ptr<RawFile> file, RawFile::Open(path));
  PULLGATE_ASSIGN_OR_RETURN(std::string contents, file->ReadAll());
  Header header;
  absl::string_view rest = contents;
  if (TakeHeader(rest, header) && EpochOf(header) != epoch) {
    PULLGATE_RETURN_IF_ERROR(RenameAside(path, EpochOf(header)));
    PULLGATE_ASSIGN_OR_RETURN(file, RawFile::Open(path));
    contents.clear();
  }
  PULLGATE_ASSIGN_OR_RETURN(std::unique_ptr<RawFile> flusher,
                            RawFile::Open(path));
  auto journal = absl::WrapUnique(
      new SpoolJournal(std::move(file), std::move(flusher), epoch, max_bytes));
  journal->Load(contents);
  return journal;
}

SpoolJournal::SpoolJournal(std::unique_ptr<RawFile> file,
                           std::unique_ptr<RawFile> flusher,
                           absl::string_view epoch, size_t max_bytes)
    : file_(std::move(file)),
      flusher_(std::move(flusher)),
      epoch_(epoch),
      max_bytes_(max_bytes) {
  image_.reserve(max_bytes);
}

void SpoolJournal::Load(absl::string_view contents) {
  absl::string_view rest = contents;
  Header header;
  if (TakeHeader(rest, header)) {
    salt_ = header.salt;
    const InOrder in_order = RecordsInOrder(salt_, rest);
    image_.assign(contents.data(), sizeof(header) + in_order.bytes);
    first_sequence_ = in_order.first;
    last_sequence_ = in_order.last;
  }
  torn_ = contents.size() != image_.size();
}

std::optional<SpoolJournal::Extent> SpoolJournal::ExtentOf(
    absl::string_view contents) {
  Header header;
  if (!TakeHeader(contents, header)) return std::nullopt;
  const InOrder in_order = RecordsInOrder(header.salt, contents);
  return Extent{std::string(EpochOf(header)), in_order.first, in_order.last};
}

absl::string_view SpoolJournal::records() const {
  absl::string_view records = image_;
  records.remove_prefix(std::min(records.size(), sizeof(Header)));
  return records;
}

std::optional<SpoolJournal::Record> SpoolJournal::TakeRecord(
    absl::string_view& records) {
  RecordHeader header;
  absl::string_view rest = records;
  if (!Take(rest, header) || header.length > rest.size()) return std::nullopt;
  records = rest.substr(header.length);
  return Record{header.sequence, rest.substr(0, header.length)};
}

bool SpoolJournal::HasRoom(size_t payload) const {
  const size_t used = std::max(image_.size(), sizeof(Header));
  return used + sizeof(RecordHeader) + payload <= max_bytes_;
}

absl::Status SpoolJournal::Append(int64_t sequence, absl::string_view payload) {
  PULLGATE_RETURN_IF_ERROR(CutBack());
  const size_t end = image_.size();
  if (image_.empty()) StartImage();
  AppendToImage(sequence, payload);
  const absl::Status status = file_->Write(
      absl::string_view(image_).substr(end), static_cast<int64_t>(end));
  if (status.ok()) {
    Note(sequence);
    return status;
  }
  image_.resize(end);
  torn_ = true;
  CutBack().IgnoreError();  // the next append tries again, and reports it
  return status;
}

absl::Status SpoolJournal::Clear() {
  if (image_.empty()) return CutBack();
  image_.clear();
  first_sequence_ = last_sequence_ = 0;
  torn_ = true;
  return CutBack();
}

void SpoolJournal::StartImage() {
  salt_ = NewSalt();
  Header header = {};
  kMagic.copy(header.magic, sizeof(header.magic));
  epoch_.copy(header.epoch, sizeof(header.epoch));
  header.salt = salt_;
  header.checksum = ChecksumOf(header);
  absl::StrAppend(&image_, BytesOf(header));
}

void SpoolJournal::AppendToImage(int64_t sequence, absl::string_view payload) {
  RecordHeader header = {0, sequence, payload.size()};
  header.checksum = ChecksumOf(salt_, header, payload);
  absl::StrAppend(&image_, BytesOf(header), payload);
}

void SpoolJournal::Note(int64_t sequence) {
  if (first_sequence_ == 0) first_sequence_ = sequence;
  last_sequence_ = sequence;
}

absl::Status SpoolJournal::CutBack() {
  if (!torn_) return absl::OkStatus();
  PULLGATE_RETURN_IF_ERROR(
      file_->Truncate(static_cast<int64_t>(image_.size())));
  torn_ = false;
  return absl::OkStatus();
}

}  // namespace pullgate::agent
