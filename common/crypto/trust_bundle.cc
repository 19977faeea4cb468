// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/crypto/trust_bundle.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/crypto/certificate_info.h"
#include "common/crypto/public_ca_set.h"
#include "common/crypto/sha256.h"
#include "common/crypto/ssl_ptr.h"
#include "common/sync/mutex.h"

namespace pullgate {
namespace {

// Distinct combinations come from distinct scopes in one policy; a handful is
// usual. A store with the public set takes some 50 KB.
constexpr size_t kMaxStores = 64;

}  // namespace

std::string TrustBundleId(const std::vector<TrustBundleEntry>& entries,
                          bool use_public_cas) {
  std::vector<std::string> parts;
  for (const TrustBundleEntry& entry : entries) {
    const std::vector<absl::string_view> scope(entry.canonical_scope.begin(),
                                               entry.canonical_scope.end());
    parts.push_back(Sha256(entry.canonical_pem));
    parts.push_back(Sha256OfFields(scope));
  }
  parts.emplace_back(use_public_cas ? "public" : "");
  const std::vector<absl::string_view> fields(parts.begin(), parts.end());
  return absl::StrCat("sha256:",
                      absl::BytesToHexString(Sha256OfFields(fields)));
}

TrustBundle::TrustBundle(std::string id,
                         std::vector<std::vector<X509Ptr>> entries,
                         std::shared_ptr<const PublicCaSet> public_cas)
    : id_(std::move(id)), public_cas_(std::move(public_cas)) {
  for (std::vector<X509Ptr>& certificates : entries) {
    std::vector<Anchor> anchors;
    for (X509Ptr& certificate : certificates) {
      std::string sha256 = Sha256OfCertificate(*certificate);
      anchors.push_back(Anchor{std::move(sha256), std::move(certificate)});
    }
    std::sort(
        anchors.begin(), anchors.end(),
        [](const Anchor& a, const Anchor& b) { return a.sha256 < b.sha256; });
    entries_.push_back(std::move(anchors));
  }
}

X509StorePtr TrustBundle::BuildStore(const std::vector<int>& entries) const {
  X509StorePtr store(X509_STORE_new());
  for (const int entry : entries) {
    for (const Anchor& anchor : entries_[entry]) {
      X509_STORE_add_cert(store.get(), anchor.certificate.get());
    }
  }
  if (public_cas_ != nullptr) {
    for (const X509Ptr& certificate : public_cas_->certificates()) {
      X509_STORE_add_cert(store.get(), certificate.get());
    }
  }
  return store;
}

X509StorePtr TrustBundle::StoreFor(std::vector<int> entries) const {
  std::sort(entries.begin(), entries.end());
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
  // A position that does not exist vouches for nothing.
  entries.erase(std::remove_if(entries.begin(), entries.end(),
                               [this](int entry) {
                                 return entry < 0 ||
                                        entry >=
                                            static_cast<int>(entries_.size());
                               }),
                entries.end());
  MutexLock lock(&mu_);
  const auto found = stores_.find(entries);
  if (found != stores_.end()) return ShareX509Store(found->second.get());
  X509StorePtr store = BuildStore(entries);
  if (stores_.size() < kMaxStores) {
    stores_.emplace(std::move(entries), ShareX509Store(store.get()));
  }
  return store;
}

bool TrustBundle::IsPolicyAnchor(const X509& certificate,
                                 const std::vector<int>& entries) const {
  const std::string sha256 = Sha256OfCertificate(certificate);
  return std::any_of(entries.begin(), entries.end(), [&](int entry) {
    if (entry < 0 || entry >= static_cast<int>(entries_.size())) return false;
    const std::vector<Anchor>& anchors = entries_[entry];
    const auto at =
        std::lower_bound(anchors.begin(), anchors.end(), sha256,
                         [](const Anchor& anchor, const std::string& digest) {
                           return anchor.sha256 < digest;
                         });
    return at != anchors.end() && at->sha256 == sha256;
  });
}

}  // namespace pullgate
