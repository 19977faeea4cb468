// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/verify/name_match.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/net/ip_address.h"
#include "common/registry/dns_name.h"
#include "common/registry/registry_address.h"
#include "tests/support/test_ca.h"

namespace pullgate::agent {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

RegistryHost Name(const std::string& text) { return *DnsName::Parse(text); }
RegistryHost Address(const std::string& text) {
  return *IpAddress::Parse(text);
}

bool Covers(const std::string& san, const std::string& name) {
  return DnsSanCovers(san, *DnsName::Parse(name));
}

bool Is(const std::string& octets, const std::string& address) {
  return IpSanIs(octets, *IpAddress::Parse(address));
}

std::string Mismatch(const TestCertificateOptions& options,
                     const RegistryHost& reference) {
  return NameMismatch(*MakeSelfSigned(options).certificate, reference);
}

TEST(DnsSanCoversTest, TheSameNameInAnyCase) {
  EXPECT_TRUE(Covers("registry.example.com", "registry.example.com"));
  EXPECT_TRUE(Covers("REGISTRY.Example.com", "registry.example.com"));
  EXPECT_TRUE(Covers("registry", "registry"));
  EXPECT_FALSE(Covers("registry.example.com", "example.com"));
  EXPECT_FALSE(Covers("example.com", "registry.example.com"));
  EXPECT_FALSE(Covers("registry.example.co", "registry.example.com"));
}

TEST(DnsSanCoversTest, AWildcardCoversExactlyOneWholeLabel) {
  EXPECT_TRUE(Covers("*.example.com", "a.example.com"));
  EXPECT_TRUE(Covers("*.EXAMPLE.com", "xn--bcher-kva.example.com"));
  EXPECT_FALSE(Covers("*.example.com", "example.com"));
  EXPECT_FALSE(Covers("*.example.com", "a.b.example.com"));
  EXPECT_TRUE(Covers("*.b.example.com", "a.b.example.com"));
}

TEST(DnsSanCoversTest, AStarElsewhereCoversNothing) {
  for (const char* san : {"*", "*.", "a*.example.com", "*a.example.com",
                          "a.*.com", "*.*.example.com", "*example.com",
                          "**.example.com", ".example.com", "a.example.*"}) {
    EXPECT_FALSE(Covers(san, "a.example.com")) << san;
    EXPECT_FALSE(Covers(san, "ab.example.com")) << san;
  }
}

TEST(DnsSanCoversTest, AWildcardOverAPublicSuffixCoversNothing) {
  EXPECT_FALSE(Covers("*.com", "example.com"));
  EXPECT_FALSE(Covers("*.co.uk", "example.co.uk"));
  EXPECT_TRUE(Covers("*.example.co.uk", "a.example.co.uk"));
  // A private top-level name is not public.
  EXPECT_TRUE(Covers("*.corp", "registry.corp"));
  // Hosting companies' suffixes are their own to certify.
  EXPECT_TRUE(Covers("*.blob.core.windows.net", "x.blob.core.windows.net"));
}

TEST(DnsSanCoversTest, WhatIsNoNameCoversNothing) {
  EXPECT_FALSE(
      Covers(std::string("a.example.com\0.evil.example", 27), "a.example.com"));
  EXPECT_FALSE(Covers("a.example.com.", "a.example.com"));
  EXPECT_FALSE(Covers("a.example.com ", "a.example.com"));
  EXPECT_FALSE(
      Covers("b\xc3\xbc"
             "cher.example.com",
             "xn--bcher-kva.example.com"));
  EXPECT_FALSE(Covers("", "a.example.com"));
}

TEST(IpSanIsTest, TheSameOctets) {
  EXPECT_TRUE(Is({10, 1, 2, 3}, "10.1.2.3"));
  EXPECT_FALSE(Is({10, 1, 2, 4}, "10.1.2.3"));
  EXPECT_FALSE(Is({10, 1, 2}, "10.1.2.3"));
  EXPECT_FALSE(Is({10, 1, 2, 3, 0}, "10.1.2.3"));
  EXPECT_FALSE(Is("", "0.0.0.0"));
  const std::string loopback = std::string(15, '\0') + '\1';
  EXPECT_TRUE(Is(loopback, "::1"));
}

TEST(IpSanIsTest, NotTheMappedSpelling) {
  std::string mapped(10, '\0');
  mapped += "\xff\xff\x0a\x01\x02\x03";
  EXPECT_FALSE(Is(mapped, "10.1.2.3"));
}

TEST(NameMismatchTest, EachKindOfNameCountsForItsKindOnly) {
  TestCertificateOptions options;
  options.dns_names = {"registry.example.com", "10.1.2.3"};
  EXPECT_THAT(Mismatch(options, Name("registry.example.com")), IsEmpty());
  EXPECT_THAT(Mismatch(options, Address("10.1.2.3")),
              HasSubstr("has no IP address among its subject alternative"));
  options.dns_names.clear();
  options.ip_addresses = {"10.1.2.3"};
  EXPECT_THAT(Mismatch(options, Address("10.1.2.3")), IsEmpty());
  EXPECT_THAT(Mismatch(options, Name("registry.example.com")),
              HasSubstr("is for 10.1.2.3, not for registry.example.com"));
}

TEST(NameMismatchTest, TheCommonNameNeverCounts) {
  TestCertificateOptions options;
  options.common_name = "registry.example.com";
  EXPECT_THAT(Mismatch(options, Name("registry.example.com")),
              HasSubstr("no subject alternative names"));
  options.dns_names = {"other.example.com"};
  EXPECT_THAT(Mismatch(options, Name("registry.example.com")),
              HasSubstr("is for other.example.com, not for"));
}

TEST(NameMismatchTest, QuotesFiveNames) {
  TestCertificateOptions options;
  options.dns_names = {"a.test", "b.test", "c.test",
                       "d.test", "e.test", "f.test"};
  EXPECT_THAT(Mismatch(options, Name("x.test")),
              HasSubstr("a.test, b.test, c.test, d.test, e.test and 1 more"));
}

TEST(NameMismatchTest, AMalformedExtensionNamesNobody) {
  const TestCertificate leaf = MakeSelfSigned([] {
    TestCertificateOptions options;
    options.dns_names = {"registry.example.com"};
    return options;
  }());
  X509* const x509 = leaf.certificate.get();
  const int at = X509_get_ext_by_NID(x509, NID_subject_alt_name, -1);
  const X509ExtensionPtr copy(X509_EXTENSION_dup(X509_get_ext(x509, at)));
  X509_add_ext(x509, copy.get(), -1);  // there are two now
  EXPECT_THAT(NameMismatch(*x509, Name("registry.example.com")),
              HasSubstr("malformed"));
}

}  // namespace
}  // namespace pullgate::agent
