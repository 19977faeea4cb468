// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUDIT_SPOOL_JOURNAL_H_
#define PULLGATE_AGENT_AUDIT_SPOOL_JOURNAL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/sqlite/raw_file.h"

namespace pullgate::agent {

// A file at whose end events are recorded before they are moved into the
// spool's database: one write(2) for each, which survives the death of the
// process. All that is in the file is in memory too.
//
// The file is a header (magic, epoch of the spool, salt, checksum) and records
// (checksum, sequence, length, payload), in the machine's byte order. Checksums
// start from the salt, which is new each time the file is: after losing power,
// what is left of an older file is never taken for a part of this one. The
// first record that is cut short, has a wrong checksum or is out of sequence
// ends the file.
//
// Errors are those of SqliteStatus. One thread at a time, but for Flush().
class SpoolJournal {
 public:
  struct Record {
    int64_t sequence;
    absl::string_view payload;
  };

  // Opens the file, or creates it, and reads what it holds. It will hold at
  // most `max_bytes`, except that what was there may be more. A file of another
  // epoch is renamed to PATH.aside-EPOCH, for somebody to look at.
  static absl::StatusOr<std::unique_ptr<SpoolJournal>> Open(
      const std::string& path, absl::string_view epoch, size_t max_bytes);

  // Whose events are in a file with such contents, and which: the first and the
  // last sequence, 0 for none. Nullopt: it is no journal.
  struct Extent {
    std::string epoch;
    int64_t first_sequence = 0;
    int64_t last_sequence = 0;
  };
  static std::optional<Extent> ExtentOf(absl::string_view contents);

  // All records, for TakeRecord(). They stay where they are until Clear().
  absl::string_view records() const;
  // Takes the first record off `records`; nullopt: there is none.
  static std::optional<Record> TakeRecord(absl::string_view& records);

  // Of the records; 0: there are none.
  int64_t first_sequence() const { return first_sequence_; }
  int64_t last_sequence() const { return last_sequence_; }

  size_t bytes() const { return image_.size(); }
  bool HasRoom(size_t payload) const;

  // Records the event that follows the last one. An error: nothing was
  // recorded, and what a failed write left was cut off; if that could not be,
  // the journal takes nothing until it can.
  absl::Status Append(int64_t sequence, absl::string_view payload);

  // Empties it. An error: later appends try again.
  absl::Status Clear();

  // Flushes to the device all records appended before the call. May run beside
  // Append(); one thread at a time.
  absl::Status Flush() { return flusher_->Sync(); }

 private:
  SpoolJournal(std::unique_ptr<RawFile> file, std::unique_ptr<RawFile> flusher,
               absl::string_view epoch, size_t max_bytes);

  // Takes over as much of the file's `contents` as is in order.
  void Load(absl::string_view contents);
  void StartImage();
  void AppendToImage(int64_t sequence, absl::string_view payload);
  void Note(int64_t sequence);
  // Makes the file as long as it should be, if it might not be.
  absl::Status CutBack();

  const std::unique_ptr<RawFile> file_;
  const std::unique_ptr<RawFile> flusher_;  // the same file once more
  const std::string epoch_;
  const size_t max_bytes_;

  // What the file holds. Its capacity is `max_bytes`: it never moves.
  std::string image_;
  uint64_t salt_ = 0;
  int64_t first_sequence_ = 0;
  int64_t last_sequence_ = 0;
  bool torn_ = false;  // the file may be longer than image_
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUDIT_SPOOL_JOURNAL_H_
