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
#include "common/crypto/certificate_index.h"
#include "common/crypto/public_ca_set.h"
#include "common/crypto/sha256.h"
#include "common/crypto/ssl_ptr.h"

namespace pullgate {

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
                         const std::vector<std::vector<X509Ptr>>& entries,
                         std::shared_ptr<const PublicCaSet> public_cas,
                         std::vector<std::vector<X509CrlPtr>> crls)
    : id_(std::move(id)), public_cas_(std::move(public_cas)) {
  crls.resize(entries.size());
  for (size_t i = 0; i < entries.size(); ++i) {
    entries_.push_back({CertificateIndex(entries[i]), std::move(crls[i])});
  }
}

const TrustBundle::Entry* TrustBundle::Find(int position) const {
  if (position < 0 || position >= static_cast<int>(entries_.size())) {
    return nullptr;
  }
  return &entries_[position];
}

std::vector<TrustAnchor> TrustBundle::AnchorsNamed(
    const X509_NAME* subject, const std::vector<int>& entries) const {
  std::vector<TrustAnchor> anchors;
  const auto add = [&](const CertificateIndex& index, bool of_policy) {
    const auto [begin, end] = index.WithSubject(subject);
    for (auto one = begin; one != end; ++one) {
      const bool known = std::any_of(
          anchors.begin(), anchors.end(), [&](const TrustAnchor& anchor) {
            return X509_cmp(anchor.certificate, one->get()) == 0;
          });
      if (!known) anchors.push_back({one->get(), of_policy});
    }
  };
  for (const int position : entries) {
    const Entry* const entry = Find(position);
    if (entry != nullptr) add(entry->anchors, /*of_policy=*/true);
  }
  if (public_cas_ != nullptr) add(public_cas_->index(), /*of_policy=*/false);
  return anchors;
}

bool TrustBundle::IsPolicyAnchor(const X509& certificate,
                                 const std::vector<int>& entries) const {
  return std::any_of(entries.begin(), entries.end(), [&](int position) {
    const Entry* const entry = Find(position);
    return entry != nullptr && entry->anchors.Contains(certificate);
  });
}

std::vector<X509_CRL*> TrustBundle::CrlsFor(
    const X509& anchor, const std::vector<int>& entries) const {
  std::vector<X509_CRL*> crls;
  for (const int position : entries) {
    const Entry* const entry = Find(position);
    if (entry == nullptr || !entry->anchors.Contains(anchor)) continue;
    for (const X509CrlPtr& crl : entry->crls) crls.push_back(crl.get());
  }
  return crls;
}

}  // namespace pullgate
