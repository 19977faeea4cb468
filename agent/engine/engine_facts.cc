// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/engine/engine_facts.h"

#include <map>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/crypto/ca_entry.h"
#include "common/policy/decide.h"
#include "common/policy/decision.h"
#include "common/policy/evidence.h"
#include "common/policy/policy_snapshot.h"
#include "common/policy/rule.h"
#include "common/registry/docker_hub.h"
#include "common/registry/registry_address.h"
#include "common/status/status_macros.h"
#include "common/wire/effective_policy.h"

namespace pullgate::agent {
namespace {

using Questions = std::map<std::string, RegistryAddress>;

std::string AuthorityOf(const RegistryAddress& question) {
  if (IsDockerHub(question)) return std::string(kDockerHubName);
  const IpAddress* address = question.address();
  std::string text = HostToString(question.host());
  if (address != nullptr && !address->is_v4())
    text = absl::StrCat("[", text, "]");
  if (question.port().has_value())
    absl::StrAppend(&text, ":", *question.port());
  return text;
}

absl::StatusOr<RegistryHost> HostOf(const Rule& rule) {
  if (rule.prefix() != nullptr) return RegistryHost(rule.prefix()->base());
  PULLGATE_ASSIGN_OR_RETURN(const RegistryAddress name,
                            RegistryAddress::Parse(rule.name()));
  return name.host();
}

// What people write who pull from it: a default port may be left out.
void AddQuestions(const RegistryHost& host, std::optional<uint16_t> port,
                  Questions& questions) {
  const auto add = [&questions, &host](std::optional<uint16_t> at) {
    const RegistryAddress question(std::nullopt, host, at);
    questions.emplace(AuthorityOf(question), question);
  };
  if (port.has_value()) add(port);
  const uint16_t known = port.value_or(DefaultPort(Scheme::kHttps));
  if (known == DefaultPort(Scheme::kHttps) ||
      known == DefaultPort(Scheme::kHttp)) {
    add(std::nullopt);
  }
}

// Goes through a policy's rules once.
class RuleReader {
 public:
  RuleReader(PolicyMode mode, EngineFacts* facts)
      : facts_(*facts), broadly_permits_(mode == PolicyMode::kOpen) {}

  absl::Status ReadWhitelist(const std::vector<std::string>& rules) {
    for (const std::string& text : rules) {
      PULLGATE_ASSIGN_OR_RETURN(const Rule rule, Read(text));
      if (!rule.is_exact()) broadly_permits_ = true;
    }
    return absl::OkStatus();
  }

  absl::Status ReadInsecure(const std::vector<std::string>& rules) {
    for (size_t i = 0; i < rules.size(); ++i) {
      PULLGATE_ASSIGN_OR_RETURN(const Rule rule, Read(rules[i]));
      if (rule.is_exact()) continue;
      facts_.broad_insecure.push_back(
          {rule.is_block() ? BroadRule::Kind::kBlock
                           : BroadRule::Kind::kWildcard,
           absl::StrCat("insecure[", i, "]"), rule.ToString(),
           rule.port().has_value()});
    }
    return absl::OkStatus();
  }

  // After the lists. What a scope names need not be permitted; that is asked
  // later.
  absl::Status ReadScopes(const std::vector<std::vector<std::string>>& scopes) {
    for (size_t i = 0; i < scopes.size(); ++i) {
      BroadCa ca{absl::StrCat("registry_cas[", i, "]"), {}};
      for (const std::string& text : scopes[i]) {
        PULLGATE_ASSIGN_OR_RETURN(const Rule rule, Read(text));
        if (!rule.is_exact()) ca.scope.push_back(rule.ToString());
      }
      if (scopes[i].empty() ? broadly_permits_ : !ca.scope.empty()) {
        facts_.broad_cas.push_back(std::move(ca));
      }
    }
    return absl::OkStatus();
  }

  const Questions& questions() const { return questions_; }
  bool covers_every_port(const std::string& authority) const {
    return every_port_.count(authority) != 0;
  }

 private:
  absl::StatusOr<Rule> Read(const std::string& text) {
    PULLGATE_ASSIGN_OR_RETURN(const WrittenRule written, ParseRule(text));
    const Rule& rule = written.rule;
    if (!rule.is_exact()) return rule;
    PULLGATE_ASSIGN_OR_RETURN(const RegistryHost host, HostOf(rule));
    AddQuestions(host, rule.port(), questions_);
    if (!rule.port().has_value() && !rule.scheme().has_value()) {
      every_port_.insert(
          AuthorityOf(RegistryAddress(std::nullopt, host, std::nullopt)));
    }
    return rule;
  }

  EngineFacts& facts_;
  // Whether registries that no rule names may be used verified.
  bool broadly_permits_;
  Questions questions_;
  std::set<std::string> every_port_;
};

// Nullopt if the policy denies it by what is asked alone.
absl::StatusOr<std::optional<NamedRegistry>> Treatment(
    const PolicySnapshot& policy, const std::string& authority,
    const RegistryAddress& question) {
  PULLGATE_ASSIGN_OR_RETURN(const Decision decision,
                            Decide(policy, question, Evidence{}));
  if (decision.effect != Effect::kPermit) return std::nullopt;
  NamedRegistry registry;
  registry.authority = authority;
  registry.is_address = question.address() != nullptr;
  registry.verified = !decision.insecure();
  registry.https = false;
  for (const Route& route : decision.routes) {
    (route.scheme == Scheme::kHttps ? registry.https : registry.http) = true;
  }
  if (registry.verified) registry.cas = policy.CaEntriesInScope(question);
  return registry;
}

// Without revocation lists, which no engine reads; they come last.
std::string CertificatesOf(const std::string& pem, int position) {
  const CaEntry entry = ParseCaEntry(
      pem, absl::StrCat("registry_cas[", position, "].pem"), absl::Time());
  return entry.canonical_pem.substr(
      0, entry.canonical_pem.find("-----BEGIN X509 CRL-----"));
}

absl::Status ReadPolicy(const pullgate::sync::v1::EffectivePolicy& proto,
                        EngineFacts& facts) {
  PULLGATE_ASSIGN_OR_RETURN(const std::shared_ptr<const PolicySnapshot> policy,
                            wire::CompileEffectivePolicy(proto));
  const PolicyText text = policy->canonical();
  RuleReader reader(policy->mode(), &facts);
  PULLGATE_RETURN_IF_ERROR(reader.ReadWhitelist(text.whitelist));
  PULLGATE_RETURN_IF_ERROR(reader.ReadInsecure(text.insecure));
  PULLGATE_RETURN_IF_ERROR(reader.ReadScopes(text.ca_scopes));
  for (const auto& [authority, question] : reader.questions()) {
    PULLGATE_ASSIGN_OR_RETURN(std::optional<NamedRegistry> registry,
                              Treatment(*policy, authority, question));
    if (!registry.has_value()) continue;
    registry->every_port = reader.covers_every_port(authority);
    facts.named.push_back(*std::move(registry));
  }
  for (int i = 0; i < proto.policy().registry_cas_size(); ++i) {
    facts.ca_pems.push_back(
        CertificatesOf(proto.policy().registry_cas(i).pem(), i));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<EngineFacts> EngineFactsOf(
    absl::string_view vch, absl::string_view gate,
    const std::optional<pullgate::sync::v1::EffectivePolicy>& policy) {
  EngineFacts facts;
  facts.vch = std::string(vch);
  facts.gate = std::string(gate);
  if (!policy.has_value()) return facts;
  facts.revision = policy->revision();
  facts.has_policy = policy->has_policy();
  if (!facts.has_policy) return facts;
  facts.use_public_cas = !policy->policy().has_use_public_cas() ||
                         policy->policy().use_public_cas();
  PULLGATE_RETURN_IF_ERROR(ReadPolicy(*policy, facts));
  return facts;
}

}  // namespace pullgate::agent
