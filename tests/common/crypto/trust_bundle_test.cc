// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/crypto/trust_bundle.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "common/crypto/public_ca_set.h"
#include "common/crypto/ssl_ptr.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_ca.h"

namespace pullgate {
namespace {

std::vector<X509Ptr> Certificates(
    const std::vector<const TestCertificate*>& from) {
  std::vector<X509Ptr> certificates;
  certificates.reserve(from.size());
  for (const TestCertificate* certificate : from) {
    certificates.push_back(ShareX509(certificate->certificate.get()));
  }
  return certificates;
}

// How many anchors are called like `certificate`.
size_t Named(const TrustBundle& bundle, const TestCertificate& certificate,
             const std::vector<int>& entries) {
  return bundle
      .AnchorsNamed(X509_get_subject_name(certificate.certificate.get()),
                    entries)
      .size();
}

class TrustBundleTest : public testing::Test {
 protected:
  TrustBundleTest() {
    std::vector<std::vector<X509Ptr>> entries;
    entries.push_back(Certificates({&a_, &b_}));
    entries.push_back(Certificates({&b_, &c_}));
    bundle_ = std::make_unique<TrustBundle>("id", std::move(entries), nullptr);
  }

  const TestCertificate a_ = MakeTestRoot("A");
  const TestCertificate b_ = MakeTestRoot("B");
  const TestCertificate c_ = MakeTestRoot("C");
  std::unique_ptr<TrustBundle> bundle_;
};

TEST_F(TrustBundleTest, FindsTheAnchorsOfTheEntriesInScope) {
  EXPECT_EQ(Named(*bundle_, a_, {}), 0);
  EXPECT_EQ(Named(*bundle_, a_, {0}), 1);
  EXPECT_EQ(Named(*bundle_, a_, {1}), 0);
  const auto anchors = bundle_->AnchorsNamed(
      X509_get_subject_name(a_.certificate.get()), {0, 1});
  ASSERT_EQ(anchors.size(), 1);
  EXPECT_EQ(X509_cmp(anchors[0].certificate, a_.certificate.get()), 0);
  EXPECT_TRUE(anchors[0].of_policy);
}

TEST_F(TrustBundleTest, AnAnchorOfTwoEntriesIsFoundOnce) {
  EXPECT_EQ(Named(*bundle_, b_, {0, 1}), 1);
  EXPECT_EQ(Named(*bundle_, b_, {1, 0, 1}), 1);
}

TEST_F(TrustBundleTest, FindsAllOfOneName) {
  const TestCertificate renewed = MakeTestRoot("A");
  std::vector<std::vector<X509Ptr>> entries;
  entries.push_back(Certificates({&a_, &c_, &renewed}));
  const TrustBundle bundle("id", entries, nullptr);
  EXPECT_EQ(Named(bundle, a_, {0}), 2);
}

TEST_F(TrustBundleTest, APositionThatDoesNotExistVouchesForNothing) {
  EXPECT_EQ(Named(*bundle_, a_, {-1, 2}), 0);
  EXPECT_FALSE(bundle_->IsPolicyAnchor(*a_.certificate, {-1, 2}));
  EXPECT_TRUE(bundle_->CrlsFor(*a_.certificate, {-1, 2}).empty());
}

TEST_F(TrustBundleTest, WhatThePolicyNamesIsThePolicysThoughItIsPublicToo) {
  const TempDir dir;
  WriteFile(dir.File("public.pem"), a_.Pem() + c_.Pem());
  std::vector<std::vector<X509Ptr>> entries;
  entries.push_back(Certificates({&a_}));
  const TrustBundle bundle("id", entries,
                           *PublicCaSet::Load(dir.File("public.pem")));
  const auto in_both =
      bundle.AnchorsNamed(X509_get_subject_name(a_.certificate.get()), {0});
  ASSERT_EQ(in_both.size(), 1);
  EXPECT_TRUE(in_both[0].of_policy);
  const auto in_public =
      bundle.AnchorsNamed(X509_get_subject_name(c_.certificate.get()), {0});
  ASSERT_EQ(in_public.size(), 1);
  EXPECT_FALSE(in_public[0].of_policy);
  // Out of its scope, the public set vouches on its own account.
  EXPECT_EQ(Named(bundle, a_, {}), 1);
}

TEST_F(TrustBundleTest, RevocationListsAreThoseOfTheAnchorsEntries) {
  std::vector<std::vector<X509Ptr>> entries;
  entries.push_back(Certificates({&a_, &b_}));
  entries.push_back(Certificates({&b_}));
  std::vector<std::vector<X509CrlPtr>> crls(1);
  crls[0].push_back(a_.Revoke({}, TestCrlOptions()));
  const TrustBundle bundle("id", entries, nullptr, std::move(crls));
  EXPECT_EQ(bundle.CrlsFor(*a_.certificate, {0, 1}).size(), 1);
  EXPECT_EQ(bundle.CrlsFor(*b_.certificate, {0, 1}).size(), 1);
  EXPECT_EQ(bundle.CrlsFor(*b_.certificate, {1}).size(), 0);
  EXPECT_EQ(bundle.CrlsFor(*c_.certificate, {0, 1}).size(), 0);
}

TEST_F(TrustBundleTest, KnowsItsAnchorsByEntry) {
  EXPECT_TRUE(bundle_->IsPolicyAnchor(*a_.certificate, {0}));
  EXPECT_FALSE(bundle_->IsPolicyAnchor(*a_.certificate, {1}));
  EXPECT_TRUE(bundle_->IsPolicyAnchor(*b_.certificate, {1}));
  EXPECT_FALSE(bundle_->IsPolicyAnchor(*b_.certificate, {}));
  // The same name under another key is somebody else.
  EXPECT_FALSE(bundle_->IsPolicyAnchor(*MakeTestRoot("A").certificate, {0, 1}));
}

TEST_F(TrustBundleTest, ThreadsShareIt) {
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      for (int round = 0; round < 100; ++round) {
        EXPECT_EQ(Named(*bundle_, b_, {round % 2}), 1);
        EXPECT_TRUE(bundle_->IsPolicyAnchor(*b_.certificate, {0}));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(TrustBundleIdTest, DependsOnEverythingThatVouches) {
  const auto id = [](std::vector<TrustBundleEntry> entries, bool use_public) {
    return TrustBundleId(entries, use_public);
  };
  const std::string base = id({{"pem", {"a", "b"}}}, true);
  EXPECT_EQ(base.substr(0, 7), "sha256:");
  EXPECT_EQ(base.size(), 7u + 64u);
  EXPECT_EQ(base, id({{"pem", {"a", "b"}}}, true));
  EXPECT_NE(base, id({{"pem", {"a", "b"}}}, false));
  EXPECT_NE(base, id({{"pem", {"ab"}}}, true));
  EXPECT_NE(base, id({{"pem", {}}}, true));
  EXPECT_NE(base, id({{"pea", {"a", "b"}}}, true));
  EXPECT_NE(base, id({{"pem", {"a", "b"}}, {"pem", {"a", "b"}}}, true));
  EXPECT_NE(id({}, true), id({}, false));
}

}  // namespace
}  // namespace pullgate
