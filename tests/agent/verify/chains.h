// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_AGENT_VERIFY_CHAINS_H_
#define PULLGATE_TESTS_AGENT_VERIFY_CHAINS_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "agent/verify/certificate_verifier.h"
#include "common/crypto/public_ca_set.h"
#include "common/crypto/ssl_ptr.h"
#include "common/crypto/trust_bundle.h"
#include "common/registry/dns_name.h"
#include "common/registry/registry_address.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_ca.h"

namespace pullgate::agent {

inline constexpr char kTestHost[] = "registry.example.com";
// 2026-06-01T00:00:00Z
inline const absl::Time kTestNow = absl::FromUnixSeconds(1780272000);

// A bundle whose only anchors are a public CA set.
inline std::shared_ptr<const TrustBundle> TrustPublic(
    const std::vector<const TestCertificate*>& anchors) {
  const TempDir dir;
  std::string pem;
  for (const TestCertificate* anchor : anchors) pem += anchor->Pem();
  WriteFile(dir.File("public.pem"), pem);
  return std::make_shared<TrustBundle>(
      "test", std::vector<std::vector<X509Ptr>>(),
      *PublicCaSet::Load(dir.File("public.pem")));
}

// A bundle with one entry, number 0.
inline std::shared_ptr<const TrustBundle> TrustEntry(
    const std::vector<const TestCertificate*>& anchors,
    std::vector<X509CrlPtr> crls) {
  std::vector<std::vector<X509Ptr>> entries(1);
  for (const TestCertificate* anchor : anchors) {
    entries[0].push_back(ShareX509(anchor->certificate.get()));
  }
  std::vector<std::vector<X509CrlPtr>> lists(1);
  lists[0] = std::move(crls);
  return std::make_shared<TrustBundle>("test", entries, nullptr,
                                       std::move(lists));
}

inline CertificateVerdict VerifyAt(
    const TestCertificate& leaf,
    const std::vector<const TestCertificate*>& presented,
    const std::shared_ptr<const TrustBundle>& bundle, absl::Time now = kTestNow,
    const RegistryHost& host = *DnsName::Parse(kTestHost)) {
  const X509StackPtr stack(sk_X509_new_null());
  for (const TestCertificate* certificate : presented) {
    sk_X509_push(stack.get(), certificate->certificate.get());
  }
  return VerifyServerCertificate(leaf.certificate.get(), stack.get(),
                                 {bundle.get(), {0}}, host, now);
}

}  // namespace pullgate::agent

#endif  // PULLGATE_TESTS_AGENT_VERIFY_CHAINS_H_
