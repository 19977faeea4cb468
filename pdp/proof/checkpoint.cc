// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/proof/checkpoint.h"

#include <openssl/sha.h>

#include <array>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/status/status_macros.h"

namespace pullgate::pdp {
namespace {

constexpr char kOrigin[] = "pullgate/ledger/";
constexpr char kTime[] = "time ";
constexpr char kTimeFormat[] = "%E4Y-%m-%dT%H:%M:%E9SZ";
// An em dash and a space.
constexpr char kSigned[] = "\xe2\x80\x94 ";
constexpr size_t kMaxNoteBytes = 1024;
constexpr size_t kKeyIdBytes = 4;
constexpr char kEd25519 = 0x01;

absl::Status Malformed(absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("not a checkpoint of a ledger: ", what));
}

std::string KeyId(absl::string_view origin, const PublicKeys::Raw& key) {
  const std::string text =
      absl::StrCat(origin, "\n", std::string(1, kEd25519), key);
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash;
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         hash.data());
  return std::string(reinterpret_cast<const char*>(hash.data()), kKeyIdBytes);
}

absl::Status ParseText(const std::vector<absl::string_view>& lines,
                       Checkpoint& checkpoint) {
  checkpoint.origin = std::string(lines[0]);
  if (!absl::StartsWith(lines[0], kOrigin)) {
    return Malformed(absl::StrCat("its first line should begin ", kOrigin));
  }
  if (!absl::SimpleAtoi(lines[1], &checkpoint.tree_size) ||
      checkpoint.tree_size < 0) {
    return Malformed("its second line should be a number of events");
  }
  std::string root;
  const bool decoded = absl::Base64Unescape(lines[2], &root);
  const auto hash = EventHashFromBytes(root);
  if (!decoded || !hash) {
    return Malformed("its third line should be 32 bytes in base64");
  }
  checkpoint.root = *hash;
  absl::string_view time = lines[3];
  std::string error;
  if (!absl::ConsumePrefix(&time, kTime) ||
      !absl::ParseTime(kTimeFormat, time, &checkpoint.time, &error)) {
    return Malformed("its fourth line should be a time");
  }
  return absl::OkStatus();
}

}  // namespace

std::string OriginOf(absl::string_view ledger_name) {
  return absl::StrCat(kOrigin, ledger_name);
}

absl::Status Sign(const LedgerKey& key, Checkpoint& checkpoint) {
  PULLGATE_ASSIGN_OR_RETURN(const std::string signature,
                            key.Sign(SignedTextOf(checkpoint)));
  checkpoint.signature =
      absl::StrCat(KeyId(checkpoint.origin, key.public_key()), signature);
  return absl::OkStatus();
}

absl::Status VerifySignature(const Checkpoint& checkpoint,
                             const PublicKeys& keys) {
  const absl::string_view blob = checkpoint.signature;
  const absl::string_view key_id = blob.substr(0, kKeyIdBytes);
  for (const PublicKeys::Raw& key : keys.raw()) {
    if (KeyId(checkpoint.origin, key) != key_id) continue;
    if (keys.Verify(key, SignedTextOf(checkpoint), blob.substr(kKeyIdBytes))) {
      return absl::OkStatus();
    }
    return absl::PermissionDeniedError("its signature is wrong");
  }
  return absl::PermissionDeniedError("it was signed with another key");
}

std::string SignedTextOf(const Checkpoint& checkpoint) {
  return absl::StrCat(
      checkpoint.origin, "\n", checkpoint.tree_size, "\n",
      absl::Base64Escape(ToBytes(checkpoint.root)), "\n", kTime,
      absl::FormatTime(kTimeFormat, checkpoint.time, absl::UTCTimeZone()),
      "\n");
}

std::string NoteOf(const Checkpoint& checkpoint) {
  return absl::StrCat(SignedTextOf(checkpoint), "\n", kSigned,
                      checkpoint.origin, " ",
                      absl::Base64Escape(checkpoint.signature), "\n");
}

absl::StatusOr<Checkpoint> ParseNote(absl::string_view note) {
  if (note.size() > kMaxNoteBytes) return Malformed("it is too long");
  const std::vector<absl::string_view> lines = absl::StrSplit(note, '\n');
  // Five lines, an empty one among them, the signature's, and what follows it.
  if (lines.size() != 7) {
    return Malformed("expected four lines, an empty one, and a signature");
  }
  Checkpoint checkpoint;
  PULLGATE_RETURN_IF_ERROR(ParseText(lines, checkpoint));
  absl::string_view encoded = lines[5];
  if (!absl::ConsumePrefix(&encoded,
                           absl::StrCat(kSigned, checkpoint.origin, " ")) ||
      !absl::Base64Unescape(encoded, &checkpoint.signature)) {
    return Malformed("its last line should be a signature of the origin");
  }
  // Two spellings of one checkpoint would be two texts that are both right.
  if (NoteOf(checkpoint) != note) return Malformed("it is spelled oddly");
  return checkpoint;
}

}  // namespace pullgate::pdp
