// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_CRYPTO_TRUST_BUNDLE_H_
#define PULLGATE_COMMON_CRYPTO_TRUST_BUNDLE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/crypto/ssl_ptr.h"

namespace pullgate {

// The public CA set, read once and shared by all bundles. Immutable.
class PublicCaSet {
 public:
  // NotFound, InvalidArgument: the PEM file is missing, or has no certificate.
  static absl::StatusOr<std::shared_ptr<const PublicCaSet>> Load(
      const std::string& pem_file);

  const std::vector<X509Ptr>& certificates() const { return certificates_; }
  // Hex SHA-256 over the certificates.
  const std::string& digest() const { return digest_; }

 private:
  PublicCaSet(std::vector<X509Ptr> certificates, std::string digest)
      : certificates_(std::move(certificates)), digest_(std::move(digest)) {}

  std::vector<X509Ptr> certificates_;
  std::string digest_;
};

// The id of the trust anchors of a policy: a digest over each entry's canonical
// PEM and canonical scope, and whether the public set vouches too (the public
// set's own contents are the agent's and not part of it). "sha256:<hex>".
struct TrustBundleEntry {
  std::string canonical_pem;
  std::vector<std::string> canonical_scope;
};
std::string TrustBundleId(const std::vector<TrustBundleEntry>& entries,
                          bool use_public_cas);

// The trust anchors of one VCH at an agent. Immutable; thread-safe; the store
// for a combination of entries is built at most once and shared.
class TrustBundle {
 public:
  // `entries[i]`: the certificates of the policy's registry_cas[i].
  // `public_cas`: null when the public set must not vouch.
  TrustBundle(std::string id, std::vector<std::vector<X509Ptr>> entries,
              std::shared_ptr<const PublicCaSet> public_cas);
  ~TrustBundle();
  TrustBundle(const TrustBundle&) = delete;
  TrustBundle& operator=(const TrustBundle&) = delete;

  // Anchors for a question that these entries may vouch for
  // (PolicySnapshot::CaEntriesInScope, sorted). Never null; lives as long as
  // the bundle.
  X509_STORE* StoreFor(const std::vector<int>& entries) const;

  // Whether the certificate (by DER) is an anchor of one of these entries:
  // those are held to the profile for private CAs.
  bool IsPolicyAnchor(const X509& certificate,
                      const std::vector<int>& entries) const;

  const std::string& id() const { return id_; }

 private:
  struct Stores;

  const std::string id_;
  const std::vector<std::vector<X509Ptr>> entries_;
  const std::shared_ptr<const PublicCaSet> public_cas_;
  const std::unique_ptr<Stores> stores_;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_CRYPTO_TRUST_BUNDLE_H_
