// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// From a question to a permit with DNS in the hands of an attacker: real
// resolver and cache, real decision, real connections. Whatever he says, there
// is no permit that the true answer would not give, and no connection to an
// address that was not decided on.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/authorize/verdict_finder.h"
#include "agent/decide/decider.h"
#include "agent/verify/curl_registry_verifier.h"
#include "common/dns/ares_host_resolver.h"
#include "common/dns/caching_host_resolver.h"
#include "common/time/clock.h"
#include "gtest/gtest.h"
#include "tests/fakes/agent/fake_pdp_client.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_dns_server.h"
#include "tests/fakes/registry_server.h"
#include "tests/support/agent/effective_policies.h"
#include "tests/support/agent/issue_by_policy.h"
#include "tests/support/test_ca.h"

namespace pullgate::agent {
namespace {

namespace pb = pullgate::decision::v1;

constexpr char kName[] = "registry.example";
constexpr char kHere[] = "127.0.0.2";
constexpr char kElsewhere[] = "127.0.0.3";
// What loopback stands for outside tests: an address that no evidence pins.
constexpr char kUnpinnable[] = "127.0.0.1/32";

class HostileDnsVerdictTest : public testing::Test {
 protected:
  HostileDnsVerdictTest() {
    pdp_.AnswerBy([this](const PdpQuestion& question) {
      return IssueByPolicy(*holder_.Current(), question);
    });
    here_ = Serve(kHere, 0);
    elsewhere_ = Serve(kElsewhere, here_->port());
  }

  std::unique_ptr<RegistryServer> Serve(const std::string& address,
                                        uint16_t port) {
    RegistryServerOptions options;
    options.chain = {&leaf_};
    options.address = address;
    options.port = port;
    return RegistryServer::Start(options);
  }

  void Whitelist(const std::vector<std::string>& rules) {
    auto policy = WithCa(WhitelistPolicy(++revision_, rules), root_.Pem());
    policy.add_unpinnable_addresses(kUnpinnable);
    ASSERT_TRUE(holder_.Replace(Activate(policy)).ok());
    holder_.GrantLease(
        {revision_, wall_.Now(), boot_.Now(), absl::Minutes(10)});
  }

  // Asks for the host at the port of the registries.
  Verdict Find(const std::string& host) {
    if (finder_ == nullptr) MakeFinder();
    const auto question =
        RegistryAddress::ParseQuestion(absl::StrCat(host, ":", here_->port()));
    return finder_->Find(question.value());
  }

  void MakeFinder() {
    AresResolverOptions options;
    options.servers = {{IpAddress::FromV4Bytes({127, 0, 0, 1}), dns_.port()}};
    options.hosts_file = "";
    options.resolv_conf = "/dev/null";
    options.attempt_timeout = attempt_timeout_;
    options.attempts = 1;
    resolver_ = std::make_unique<CachingHostResolver>(
        AresHostResolver::Create(options).value(), &dns_clock_,
        LookupCacheOptions());
    VerdictFinderOptions times;
    times.dns_timeout = absl::Seconds(20);
    finder_ = std::make_unique<VerdictFinder>(resolver_.get(), &decider_,
                                              &holder_, &verifier_, &verdicts_,
                                              &wall_, &boot_, times);
  }

  void ExpectDenied(const Verdict& verdict, pb::DenyReason reason) {
    EXPECT_FALSE(verdict.permits());
    EXPECT_EQ(verdict.reason, reason) << verdict.message;
    EXPECT_EQ(here_->connections() + elsewhere_->connections(), 0);
  }

  const TestCertificate root_ = MakeTestRoot("Test Root");
  const TestCertificate leaf_ =
      root_.Issue(TestLeafOptions({kName, "third.example", kHere, kElsewhere}));
  FakeDnsServer dns_;
  std::unique_ptr<RegistryServer> here_;
  std::unique_ptr<RegistryServer> elsewhere_;
  absl::Duration attempt_timeout_ = absl::Seconds(20);

  SystemClock wall_;  // deadlines of real sockets
  FakeClock dns_clock_{absl::UnixEpoch()};
  FakeClock boot_{absl::UnixEpoch()};
  FakePdpClient pdp_;
  PolicyHolder holder_{&wall_, &boot_};
  int64_t revision_ = 0;
  DecisionCache decisions_{&boot_, 100};
  VerdictCache verdicts_{&boot_, 100, absl::Seconds(30)};
  CurlRegistryVerifier verifier_{&wall_};
  Decider decider_{VchId::Parse(kTestVch).value(),
                   &pdp_,
                   &decisions_,
                   &holder_,
                   &wall_,
                   &boot_,
                   DeciderOptions()};
  std::unique_ptr<CachingHostResolver> resolver_;
  std::unique_ptr<VerdictFinder> finder_;
};

// What the rest is held against: the truth gives permits.

TEST_F(HostileDnsVerdictTest, ANameIsReachedAtItsAddress) {
  Whitelist({kName});
  dns_.Add(AddressRecord(kName, kHere));
  const Verdict verdict = Find(kName);
  ASSERT_TRUE(verdict.permits()) << verdict.message;
  EXPECT_EQ(verdict.verification->usable->address.ToString(), kHere);
}

TEST_F(HostileDnsVerdictTest, AnAddressIsReachedByItsConfirmedName) {
  Whitelist({kName});
  dns_.Add(PtrRecord(kHere, kName));
  dns_.Add(AddressRecord(kName, kHere));
  EXPECT_TRUE(Find(kHere).permits());
}

// The owner of an address says what it is called.

TEST_F(HostileDnsVerdictTest, ASpoofedPtrNameGivesNothing) {
  Whitelist({kName});
  dns_.Add(PtrRecord(kHere, kName));
  dns_.Add(AddressRecord(kName, kElsewhere));
  ExpectDenied(Find(kHere), pb::DENY_REASON_NOT_WHITELISTED);
}

TEST_F(HostileDnsVerdictTest, ASpoofedPtrNameBesideAConfirmedOneGivesNothing) {
  Whitelist({kName});
  dns_.Add(PtrRecord(kHere, kName));
  dns_.Add(PtrRecord(kHere, "mine.example"));
  dns_.Add(AddressRecord(kName, kElsewhere));
  dns_.Add(AddressRecord("mine.example", kHere));
  ExpectDenied(Find(kHere), pb::DENY_REASON_NOT_WHITELISTED);
}

TEST_F(HostileDnsVerdictTest, AThousandPtrNamesAreSixteen) {
  Whitelist({kName});
  for (int i = 0; i < 1000; ++i) {
    dns_.Add(PtrRecord(kHere, absl::StrCat("n", i, ".example")));
  }
  dns_.Add(PtrRecord(kHere, kName));
  dns_.Add(AddressRecord(kName, kHere));
  ExpectDenied(Find(kHere), pb::DENY_REASON_NOT_WHITELISTED);
  EXPECT_LE(dns_.all_queries(), 2 + 2 * 16);
}

TEST_F(HostileDnsVerdictTest, ANameThatCannotBeConfirmedLeavesTheRestOpen) {
  Whitelist({kName});
  dns_.Add(PtrRecord(kHere, kName));
  dns_.Add(PtrRecord(kHere, "broken.example"));
  dns_.Add(AddressRecord(kName, kHere));
  dns_.Play("broken.example", DnsTrick::kServfail);
  ExpectDenied(Find(kHere), pb::DENY_REASON_EVIDENCE_UNAVAILABLE);
}

// The owner of a name says where it is.

TEST_F(HostileDnsVerdictTest, BetweenEvidenceAndConnectionNothingIsLookedUp) {
  Whitelist({absl::StrCat(kHere, "/32")});
  dns_.Rebind(kName, {kHere, kElsewhere});
  const Verdict verdict = Find(kName);
  ASSERT_TRUE(verdict.permits()) << verdict.message;
  EXPECT_EQ(verdict.verification->usable->address.ToString(), kHere);
  EXPECT_EQ(here_->connections(), 1);
  EXPECT_EQ(elsewhere_->connections(), 0);
  dns_.AwaitQueries(kName, 2);  // it counts after it answers
  EXPECT_EQ(dns_.all_queries(), 2) << "A and AAAA, once";
}

TEST_F(HostileDnsVerdictTest, ARebindingIsDecidedAnew) {
  Whitelist({absl::StrCat(kHere, "/32")});
  dns_.Rebind(kName, {kHere, kElsewhere});
  ASSERT_TRUE(Find(kName).permits());
  dns_clock_.Advance(absl::Seconds(1));
  const Verdict verdict = Find(kName);
  EXPECT_EQ(verdict.reason, pb::DENY_REASON_NOT_WHITELISTED);
  EXPECT_EQ(elsewhere_->connections(), 0);
}

TEST_F(HostileDnsVerdictTest, ARebindingBetweenPtrAndConfirmationGivesNothing) {
  Whitelist({kName});
  dns_.Add(PtrRecord(kHere, kName, /*ttl=*/0));
  dns_.Rebind(kName, {kElsewhere, kHere});
  ExpectDenied(Find(kHere), pb::DENY_REASON_NOT_WHITELISTED);
}

TEST_F(HostileDnsVerdictTest, ANameIsNotLedToThisMachine) {
  Whitelist({kName});
  dns_.Add(AddressRecord(kName, "127.0.0.1"));
  ExpectDenied(Find(kName), pb::DENY_REASON_ADDRESS_REFUSED);
}

TEST_F(HostileDnsVerdictTest, AnAliasOfAPermittedNameIsNotPermitted) {
  Whitelist({kName});
  dns_.Add(AddressRecord(kName, kHere));
  dns_.Add(CnameRecord("other.example", kName));
  ExpectDenied(Find("other.example"), pb::DENY_REASON_NOT_WHITELISTED);
}

TEST_F(HostileDnsVerdictTest, NoTtlKeepsAnAnswerOutOfBounds) {
  Whitelist({kName});
  const std::vector<std::pair<uint32_t, absl::Duration>> kept = {
      {0, absl::Seconds(1)},
      {1u << 31, absl::Seconds(1)},
      {UINT32_MAX, absl::Seconds(1)},
      {INT32_MAX, absl::Minutes(5)}};
  dns_.SetNegativeTtl(INT32_MAX);  // there is no AAAA record
  for (const auto& [ttl, lasts] : kept) {
    const std::string name = absl::StrCat("n", ttl, ".example");
    dns_.Add(AddressRecord(name, kHere, ttl));
    (void)Find(name);
    dns_clock_.Advance(lasts - absl::Nanoseconds(1));
    (void)Find(name);
    dns_.AwaitQueries(name, 2);
    EXPECT_EQ(dns_.udp_queries(name), 2) << ttl;
    dns_clock_.Advance(absl::Nanoseconds(1));
    (void)Find(name);
    dns_.AwaitQueries(name, 4);
    EXPECT_EQ(dns_.udp_queries(name), 4) << ttl;
  }
}

// Somebody else answers.

TEST_F(HostileDnsVerdictTest, AForgedReplyLeadsNowhere) {
  Whitelist({kName});
  for (const DnsTrick trick :
       {DnsTrick::kForgedIdFirst, DnsTrick::kForgedSourceFirst,
        DnsTrick::kForgedQuestionFirst, DnsTrick::kForgedCaseFirst,
        DnsTrick::kEmptyDatagramFirst}) {
    dns_.Remove(kName);
    dns_.Add(AddressRecord(kName, kHere));
    dns_.Play("", trick);
    dns_clock_.Advance(absl::Hours(1));
    const Verdict verdict = Find(kName);
    ASSERT_TRUE(verdict.permits()) << verdict.message;
    ASSERT_EQ(verdict.evidence.addresses.size(), 1u);
    EXPECT_EQ(verdict.verification->usable->address.ToString(), kHere)
        << static_cast<int>(trick);
  }
}

TEST_F(HostileDnsVerdictTest, WithoutAWholeAnswerThereIsNoPermit) {
  attempt_timeout_ = absl::Milliseconds(20);
  Whitelist({absl::StrCat(kHere, "/32"), kName});
  dns_.Add(AddressRecord("third.example", kHere));
  dns_.Add(PtrRecord(kElsewhere, kName));
  dns_.Add(AddressRecord(kName, kElsewhere));
  for (const DnsTrick trick :
       {DnsTrick::kSilent, DnsTrick::kServfail, DnsTrick::kRefused,
        DnsTrick::kTruncatedAlways, DnsTrick::kHangUp, DnsTrick::kOtherOwner,
        DnsTrick::kCompressionLoop, DnsTrick::kAliasLoop, DnsTrick::kCutShort,
        DnsTrick::kGarbage}) {
    SCOPED_TRACE(static_cast<int>(trick));
    // By name and by address; all of it, and one half of a forward look-up.
    dns_.Play("", trick);
    ExpectDenied(Find("third.example"), pb::DENY_REASON_EVIDENCE_UNAVAILABLE);
    ExpectDenied(Find(kElsewhere), pb::DENY_REASON_EVIDENCE_UNAVAILABLE);
    dns_.Play("", DnsTrick::kNone);
    if (trick == DnsTrick::kOtherOwner) continue;  // there are none of AAAA
    dns_.PlayFor("third.example", kDnsAaaa, trick);
    dns_.PlayFor(kName, kDnsAaaa, trick);
    ExpectDenied(Find("third.example"), pb::DENY_REASON_EVIDENCE_UNAVAILABLE);
    ExpectDenied(Find(kElsewhere), pb::DENY_REASON_EVIDENCE_UNAVAILABLE);
    dns_.PlayFor("third.example", kDnsAaaa, DnsTrick::kNone);
    dns_.PlayFor(kName, kDnsAaaa, DnsTrick::kNone);
    dns_clock_.Advance(absl::Hours(1));
  }
}

}  // namespace
}  // namespace pullgate::agent
