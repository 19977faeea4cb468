// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/verify/revocation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "tests/agent/verify/chains.h"
#include "tests/support/test_ca.h"

namespace pullgate::agent {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using Lists = std::vector<X509CrlPtr>;

class RevocationTest : public testing::Test {
 protected:
  // What is wrong with leaf_ below root_, whose list, made by `change`, revokes
  // `revoked`.
  std::string FailureWith(const std::vector<const TestCertificate*>& revoked,
                          const std::function<void(TestCrlOptions&)>& change,
                          const TestCertificate* signer = nullptr) {
    TestCrlOptions options;
    change(options);
    Lists lists;
    lists.push_back((signer ? signer : &root_)->Revoke(revoked, options));
    return VerifyAt(leaf_, {}, TrustEntry({&root_}, std::move(lists))).failure;
  }
  static void Unchanged(TestCrlOptions&) {}

  const TestCertificate root_ = MakeTestRoot("Root");
  const TestCertificate leaf_ = root_.Issue(TestLeafOptions({kTestHost}));
  const TestCertificate other_ = root_.Issue(TestLeafOptions({kTestHost}));
};

TEST_F(RevocationTest, ARevokedCertificateIsRefusedAndAnotherIsNot) {
  EXPECT_EQ(FailureWith({}, Unchanged), "");
  EXPECT_EQ(FailureWith({&other_}, Unchanged), "");
  EXPECT_EQ(FailureWith({&other_, &leaf_}, Unchanged), "is revoked by its CA");
}

TEST_F(RevocationTest, AnExpiredListRefuses) {
  EXPECT_EQ(FailureWith({}, [](auto& o) { o.next_update = kTestNow; }), "");
  EXPECT_EQ(
      FailureWith({},
                  [](auto& o) { o.next_update = kTestNow - absl::Seconds(1); }),
      "may be revoked: the revocation list of CN=Root expired on "
      "2026-05-31");
  EXPECT_EQ(FailureWith({}, [](auto& o) { o.this_update = kTestNow; }), "");
  EXPECT_THAT(
      FailureWith({},
                  [](auto& o) { o.this_update = kTestNow + absl::Seconds(1); }),
      HasSubstr("is not valid before 2026-06-01"));
}

TEST_F(RevocationTest, AListThatCannotBeUsedRefuses) {
  EXPECT_THAT(FailureWith({}, [](auto& o) { o.next_update.reset(); }),
              HasSubstr("has no nextUpdate"));
  EXPECT_THAT(FailureWith({}, [](auto& o) { o.number.clear(); }),
              HasSubstr("has no CRL number"));
  EXPECT_THAT(
      FailureWith({},
                  [](auto& o) {
                    o.number.clear();
                    o.extensions = {{"2.5.29.20", "critical,DER:020101"}};
                  }),
      HasSubstr("critical"));
  EXPECT_THAT(FailureWith({}, [](auto& o) { o.sha1_signature = true; }),
              HasSubstr("not accepted"));
  EXPECT_THAT(FailureWith({},
                          [](auto& o) {
                            o.extensions = {{"1.2.3.4", "critical,DER:0500"}};
                          }),
              HasSubstr("may be revoked"));
  EXPECT_THAT(
      FailureWith({},
                  [](auto& o) {
                    o.extensions = {{"2.5.29.27", "critical,DER:020101"}};
                  }),
      HasSubstr("delta"));
}

TEST_F(RevocationTest, AListOfAnImpostorDoesNotCount) {
  const TestCertificate impostor = MakeTestRoot("Root");
  EXPECT_THAT(FailureWith({}, Unchanged, &impostor),
              HasSubstr("may be revoked"));
  EXPECT_THAT(FailureWith({&leaf_}, Unchanged, &impostor),
              HasSubstr("may be revoked"));
}

TEST_F(RevocationTest, AListOfSomebodyElseLeavesTheStatusUnknown) {
  const TestCertificate stranger = MakeTestRoot("Stranger");
  EXPECT_THAT(FailureWith({}, Unchanged, &stranger),
              AllOf(HasSubstr("may be revoked"), HasSubstr("none for it of "
                                                           "CN=Root")));
}

TEST_F(RevocationTest, ACaThatMayNotSignListsHasNone) {
  TestCertificateOptions options = TestCaOptions("No Lists");
  options.key_usage = "critical,keyCertSign";
  const TestCertificate root = MakeSelfSigned(options);
  Lists lists;
  lists.push_back(root.Revoke({}, TestCrlOptions()));
  EXPECT_THAT(VerifyAt(root.Issue(TestLeafOptions({kTestHost})), {},
                       TrustEntry({&root}, std::move(lists)))
                  .failure,
              HasSubstr("may be revoked"));
}

TEST_F(RevocationTest, TheNewerListDoesNotWaitForTheOlder) {
  TestCrlOptions old;
  old.next_update = kTestNow - absl::Hours(1);
  Lists lists;
  lists.push_back(root_.Revoke({}, old));
  lists.push_back(root_.Revoke({&other_}, TestCrlOptions()));
  const auto trust = TrustEntry({&root_}, std::move(lists));
  EXPECT_EQ(VerifyAt(leaf_, {}, trust).failure, "");
  EXPECT_EQ(VerifyAt(other_, {}, trust).rule, "revocation");
}

TEST_F(RevocationTest, EveryCertificateBelowTheAnchorIsAskedAbout) {
  const TestCertificate issuing = root_.Issue(TestCaOptions("Issuing CA"));
  const TestCertificate leaf = issuing.Issue(TestLeafOptions({kTestHost}));
  const auto failure = [&](Lists lists) {
    return VerifyAt(leaf, {&issuing}, TrustEntry({&root_}, std::move(lists)))
        .failure;
  };
  Lists both;
  both.push_back(root_.Revoke({}, TestCrlOptions()));
  both.push_back(issuing.Revoke({}, TestCrlOptions()));
  EXPECT_EQ(failure(std::move(both)), "");
  Lists only_root;
  only_root.push_back(root_.Revoke({}, TestCrlOptions()));
  EXPECT_THAT(failure(std::move(only_root)), HasSubstr("CN=Issuing CA"));
  Lists revoked;
  revoked.push_back(root_.Revoke({&issuing}, TestCrlOptions()));
  revoked.push_back(issuing.Revoke({}, TestCrlOptions()));
  EXPECT_EQ(failure(std::move(revoked)),
            "leads to CN=Issuing CA, which is revoked by its CA");
}

TEST_F(RevocationTest, AnAnchorThatItsEntryRevokesVouchesForNobody) {
  const TestCertificate issuing = root_.Issue(TestCaOptions("Issuing CA"));
  const TestCertificate leaf = issuing.Issue(TestLeafOptions({kTestHost}));
  const auto failure = [&](const std::vector<const TestCertificate*>& revoked) {
    Lists lists;
    lists.push_back(root_.Revoke(revoked, TestCrlOptions()));
    lists.push_back(issuing.Revoke({}, TestCrlOptions()));
    return VerifyAt(leaf, {}, TrustEntry({&root_, &issuing}, std::move(lists)))
        .failure;
  };
  EXPECT_EQ(failure({}), "");
  EXPECT_EQ(failure({&issuing}),
            "leads to CN=Issuing CA, which is revoked by its CA");
}

TEST_F(RevocationTest, AnIntermediateAnchorNeedsNoListOfItsOwnIssuer) {
  const TestCertificate issuing = root_.Issue(TestCaOptions("Issuing CA"));
  const TestCertificate leaf = issuing.Issue(TestLeafOptions({kTestHost}));
  Lists lists;
  lists.push_back(issuing.Revoke({}, TestCrlOptions()));
  EXPECT_EQ(
      VerifyAt(leaf, {}, TrustEntry({&issuing}, std::move(lists))).failure, "");
}

}  // namespace
}  // namespace pullgate::agent
