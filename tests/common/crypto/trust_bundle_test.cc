// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/crypto/trust_bundle.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "common/crypto/ssl_ptr.h"
#include "tests/support/test_ca.h"

namespace pullgate {
namespace {

std::vector<X509Ptr> Certificates(
    const std::vector<const TestCertificate*>& from) {
  std::vector<X509Ptr> certificates;
  for (const TestCertificate* certificate : from) {
    certificates.push_back(ShareX509(certificate->certificate.get()));
  }
  return certificates;
}

int Anchors(const X509StorePtr& store) {
  return sk_X509_OBJECT_num(X509_STORE_get0_objects(store.get()));
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

TEST_F(TrustBundleTest, AStoreHoldsTheEntriesInScope) {
  EXPECT_EQ(Anchors(bundle_->StoreFor({})), 0);
  EXPECT_EQ(Anchors(bundle_->StoreFor({0})), 2);
  EXPECT_EQ(Anchors(bundle_->StoreFor({0, 1})), 3);
}

TEST_F(TrustBundleTest, APositionThatDoesNotExistVouchesForNothing) {
  EXPECT_EQ(Anchors(bundle_->StoreFor({-1, 2})), 0);
  EXPECT_FALSE(bundle_->IsPolicyAnchor(*a_.certificate, {-1, 2}));
}

TEST_F(TrustBundleTest, StoresAreBuiltOncePerCombination) {
  EXPECT_EQ(bundle_->StoreFor({0, 1}), bundle_->StoreFor({1, 0, 1}));
  EXPECT_NE(bundle_->StoreFor({0}), bundle_->StoreFor({1}));
}

TEST_F(TrustBundleTest, AStoreOutlivesItsBundle) {
  const X509StorePtr store = bundle_->StoreFor({0});
  bundle_.reset();
  EXPECT_EQ(Anchors(store), 2);
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
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      for (int round = 0; round < 100; ++round) {
        EXPECT_EQ(Anchors(bundle_->StoreFor({round % 2})), 2);
        EXPECT_TRUE(bundle_->IsPolicyAnchor(*b_.certificate, {0}));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(TrustBundleTest, MoreCombinationsThanAreKeptStillWork) {
  std::vector<std::vector<X509Ptr>> entries;
  for (int i = 0; i < 100; ++i) entries.push_back(Certificates({&a_}));
  const TrustBundle bundle("id", std::move(entries), nullptr);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(Anchors(bundle.StoreFor({i})), 1);
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
