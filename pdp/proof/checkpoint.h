// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_PROOF_CHECKPOINT_H_
#define PULLGATE_PDP_PROOF_CHECKPOINT_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/audit/event_hash.h"
#include "pdp/proof/ledger_key.h"

namespace pullgate::pdp {

// What a PDP vouches for: that the first `tree_size` events of a ledger have
// this root. Its text is a note in the forms of C2SP's tlog-checkpoint and
// signed-note (c2sp.org), so that tools and witnesses for these can read it:
//
//   pullgate/ledger/0123456789abcdef0123456789abcdef    the origin
//   4096                                                events
//   qqEhjB2SgEyqyZz1YSLyyBYJaTGd8gfVmkYMCdZzRnw=        root, base64
//   time 2026-11-23T21:40:00.000000000Z                 UTC
//                                                       (an empty line)
//   — pullgate/ledger/0123… 5dSu3cJe…                   the signature
struct Checkpoint {
  // Names the ledger: made at random with it, and never changed.
  std::string origin;
  int64_t tree_size = 0;
  EventHash root = {};
  absl::Time time;

  // Base64 in the text. Four bytes that name the key, and 64 of Ed25519 over
  // the lines up to the empty one, the end of the last one included. The four
  // are the first of SHA-256 over the origin, a line feed, 0x01, and the raw
  // public key.
  std::string signature;
};

// The origin of the ledger with this name.
std::string OriginOf(absl::string_view ledger_name);

// Sets the signature.
absl::Status Sign(const LedgerKey& key, Checkpoint& checkpoint);

// PermissionDenied: none of `keys` signed it.
absl::Status VerifySignature(const Checkpoint& checkpoint,
                             const PublicKeys& keys);

// The text with the signature, and the part of it that is signed.
std::string NoteOf(const Checkpoint& checkpoint);
std::string SignedTextOf(const Checkpoint& checkpoint);

// Reads such a text; the signature is not verified. InvalidArgument: it is not
// to the byte what NoteOf() makes.
absl::StatusOr<Checkpoint> ParseNote(absl::string_view note);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_PROOF_CHECKPOINT_H_
