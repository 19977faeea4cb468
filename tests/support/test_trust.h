// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_SUPPORT_TEST_TRUST_H_
#define PULLGATE_TESTS_SUPPORT_TEST_TRUST_H_

#include <memory>
#include <utility>
#include <vector>

#include "common/crypto/ssl_ptr.h"
#include "common/crypto/trust_bundle.h"
#include "tests/support/test_ca.h"

namespace pullgate {

// A trust bundle with one entry of CA certificates, number 0, and no public
// set.
inline std::shared_ptr<const TrustBundle> TrustOnly(
    const std::vector<const TestCertificate*>& anchors) {
  std::vector<std::vector<X509Ptr>> entries(1);
  for (const TestCertificate* anchor : anchors) {
    entries[0].push_back(ShareX509(anchor->certificate.get()));
  }
  return std::make_shared<TrustBundle>("test", std::move(entries), nullptr);
}

}  // namespace pullgate

#endif  // PULLGATE_TESTS_SUPPORT_TEST_TRUST_H_
