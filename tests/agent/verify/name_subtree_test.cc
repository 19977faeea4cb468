// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/verify/name_subtree.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/crypto/ssl_ptr.h"

namespace pullgate::agent {
namespace {

using Bytes = std::string;

TEST(DnsInSubtreeTest, TheNameAndAllBelowIt) {
  EXPECT_EQ(DnsInSubtree("example.com", "example.com"), Subtree::kInside);
  EXPECT_EQ(DnsInSubtree("A.B.Example.COM", "example.com"), Subtree::kInside);
  EXPECT_EQ(DnsInSubtree("anexample.com", "example.com"), Subtree::kOutside);
  EXPECT_EQ(DnsInSubtree("com", "example.com"), Subtree::kOutside);
  EXPECT_EQ(DnsInSubtree("example.com", ""), Subtree::kInside);
}

TEST(DnsInSubtreeTest, ADotMeansBelowOnly) {
  EXPECT_EQ(DnsInSubtree("example.com", ".example.com"), Subtree::kOutside);
  EXPECT_EQ(DnsInSubtree("a.example.com", ".example.com"), Subtree::kInside);
  EXPECT_EQ(DnsInSubtree("*.example.com", ".example.com"), Subtree::kInside);
}

TEST(DnsInSubtreeTest, AWildcardCoversOneLabel) {
  EXPECT_EQ(DnsInSubtree("*.example.com", "example.com"), Subtree::kInside);
  EXPECT_EQ(DnsInSubtree("*.a.example.com", "example.com"), Subtree::kInside);
  EXPECT_EQ(DnsInSubtree("*.example.com", "a.example.com"), Subtree::kPartly);
  EXPECT_EQ(DnsInSubtree("*.example.com", "b.a.example.com"),
            Subtree::kOutside);
  EXPECT_EQ(DnsInSubtree("*.com", "example.com"), Subtree::kPartly);
  EXPECT_EQ(DnsInSubtree("*.example.net", "example.com"), Subtree::kOutside);
}

TEST(DnsInSubtreeTest, WhatIsNoNameIsMalformed) {
  for (const absl::string_view name :
       {"", ".example.com", "example.com.", "a..example.com", "a b.example.com",
        "-a.example.com", "a*.example.com", "*", "*.", "ex\xC3\xA4mple.com"}) {
    EXPECT_EQ(DnsInSubtree(name, "example.com"), Subtree::kMalformed) << name;
  }
  EXPECT_EQ(DnsInSubtree(absl::string_view("a\0.example.com", 14), ""),
            Subtree::kMalformed);
}

TEST(IpInSubtreeTest, ComparesUnderTheMask) {
  const Bytes base("\x0A\x01\x00\x00\xFF\xFF\x00\x00", 8);
  EXPECT_EQ(IpInSubtree(Bytes("\x0A\x01\xFF\x02", 4), base), Subtree::kInside);
  EXPECT_EQ(IpInSubtree(Bytes("\x0A\x02\x00\x00", 4), base), Subtree::kOutside);
  // No IPv4-mapped spelling.
  EXPECT_EQ(IpInSubtree(Bytes(16, '\0'), base), Subtree::kOutside);
  EXPECT_EQ(IpInSubtree(Bytes("\x0A\x01\x00\x00\xFF\xFF\x00\x00", 8), base),
            Subtree::kMalformed);
}

TEST(EmailInSubtreeTest, MailboxHostAndDomain) {
  EXPECT_EQ(EmailInSubtree("foo@Example.com", "foo@example.com"),
            Subtree::kInside);
  EXPECT_EQ(EmailInSubtree("Foo@example.com", "foo@example.com"),
            Subtree::kOutside);
  EXPECT_EQ(EmailInSubtree("foo@example.com", "example.com"), Subtree::kInside);
  EXPECT_EQ(EmailInSubtree("foo@a.example.com", "example.com"),
            Subtree::kOutside);
  EXPECT_EQ(EmailInSubtree("foo@a.example.com", ".example.com"),
            Subtree::kInside);
  EXPECT_EQ(EmailInSubtree("*@a.example.com", "*@example.com"),
            Subtree::kOutside);
  for (const absl::string_view name :
       {"", "foo", "@example.com", "a@b@example.com", "\"a\"@example.com",
        "foo@", "foo@.example.com"}) {
    EXPECT_EQ(EmailInSubtree(name, "example.com"), Subtree::kMalformed) << name;
  }
}

TEST(UriInSubtreeTest, ComparesTheHost) {
  EXPECT_EQ(UriInSubtree("https://u@host.example:8443/p?q", "host.example"),
            Subtree::kInside);
  EXPECT_EQ(UriInSubtree("spiffe://a.example/x", ".example"), Subtree::kInside);
  EXPECT_EQ(UriInSubtree("https://a.b.example/", "b.example"),
            Subtree::kOutside);
  EXPECT_EQ(UriInSubtree("https://evil.test/@host.example", "host.example"),
            Subtree::kOutside);
  for (const absl::string_view uri :
       {"", "urn:x:y", "https:///p", "https://10.1.2.3/", "https://[::1]/",
        "host.example"}) {
    EXPECT_EQ(UriInSubtree(uri, "host.example"), Subtree::kMalformed) << uri;
  }
}

X509NamePtr Name(
    const std::vector<std::pair<const char*, const char*>>& entries) {
  X509NamePtr name(X509_NAME_new());
  for (const auto& [type, value] : entries) {
    X509_NAME_add_entry_by_txt(name.get(), type, MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(value),
                               -1, -1, 0);
  }
  return name;
}

TEST(DirectoryInSubtreeTest, TheBaseIsABeginning) {
  const X509NamePtr base = Name({{"C", "DE"}, {"O", "Corp"}});
  const X509NamePtr below = Name({{"C", "DE"}, {"O", "corp "}, {"CN", "x"}});
  const X509NamePtr other = Name({{"C", "DE"}, {"O", "Corpse"}, {"CN", "x"}});
  const X509NamePtr shorter = Name({{"C", "DE"}});
  EXPECT_EQ(DirectoryInSubtree(base.get(), base.get()), Subtree::kInside);
  EXPECT_EQ(DirectoryInSubtree(below.get(), base.get()), Subtree::kInside);
  EXPECT_EQ(DirectoryInSubtree(other.get(), base.get()), Subtree::kOutside);
  EXPECT_EQ(DirectoryInSubtree(shorter.get(), base.get()), Subtree::kOutside);
}

TEST(BasesTest, AreHeldToTheirSyntax) {
  EXPECT_TRUE(IsDnsBase("example.com", false));
  EXPECT_TRUE(IsDnsBase("", false));
  EXPECT_FALSE(IsDnsBase(".example.com", false));
  EXPECT_TRUE(IsDnsBase(".example.com", true));
  EXPECT_FALSE(IsDnsBase(".", true));
  EXPECT_FALSE(IsDnsBase("*.example.com", true));
  EXPECT_TRUE(IsIpBase(Bytes("\x0A\0\0\0\xFF\0\0\0", 8)));
  EXPECT_FALSE(IsIpBase(Bytes("\x0A\0\0\0\xFF\0\xFF\0", 8)));
  EXPECT_FALSE(IsIpBase(Bytes("\x0A\0\0\0", 4)));
  EXPECT_TRUE(IsEmailBase("foo@example.com"));
  EXPECT_TRUE(IsEmailBase(".example.com"));
  EXPECT_FALSE(IsEmailBase("@example.com"));
  EXPECT_FALSE(IsEmailBase("foo@*.example.com"));
  EXPECT_TRUE(IsUriBase(".example.com"));
  EXPECT_FALSE(IsUriBase("https://example.com"));
}

}  // namespace
}  // namespace pullgate::agent
