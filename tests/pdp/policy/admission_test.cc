// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/policy/admission.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/status/error_info.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/test_ca.h"

namespace pullgate::pdp {
namespace {

using pullgate::policy::v1::Policy;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

class AdmissionTest : public ::testing::Test {
 protected:
  absl::StatusOr<Admission> Admit(const Policy& policy,
                                  const Policy* stored = nullptr) {
    AdmissionContext context(settings_, kNow);
    context.stored = stored;
    return AdmitPolicy(policy, context);
  }

  // The places of errors.
  static std::vector<std::string> Errors(const Admission& admission) {
    std::vector<std::string> places;
    for (const Finding& finding : admission.findings) {
      if (finding.severity == Severity::kError) {
        places.push_back(finding.place);
      }
    }
    return places;
  }

  static std::vector<std::string> Codes(const Admission& admission) {
    std::vector<std::string> codes;
    for (const Finding& finding : admission.findings) {
      codes.push_back(finding.code);
    }
    return codes;
  }

  ProcessSettings settings_;
};

TEST_F(AdmissionTest, StoresRulesScopesAndPemInCanonicalForm) {
  const TestCertificate root = MakeTestRoot("Root");
  Policy policy;
  policy.set_name("vchs/a/policy");
  policy.set_etag("1-a");
  policy.set_revision(77);
  policy.set_updated_by("somebody");
  policy.add_whitelist("10.2.2.1/24");
  policy.add_whitelist("*.Example.COM.");
  policy.add_insecure("192.168.100.207");
  auto& ca = *policy.add_registry_cas();
  ca.set_pem("text before\n" + root.Pem() + "text after\n");
  ca.add_scope("Registry.Example.com");

  const auto admission = Admit(policy);
  ASSERT_TRUE(admission.ok()) << admission.status();
  ASSERT_TRUE(admission->policy.has_value());
  const Policy& stored = *admission->policy;
  EXPECT_THAT(stored.whitelist(), ElementsAre("10.2.2.0/24", "*.example.com"));
  EXPECT_EQ(stored.mode(), Policy::MODE_WHITELIST);
  EXPECT_TRUE(stored.has_use_public_cas() && stored.use_public_cas());
  EXPECT_EQ(stored.registry_cas(0).pem(), root.Pem());
  EXPECT_THAT(stored.registry_cas(0).scope(),
              ElementsAre("registry.example.com"));
  EXPECT_EQ(stored.name() + stored.etag() + stored.updated_by(), "");
  EXPECT_EQ(stored.revision(), 0);
  ASSERT_NE(admission->snapshot, nullptr);
  EXPECT_EQ(admission->snapshot->mode(), PolicyMode::kWhitelist);
}

TEST_F(AdmissionTest, WhatItStoresIsAdmittedUnchanged) {
  Policy policy;
  policy.add_whitelist("10.2.2.1/24");
  policy.add_registry_cas()->set_pem(MakeTestRoot("Root").Pem());
  const Policy once = *Admit(policy)->policy;
  const Policy twice = *Admit(once)->policy;
  EXPECT_EQ(once.SerializeAsString(), twice.SerializeAsString());
}

TEST_F(AdmissionTest, AnUnspecifiedModeStaysWhatIsStored) {
  EXPECT_EQ(Admit(Policy())->policy->mode(), Policy::MODE_OPEN);
  Policy stored;
  stored.set_mode(Policy::MODE_WHITELIST);
  EXPECT_EQ(Admit(Policy(), &stored)->policy->mode(), Policy::MODE_WHITELIST);
  Policy open;
  open.set_mode(Policy::MODE_OPEN);
  EXPECT_EQ(Admit(open, &stored)->policy->mode(), Policy::MODE_OPEN);
}

TEST_F(AdmissionTest, ListsAllErrorsAtOnceAndStoresNothing) {
  Policy policy;
  policy.add_whitelist("good.example");
  policy.add_whitelist("*");
  policy.add_whitelist("a b");
  policy.add_insecure("docker.io");
  policy.add_registry_cas()->set_pem("no certificate");
  policy.mutable_registry_cas(0)->add_scope("*name");
  policy.mutable_lease()->set_seconds(9);
  const auto admission = Admit(policy);
  ASSERT_TRUE(admission.ok());
  EXPECT_FALSE(admission->policy.has_value());
  EXPECT_EQ(admission->snapshot, nullptr);
  EXPECT_THAT(Errors(*admission),
              ::testing::UnorderedElementsAre(
                  "whitelist[1]", "whitelist[2]", "insecure[0]",
                  "registry_cas[0].scope[0]", "registry_cas[0].pem", "lease"));
}

TEST_F(AdmissionTest, RefusesAProtectedRegistryInTheInsecureList) {
  settings_.protected_registries = {{"harbor.example", {"10.2.40.40"}}};
  for (const std::string rule :
       {"harbor.example", "HARBOR.example:5000", "http://harbor.example"}) {
    Policy policy;
    policy.add_insecure(rule);
    EXPECT_THAT(Errors(*Admit(policy)), ElementsAre("insecure[0]")) << rule;
  }
}

TEST_F(AdmissionTest, RefusesALeaseOutOfRange) {
  const auto with_lease = [](int64_t seconds, int32_t nanos) {
    Policy policy;
    policy.mutable_lease()->set_seconds(seconds);
    policy.mutable_lease()->set_nanos(nanos);
    return policy;
  };
  EXPECT_TRUE(Admit(with_lease(10, 0))->policy.has_value());
  EXPECT_TRUE(Admit(with_lease(7 * 24 * 3600, 0))->policy.has_value());
  for (const Policy& wrong :
       {with_lease(0, 0), with_lease(9, 999'999'999), with_lease(-60, 0),
        with_lease(7 * 24 * 3600, 1), with_lease(60, -1),
        with_lease(50, 2'000'000'000), with_lease(INT64_MAX, 0)}) {
    EXPECT_THAT(Errors(*Admit(wrong)), ElementsAre("lease"))
        << wrong.ShortDebugString();
  }
}

TEST_F(AdmissionTest, RefusesAModeOfTheFuture) {
  Policy policy;
  policy.set_mode(static_cast<Policy::Mode>(7));
  EXPECT_THAT(Errors(*Admit(policy)), Contains("mode"));
}

TEST_F(AdmissionTest, WarnsWhenAScopeIsEmptied) {
  Policy policy;
  auto& ca = *policy.add_registry_cas();
  ca.set_pem(MakeTestRoot("Root").Pem());
  ca.add_scope("registry.example");
  const Policy stored = *Admit(policy)->policy;
  EXPECT_THAT(Codes(*Admit(stored, &stored)),
              ::testing::Not(Contains("SCOPE_EMPTIED")));
  policy.mutable_registry_cas(0)->clear_scope();
  const auto emptied = Admit(policy, &stored);
  EXPECT_THAT(emptied->findings,
              Contains(AllOf(Field(&Finding::code, "SCOPE_EMPTIED"),
                             Field(&Finding::place, "registry_cas[0].scope"),
                             Field(&Finding::severity, Severity::kWarning))));
  EXPECT_TRUE(emptied->policy.has_value());
}

TEST_F(AdmissionTest, RefusesWhatIsTooLargeByPlace) {
  Policy rule;
  rule.add_insecure(std::string(513, 'a'));
  Policy pem;
  pem.add_registry_cas()->set_pem(std::string((1 << 20) + 1, 'x'));
  Policy entries;
  for (int i = 0; i <= kMaxRegistryCas; ++i) entries.add_registry_cas();
  Policy rules;
  for (int i = 0; i <= kMaxPolicyRules; ++i) rules.add_whitelist("a");
  const std::vector<std::pair<Policy, std::string>> wrong = {
      {rule, "policy.insecure[0]"},
      {pem, "policy.registry_cas[0].pem"},
      {entries, "policy.registry_cas"},
      {rules, "policy.whitelist"}};
  for (const auto& [policy, field] : wrong) {
    const absl::Status status = Admit(policy).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << field;
    EXPECT_EQ(ReasonOf(status), "POLICY_TOO_LARGE");
    ASSERT_EQ(FieldViolationsOf(status).size(), 1u);
    EXPECT_EQ(FieldViolationsOf(status)[0].field, field);
  }
}

TEST(RefusalOfTest, IsOkWithoutAnError) {
  EXPECT_TRUE(RefusalOf({}, "policy.").ok());
  EXPECT_TRUE(
      RefusalOf({{Severity::kWarning, "mode", "X", "odd"}}, "policy.").ok());
}

TEST(RefusalOfTest, NamesEveryErrorAsAField) {
  const absl::Status status =
      RefusalOf({{Severity::kNotice, "mode", "X", "notice"},
                 {Severity::kError, "whitelist[2]", "Y", "bad rule"},
                 {Severity::kError, "lease", "Z", "bad lease"}},
                "policy.");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReasonOf(status), "INVALID_POLICY");
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("policy.whitelist[2]: bad rule"),
                    HasSubstr("1 more error)")));
  const auto violations = FieldViolationsOf(status);
  ASSERT_EQ(violations.size(), 2u);
  EXPECT_EQ(violations[0].field, "policy.whitelist[2]");
  EXPECT_EQ(violations[1].field, "policy.lease");
}

}  // namespace
}  // namespace pullgate::pdp
