// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_PROOF_LEDGER_KEY_H_
#define PULLGATE_PDP_PROOF_LEDGER_KEY_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/crypto/ssl_ptr.h"

namespace pullgate::pdp {

// Ed25519 keys (RFC 8032) that say who signed a ledger's checkpoints. One is
// the key of now; a ledger whose key was replaced has earlier ones too.
//
// Immutable, thread-safe.
class PublicKeys {
 public:
  // The raw 32 bytes of a key.
  using Raw = std::string;

  // Reads PEM blocks "PUBLIC KEY", at least one; text between them, and blocks
  // of other kinds, are ignored. InvalidArgument says what is wrong.
  static absl::StatusOr<PublicKeys> Parse(absl::string_view pem);

  // The raw bytes of each, in order.
  const std::vector<Raw>& raw() const { return raw_; }

  // Whether the key with these raw bytes, one of raw(), made `signature` of
  // `text`.
  bool Verify(const Raw& key, absl::string_view text,
              absl::string_view signature) const;

 private:
  friend class LedgerKey;

  absl::Status Add(EvpPkeyPtr key);

  std::vector<Raw> raw_;
  std::vector<EvpPkeyPtr> keys_;
};

// The key that a PDP signs its ledger's checkpoints with, and those that it
// signed with before. Immutable, thread-safe.
class LedgerKey {
 public:
  // Reads a file of PEM blocks: a "PRIVATE KEY" (PKCS #8, without a password)
  // and, behind it, the "PUBLIC KEY" of each earlier key, if any.
  // FailedPrecondition: it is something else, or everybody may read it.
  static absl::StatusOr<LedgerKey> Open(const std::string& path);

  // The same; a file that is missing is made, with a new key, mode 0600, and
  // complete or not at all. One process at a time may do this.
  static absl::StatusOr<LedgerKey> OpenOrMake(const std::string& path);

  // For tests.
  static absl::StatusOr<LedgerKey> FromPem(absl::string_view pem);
  static std::string NewPem();

  // 64 bytes.
  absl::StatusOr<std::string> Sign(absl::string_view text) const;

  // Raw, of the private key.
  const PublicKeys::Raw& public_key() const { return keys_.raw().front(); }
  // The same as a PEM block.
  const std::string& public_pem() const { return public_pem_; }
  // Of the private key first, then the earlier ones.
  const PublicKeys& keys() const { return keys_; }

 private:
  LedgerKey() = default;

  EvpPkeyPtr private_key_;
  std::string public_pem_;
  PublicKeys keys_;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_PROOF_LEDGER_KEY_H_
