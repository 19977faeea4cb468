// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/server/engine_setup.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "agent/sync/sqlite_last_policy_store.h"
#include "common/files/data_directory.h"
#include "common/identity/vch_id.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/temp_dir.h"

namespace pullgate::agent {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class EngineSetupTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::string> Print(const std::string& gate,
                                    const std::string& engine = "skopeo",
                                    const std::string& vch = "build-7") {
    const std::string file = dir_.File("agent.yaml");
    WriteFile(file, absl::StrCat("vch: ", vch,
                                 "\nsocket: /run/agent.sock\n"
                                 "pdp: {address: \"pdp.example:8443\"}\n"
                                 "tls: {certificate: a, key: b, ca: c}\n"
                                 "trust_domain: example.org\n"
                                 "data_directory: ",
                                 Data(), "\n", gate));
    return EngineSetup(file, engine);
  }

  std::string Data() const { return dir_.File("data"); }

  // As an agent does that runs on while the test asks.
  void HoldPolicy() {
    directory_ = DataDirectory::Open(Data()).value();
    store_ = SqliteLastPolicyStore::Open(*directory_,
                                         VchId::Parse("build-7").value())
                 .value();
    HeldPolicy held;
    held.policy.set_vch("vchs/build-7");
    held.policy.set_revision(42);
    auto* policy = held.policy.mutable_policy();
    policy->set_mode(policy::v1::Policy::MODE_WHITELIST);
    policy->add_insecure("lab.example:5000");
    ASSERT_TRUE(store_->Store(held).ok());
  }

  TempDir dir_;
  std::unique_ptr<DataDirectory> directory_;
  std::unique_ptr<SqliteLastPolicyStore> store_;
};

constexpr char kGate[] = "gate: {listen: \"127.0.0.1:3128\"}\n";

TEST_F(EngineSetupTest, ReadsThePolicyBesideARunningAgent) {
  HoldPolicy();
  const auto script = Print(kGate);
  ASSERT_TRUE(script.ok()) << script.status();
  EXPECT_THAT(*script, HasSubstr("revision 42"));
  EXPECT_THAT(*script, HasSubstr("location = \"lab.example:5000\""));
}

TEST_F(EngineSetupTest, SaysThatNoPolicyWasReceivedYet) {
  const auto script = Print(kGate);
  ASSERT_TRUE(script.ok()) << script.status();
  EXPECT_THAT(*script, HasSubstr("no policy yet"));
  EXPECT_THAT(*script, HasSubstr("HTTPS_PROXY=http://127.0.0.1:3128"));
}

TEST_F(EngineSetupTest, APolicyOfAnotherVchIsNone) {
  HoldPolicy();
  const auto script = Print(kGate, "skopeo", "another");
  ASSERT_TRUE(script.ok()) << script.status();
  EXPECT_THAT(*script, HasSubstr("no policy yet"));
  EXPECT_THAT(*script, Not(HasSubstr("lab.example")));
}

TEST_F(EngineSetupTest, ADamagedPolicyIsAnErrorAndNotAnEmptyOne) {
  HoldPolicy();
  store_.reset();
  directory_.reset();
  WriteFile(Data() + "/policy.db", std::string(8192, 'x'));
  EXPECT_FALSE(Print(kGate).ok());
}

TEST_F(EngineSetupTest, WithoutAGateThereIsNothingToPointTo) {
  const auto none = Print("");
  EXPECT_EQ(none.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(none.status().message()), HasSubstr("gate.listen"));
}

TEST_F(EngineSetupTest, AnyFreePortIsNoneThatStays) {
  const auto any = Print("gate: {listen: \"127.0.0.1:0\"}\n");
  EXPECT_EQ(any.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(any.status().message()), HasSubstr("free port"));
}

TEST_F(EngineSetupTest, AGateOnAllAddressesIsReachedOverLoopback) {
  EXPECT_THAT(*Print("gate: {listen: \"0.0.0.0:3128\"}\n"),
              HasSubstr("HTTP_PROXY=http://127.0.0.1:3128\n"));
  EXPECT_THAT(*Print("gate: {listen: \"[::]:3128\"}\n"),
              HasSubstr("HTTP_PROXY=http://[::1]:3128\n"));
  EXPECT_THAT(*Print("gate: {listen: \"10.0.0.7:3128\"}\n"),
              HasSubstr("HTTP_PROXY=http://10.0.0.7:3128\n"));
}

TEST_F(EngineSetupTest, AWrongConfigurationOrEngineIsSaid) {
  EXPECT_THAT(std::string(Print("gaet: {}\n").status().message()),
              HasSubstr("gaet"));
  EXPECT_THAT(std::string(Print(kGate, "rkt").status().message()),
              HasSubstr("rkt"));
}

}  // namespace
}  // namespace pullgate::agent
