// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_CRYPTO_TRUST_BUNDLE_H_
#define PULLGATE_COMMON_CRYPTO_TRUST_BUNDLE_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "common/crypto/public_ca_set.h"
#include "common/crypto/ssl_ptr.h"
#include "common/sync/mutex.h"

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

// The trust anchors of one VCH at an agent: those of its policy, entry by
// entry, and the public set. What it answers never changes. Thread-safe.
class TrustBundle {
 public:
  // `entries[i]`: the certificates of the policy's registry_cas[i].
  // `public_cas`: null when the public set must not vouch.
  TrustBundle(std::string id, std::vector<std::vector<X509Ptr>> entries,
              std::shared_ptr<const PublicCaSet> public_cas);
  TrustBundle(const TrustBundle&) = delete;
  TrustBundle& operator=(const TrustBundle&) = delete;

  // Anchors for a question that these entries may vouch for
  // (PolicySnapshot::CaEntriesInScope), and the public set. Never null. Stores
  // are shared: the one for a combination of entries is built once, and kept
  // among the first 64 combinations.
  X509StorePtr StoreFor(std::vector<int> entries) const
      ABSL_LOCKS_EXCLUDED(mu_);

  // Whether the certificate (by DER) is an anchor of one of these entries:
  // those are held to the profile for private CAs.
  bool IsPolicyAnchor(const X509& certificate,
                      const std::vector<int>& entries) const;

  const std::string& id() const { return id_; }
  // Null when it does not vouch.
  const PublicCaSet* public_cas() const { return public_cas_.get(); }

 private:
  struct Anchor {
    std::string sha256;
    X509Ptr certificate;
  };

  X509StorePtr BuildStore(const std::vector<int>& entries) const;

  const std::string id_;
  const std::shared_ptr<const PublicCaSet> public_cas_;
  std::vector<std::vector<Anchor>> entries_;  // each sorted by digest

  mutable Mutex mu_;
  mutable std::map<std::vector<int>, X509StorePtr> stores_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_CRYPTO_TRUST_BUNDLE_H_
