// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/authorize/verdict_cache.h"

#include <algorithm>
#include <utility>

namespace pullgate::agent {
namespace {

bool SameRoute(const Route& a, const Route& b) {
  return a.scheme == b.scheme && a.port == b.port &&
         a.certificate_check == b.certificate_check && a.pinned == b.pinned &&
         a.host == b.host && a.addresses == b.addresses;
}

}  // namespace

bool operator==(const VerdictKeyView& a, const VerdictKeyView& b) {
  return a.policy_revision == b.policy_revision && a.asked == b.asked &&
         a.trust_id == b.trust_id && a.any_http_answer == b.any_http_answer &&
         std::equal(a.routes.begin(), a.routes.end(), b.routes.begin(),
                    b.routes.end(), SameRoute);
}

void VerdictCache::Put(const VerdictKey& key,
                       std::shared_ptr<const Verification> verification,
                       absl::Time started) {
  if (!verification->usable.has_value()) return;
  const absl::Time expires = ExpiryOf(started);
  cache_.Put(key, {std::move(verification), expires}, expires);
}

}  // namespace pullgate::agent
