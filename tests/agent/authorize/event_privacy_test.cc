// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// What a question or a registry says that is nobody's business does not get
// into events.

#include <memory>
#include <string>
#include <vector>

#include "agent/authorize/question.h"
#include "agent/authorize/verdict_proto.h"
#include "agent/verify/curl_registry_verifier.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/registry_server.h"
#include "tests/support/test_ca.h"
#include "tests/support/test_trust.h"

namespace pullgate::agent {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kHost[] = "registry.example.com";
constexpr char kSecret[] = "hunter2";
const absl::Time kNow =
    absl::FromCivil(absl::CivilDay(2026, 6, 1), absl::UTCTimeZone());

// Asked for, or refused; either way without the secret.
void ExpectDiscreet(const absl::StatusOr<PullQuestion>& question,
                    const std::string& text) {
  if (!question.ok()) {
    EXPECT_THAT(question.status().ToString(), Not(HasSubstr(kSecret))) << text;
    return;
  }
  pullgate::audit::v1::AuditEvent event;
  event.set_asked(question->asked);
  FillEvent(Verdict(), question->registry, &event);
  EXPECT_THAT(event.SerializeAsString(), Not(HasSubstr(kSecret))) << text;
}

TEST(EventPrivacyTest, WhatIsAskedIsKeptWithoutSecrets) {
  for (const std::string& text : std::vector<std::string>{
           "user:hunter2@registry.example.com",
           "hunter2@registry.example.com:5000",
           "registry.example.com?token=hunter2",
           "registry.example.com#hunter2",
           "https://user:hunter2@registry.example.com",
           "https://registry.example.com/v2/?token=hunter2",
           "registry.example.com:5000?hunter2",
           "user:hunter2@registry.example.com/team/app:1.0",
           "registry.example.com/team/app:1.0?token=hunter2",
           "registry.example.com/team/app:1.0#hunter2",
           "user:hunter2@registry.example.com/app@sha256:" +
               std::string(64, 'a'),
           "a@hunter2@registry.example.com/app",
       }) {
    pullgate::agent::v1::AuthorizePullRequest request;
    request.set_registry(text);
    ExpectDiscreet(ParseQuestion(request), text);
    request.set_image(text);
    ExpectDiscreet(ParseQuestion(request), text);
  }
}

class RegistryPrivacyTest : public ::testing::Test {
 protected:
  // The event of a question that this registry was asked for.
  std::string EventOf(const RegistryServerOptions& options, bool insecure) {
    const auto server = RegistryServer::Start(options);
    const RegistryAddress registry(std::nullopt, *DnsName::Parse(kHost),
                                   server->port());
    VerifyRequest request{registry, {}, TrustOnly({&root_}), {0}, false};
    Route route;
    route.host = registry.host();
    route.port = server->port();
    route.pinned = true;
    route.addresses = {*IpAddress::Parse("127.0.0.1")};
    if (insecure) route.certificate_check = CertificateCheck::kNone;
    request.routes = {route};
    Verdict verdict;
    verdict.verification = std::make_shared<const Verification>(
        CurlRegistryVerifier(&clock_).Verify(request, kNow + absl::Minutes(5)));
    verdict.message = verdict.verification->message;
    EXPECT_EQ(verdict.verification->attempts.size(), 1u);
    pullgate::audit::v1::AuditEvent event;
    FillEvent(verdict, registry, &event);
    EXPECT_GT(event.attempts_size(), 0);
    return event.DebugString();
  }

  const FakeClock clock_{kNow};
  const TestCertificate root_ = MakeTestRoot("Test Root");
  const TestCertificate leaf_ = root_.Issue(TestLeafOptions({kHost}));
};

TEST_F(RegistryPrivacyTest, WhereARegistryRedirectsToIsNotKept) {
  for (const char* status :
       {"301 Moved Permanently", "302 Found", "307 hunter2"}) {
    for (const bool insecure : {false, true}) {
      RegistryServerOptions options;
      options.chain = {&leaf_};
      options.status = status;
      options.headers =
          "Location: https://user:hunter2@elsewhere.example/v2/"
          "?token=hunter2\r\n";
      const std::string event = EventOf(options, insecure);
      EXPECT_THAT(event, Not(HasSubstr(kSecret)));
      EXPECT_THAT(event, Not(HasSubstr("elsewhere.example")));
    }
  }
}

TEST_F(RegistryPrivacyTest, WhatARegistrySaysInItsHeaderIsNotKept) {
  for (const char* status :
       {"200 OK", "401 Unauthorized", "404 hunter2", "500 hunter2"}) {
    RegistryServerOptions options;
    options.chain = {&leaf_};
    options.status = status;
    options.headers =
        "Docker-Distribution-API-Version: registry/2.0\r\n"
        "WWW-Authenticate: Bearer realm=\"https://auth.example/?t=hunter2\"\r\n"
        "Set-Cookie: session=hunter2\r\n"
        "Docker-Distribution-API-Version: hunter2\r\n";
    EXPECT_THAT(EventOf(options, false), Not(HasSubstr(kSecret))) << status;
  }
}

TEST_F(RegistryPrivacyTest, GarbageIsNotKept) {
  RegistryServerOptions options;
  options.chain = {&leaf_};
  options.status = "hunter2";
  EXPECT_THAT(EventOf(options, false), Not(HasSubstr(kSecret)));
}

}  // namespace
}  // namespace pullgate::agent
