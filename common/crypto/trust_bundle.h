// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_CRYPTO_TRUST_BUNDLE_H_
#define PULLGATE_COMMON_CRYPTO_TRUST_BUNDLE_H_

#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

#include "common/crypto/certificate_index.h"
#include "common/crypto/public_ca_set.h"
#include "common/crypto/ssl_ptr.h"

namespace pullgate {

// The id of the trust anchors of a policy: a digest over each entry's canonical
// PEM and canonical scope, and whether the public set vouches too (the public
// set's own contents are the agent's and not part of it). "sha256:<hex>".
struct TrustBundleEntry {
  std::string canonical_pem;
  std::vector<std::string> canonical_scope;
};
std::string TrustBundleId(const std::vector<TrustBundleEntry>& entries,
                          bool use_public_cas);

// A CA that vouches for a question.
struct TrustAnchor {
  X509* certificate;  // owned by the bundle
  // Whether the policy names it: those are held to the profile for private
  // CAs, also when the public set has them too.
  bool of_policy;
};

// The trust anchors of one VCH at an agent: those of its policy, entry by
// entry, and the public set. Immutable; thread-safe.
//
// `entries` below are positions in the policy's registry_cas, those that may
// vouch for a question (PolicySnapshot::CaEntriesInScope). A position that does
// not exist vouches for nothing.
class TrustBundle {
 public:
  // `entries[i]` and `crls[i]`: the certificates and revocation lists of the
  // policy's registry_cas[i]; an entry past the end of `crls` has none.
  // `public_cas`: null when the public set must not vouch.
  TrustBundle(std::string id, const std::vector<std::vector<X509Ptr>>& entries,
              std::shared_ptr<const PublicCaSet> public_cas,
              std::vector<std::vector<X509CrlPtr>> crls = {});
  TrustBundle(const TrustBundle&) = delete;
  TrustBundle& operator=(const TrustBundle&) = delete;

  // The anchors with that subject, each once; those of the policy first.
  std::vector<TrustAnchor> AnchorsNamed(const X509_NAME* subject,
                                        const std::vector<int>& entries) const;

  // Whether the certificate (by DER) is an anchor of one of these entries.
  bool IsPolicyAnchor(const X509& certificate,
                      const std::vector<int>& entries) const;

  // The revocation lists of those of the entries that the anchor is of.
  std::vector<X509_CRL*> CrlsFor(const X509& anchor,
                                 const std::vector<int>& entries) const;

  const std::string& id() const { return id_; }
  // Null when it does not vouch.
  const PublicCaSet* public_cas() const { return public_cas_.get(); }

 private:
  struct Entry {
    CertificateIndex anchors;
    std::vector<X509CrlPtr> crls;
  };

  // Null if there is none.
  const Entry* Find(int position) const;

  const std::string id_;
  const std::shared_ptr<const PublicCaSet> public_cas_;
  std::vector<Entry> entries_;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_CRYPTO_TRUST_BUNDLE_H_
