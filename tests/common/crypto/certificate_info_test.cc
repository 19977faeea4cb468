// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/crypto/certificate_info.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/time/time.h"
#include "common/crypto/ssl_ptr.h"
#include "tests/support/test_ca.h"

namespace pullgate {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(DescribeCertificateTest, SaysWhatIsThere) {
  TestCertificateOptions options =
      TestLeafOptions({"a.example.com", "10.1.2.3", "2001:db8::1"});
  options.not_before = absl::FromCivil(absl::CivilSecond(2026, 1, 2, 3, 4, 5),
                                       absl::UTCTimeZone());
  options.not_after = options.not_before + absl::Hours(24);
  const TestCertificate leaf = MakeTestRoot("Root, Inc").Issue(options);
  const CertificateInfo info = DescribeCertificate(*leaf.certificate);
  EXPECT_THAT(info.sha256_fingerprint, SizeIs(64));
  EXPECT_EQ(info.subject, "CN=leaf");
  EXPECT_EQ(info.issuer, "CN=Root\\, Inc");
  EXPECT_EQ(info.not_before, options.not_before);
  EXPECT_EQ(info.not_after, options.not_after);
  EXPECT_THAT(info.dns_names, ElementsAre("a.example.com"));
  EXPECT_THAT(info.ip_addresses, ElementsAre("10.1.2.3", "2001:db8::1"));
}

TEST(DescribeCertificateTest, EscapesAndBoundsWhatAStrangerWrote) {
  TestCertificateOptions options;
  options.common_name = std::string("x\ny\0z", 5);
  options.dns_names = {std::string("a\0b\r\n", 5), std::string(10000, 'x')};
  for (int i = 0; i < 1000; ++i) options.dns_names.push_back("many");
  options.ip_addresses = {"hex:0a", "hex:00"};
  const CertificateInfo info =
      DescribeCertificate(*MakeSelfSigned(options).certificate);
  EXPECT_THAT(info.dns_names, SizeIs(64));
  EXPECT_EQ(info.dns_names[0], "a\\000b\\r\\n");
  EXPECT_THAT(info.dns_names[1], SizeIs(256));
  EXPECT_THAT(info.ip_addresses, ElementsAre("hex:0a", "hex:00"));
  for (const char c : info.subject) EXPECT_TRUE(c >= ' ' && c <= '~');
}

TEST(DescribeCertificateTest, AMalformedValidityIsNeverValid) {
  const TestCertificate leaf = MakeSelfSigned({});
  ASN1_STRING_set(X509_getm_notBefore(leaf.certificate.get()), "soon", 4);
  ASN1_STRING_set(X509_getm_notAfter(leaf.certificate.get()), "later", 5);
  const CertificateInfo info = DescribeCertificate(*leaf.certificate);
  EXPECT_EQ(info.not_before, absl::InfiniteFuture());
  EXPECT_EQ(info.not_after, absl::InfinitePast());
}

TEST(DescribeCertificateTest, NoNamesAtAll) {
  TestCertificateOptions options;
  options.common_name.clear();
  const CertificateInfo info =
      DescribeCertificate(*MakeSelfSigned(options).certificate);
  EXPECT_EQ(info.subject, "(empty name)");
  EXPECT_THAT(info.dns_names, IsEmpty());
}

}  // namespace
}  // namespace pullgate
