// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_CRYPTO_CA_ENTRY_H_
#define PULLGATE_COMMON_CRYPTO_CA_ENTRY_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/crypto/ssl_ptr.h"
#include "common/policy/finding.h"

namespace pullgate {

inline constexpr size_t kMaxCaEntryBytes = 1 << 20;
inline constexpr size_t kMaxCaEntryBlocks = 1000;

// One CA entry of a policy, parsed. Move-only.
struct CaEntry {
  // Each certificate once, sorted by the SHA-256 of its DER form.
  std::vector<X509Ptr> certificates;
  // The revocation lists, each once, sorted the same way. An entry that brings
  // any has the certificates below its CAs checked against them.
  std::vector<X509CrlPtr> crls;
  // The same as PEM, certificates first: what is stored and shown. Parses back
  // to itself.
  std::string canonical_pem;
  // Errors, warnings and notices of docs/semantics.md §2, "CA certificates".
  // Unusable if any is an error.
  std::vector<Finding> findings;
};

// Parses PEM text: blocks of certificates and of revocation lists ("X509 CRL")
// are taken one by one, text between them is ignored. `place` prefixes the
// findings ("registry_cas[0].pem"); each names the certificate by its number in
// the text, from 1, and its subject. `now` is for expiry.
//
// Codes. Errors: CA_TOO_LARGE, CA_NO_CERTIFICATE, CA_MALFORMED, CA_PRIVATE_KEY,
// CA_UNEXPECTED_BLOCK, CA_NOT_A_CA, CRL_MALFORMED (or of a kind that is not
// used), CRL_NOT_SIGNED (by the certificate of its issuer in the entry).
// Warnings: CA_EXPIRED, CA_EXPIRES_SOON, CA_NOT_YET_VALID, CA_VERSION_1,
// CRL_EXPIRED, CRL_NOT_YET_VALID: until it is replaced, such a list refuses
// what it is for; CRL_MISSING: a CA of the entry has no list here. Notices:
// CA_REPEATED, CRL_REPEATED.
//
// Thread-safe. No finding quotes more of the text than names inside it.
CaEntry ParseCaEntry(absl::string_view pem, absl::string_view place,
                     absl::Time now);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_CRYPTO_CA_ENTRY_H_
