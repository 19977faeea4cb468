// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// A comparison on random cases is worth what the cases are: each kind of rule,
// question, evidence and answer has to come up again and again.

#include "tests/common/policy/random_case.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "common/registry/docker_hub.h"
#include "gtest/gtest.h"
#include "tests/common/policy/oracle.h"
#include "tests/common/policy/oracle_rule.h"

namespace pullgate::testing {
namespace {

constexpr int kCases = 20000;
constexpr int kQuestionsPerPolicy = 20;

// How many cases show each trait.
class Census {
 public:
  // `written`: the policy before it was brought into canonical form.
  void Take(const PolicyText& written, const PolicyText& policy,
            const ProcessSettings& settings, const RegistryAddress& question,
            const Evidence& evidence) {
    traits_.clear();
    NoteWritten(written.whitelist, policy.whitelist);
    NoteWritten(written.insecure, policy.insecure);
    for (const std::string& rule : policy.whitelist) {
      NoteRule("whitelist", rule, question);
    }
    for (const std::string& rule : policy.insecure) {
      NoteRule("insecure", rule, question);
    }
    Note("mode open", policy.mode == PolicyMode::kOpen);
    Note("insecure by evidence", policy.insecure_by_evidence);
    NoteSettings(settings, question, evidence);
    NoteQuestion(question);
    NoteEvidence(evidence);
    NoteAnswer(Consult(policy, settings, question, evidence));
    for (const auto& [trait, shown] : traits_) counts_[trait] += shown ? 1 : 0;
  }

  // By name; all that were ever looked for are there.
  const std::map<std::string, int>& counts() const { return counts_; }

 private:
  void Note(const std::string& trait, bool shown) { traits_[trait] |= shown; }

  void NoteWritten(const std::vector<std::string>& written,
                   const std::vector<std::string>& canonical) {
    for (const std::string& rule : written) {
      Note("IPv4-mapped IPv6 rule", absl::StrContains(rule, "::ffff:"));
      Note("host bits set", absl::StrContains(rule, ".7/24"));
    }
    Note("canonical form differs", written != canonical);
    const std::set<std::string> distinct(canonical.begin(), canonical.end());
    Note("repeated rule", distinct.size() < canonical.size());
  }

  void NoteRule(const std::string& list, const std::string& text,
                const RegistryAddress& question) {
    const OneRule rule = ReadRule(text);
    const bool block = rule.kind == OneRule::Kind::kBlock;
    const bool v4 = rule.block.base.is_v4();
    Note(list + " exact name", rule.kind == OneRule::Kind::kName);
    Note(list + " wildcard", rule.kind == OneRule::Kind::kWildcard);
    Note(list + " IPv4 address", block && rule.exact() && v4);
    Note(list + " IPv6 address", block && rule.exact() && !v4);
    Note(list + " IPv4 block", block && !rule.exact() && v4);
    Note(list + " IPv6 block", block && !rule.exact() && !v4);
    Note(list + " with https", rule.scheme == "https");
    Note(list + " of Docker Hub's domain",
         absl::EndsWith(rule.name, "docker.io"));
    if (list == "insecure") Note("insecure http", rule.scheme == "http");
    const int asked = question.port().value_or(0);
    Note("port equal", rule.port != 0 && rule.port == asked);
    Note("port different", rule.port != 0 && asked != 0 && rule.port != asked);
    Note("port only in rule", rule.port != 0 && asked == 0);
    Note("port only in question", rule.port == 0 && asked != 0);
    const std::string name =
        question.name() != nullptr ? question.name()->text() : "";
    Note("name equal", rule.kind == OneRule::Kind::kName && rule.name == name);
    Note("wildcard over name", !block && NameFits(rule, name) &&
                                   rule.kind == OneRule::Kind::kWildcard);
    Note("block around address", block && question.address() != nullptr &&
                                     rule.block.Has(*question.address()));
  }

  void NoteSettings(const ProcessSettings& settings,
                    const RegistryAddress& question, const Evidence& evidence) {
    for (const ProtectedRegistryText& registry :
         settings.protected_registries) {
      const std::optional<Block> block = ReadBlock(registry.host);
      Note("protected name asked",
           question.name() != nullptr &&
               question.name()->text() == registry.host);
      Note("protected address or block asked",
           block && question.address() != nullptr &&
               block->Has(*question.address()));
      for (const IpAddress& address : evidence.addresses) {
        Note("protected address or block in evidence",
             block && block->Has(address));
        for (const std::string& known : registry.addresses) {
          Note("a protected name's address in evidence",
               ReadBlock(known)->Has(address));
        }
      }
      for (const DnsName& name : evidence.names) {
        Note("protected name in evidence", name.text() == registry.host);
      }
    }
    for (const std::string& text : settings.unpinnable_addresses) {
      for (const IpAddress& address : evidence.addresses) {
        Note("unpinnable address in evidence", ReadBlock(text)->Has(address));
      }
    }
  }

  void NoteQuestion(const RegistryAddress& question) {
    Note("asks name", question.name() != nullptr);
    Note("asks IPv4",
         question.address() != nullptr && question.address()->is_v4());
    Note("asks IPv6",
         question.address() != nullptr && !question.address()->is_v4());
    Note("asks Docker Hub", IsDockerHub(question));
    Note("asks Docker Hub's name on another port",
         question.name() != nullptr &&
             IsDockerHubName(question.name()->text()) &&
             !IsDockerHub(question));
    Note("asks https only", question.scheme() == Scheme::kHttps);
    Note("asks http only", question.scheme() == Scheme::kHttp);
  }

  void NoteEvidence(const Evidence& evidence) {
    const bool looked_up = evidence.outcome == Evidence::Outcome::kLookedUp;
    const bool empty = evidence.addresses.empty() && evidence.names.empty();
    Note("evidence absent", evidence.outcome == Evidence::Outcome::kAbsent);
    Note("evidence failed", evidence.outcome == Evidence::Outcome::kFailed);
    Note("evidence empty", looked_up && empty);
    Note("several addresses", evidence.addresses.size() > 1);
    Note("several names", evidence.names.size() > 1);
    Note("both families", !evidence.addresses.empty() &&
                              evidence.addresses.front().is_v4() &&
                              !evidence.addresses.back().is_v4());
    for (const DnsName& name : evidence.names) {
      Note("Docker Hub in evidence", IsDockerHubName(name.text()));
    }
  }

  void NoteAnswer(const Answer& answer) {
    const auto denied = [&](DenyReason reason) {
      return answer.effect == Effect::kDeny && answer.reason == reason;
    };
    Note("NOT_WHITELISTED", denied(DenyReason::kNotWhitelisted));
    Note("PLAINTEXT_REFUSED", denied(DenyReason::kPlaintextRefused));
    Note("ADDRESS_REFUSED", denied(DenyReason::kAddressRefused));
    Note("EVIDENCE_UNAVAILABLE", denied(DenyReason::kEvidenceUnavailable));
    Note("decided by a whitelist rule",
         absl::StartsWith(answer.rule, "whitelist"));
    Note("decided by an insecure rule",
         absl::StartsWith(answer.rule, "insecure"));
    const bool permit = answer.effect == Effect::kPermit;
    Note("permit without a rule", permit && answer.rule.empty());
    Note("both routes", answer.routes.size() == 2);
    Note("HTTP alone",
         answer.routes.size() == 1 && answer.routes[0].scheme == Scheme::kHttp);
    Note("verified", permit && answer.routes[0].certificate_check ==
                                   CertificateCheck::kRequired);
    Note("unverified", permit && answer.routes[0].certificate_check ==
                                     CertificateCheck::kNone);
    Note("unpinned", permit && !answer.routes[0].pinned);
    Note("several pins", permit && answer.routes[0].addresses.size() > 1);
  }

  std::map<std::string, bool> traits_;
  std::map<std::string, int> counts_;
};

TEST(RandomCasesTest, EveryKindComesUpOften) {
  RandomCases cases(1);
  Census census;
  int taken = 0;
  while (taken < kCases) {
    const ProcessSettings settings = cases.Settings();
    const PolicyText written = cases.Policy();
    const CompileResult compiled = CompilePolicy(written, settings);
    if (compiled.snapshot == nullptr) continue;
    const PolicyText canonical = compiled.snapshot->canonical();
    for (int i = 0; i < kQuestionsPerPolicy; ++i, ++taken) {
      const RegistryAddress question = cases.Question();
      census.Take(written, canonical, settings, question,
                  cases.EvidenceFor(question));
    }
  }
  EXPECT_GE(census.counts().size(), 60u);
  for (const auto& [trait, count] : census.counts()) {
    EXPECT_GE(count, taken / 200) << trait;
  }
}

TEST(RandomCasesTest, MostPoliciesCompile) {
  RandomCases cases(1);
  int compiled = 0;
  for (int i = 0; i < 1000; ++i) {
    const ProcessSettings settings = cases.Settings();
    const CompileResult result = CompilePolicy(cases.Policy(), settings);
    compiled += result.snapshot != nullptr ? 1 : 0;
  }
  EXPECT_GE(compiled, 300);
}

TEST(RandomCasesTest, AreTheSameForTheSameSeed) {
  RandomCases a(5);
  RandomCases b(5);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(a.Policy().insecure, b.Policy().insecure);
    EXPECT_EQ(a.Question().ToString(), b.Question().ToString());
  }
}

}  // namespace
}  // namespace pullgate::testing
