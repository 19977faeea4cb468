// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/policy/compiled_settings.h"
#include "common/policy/finding_list.h"
#include "common/policy/hub_findings.h"
#include "common/policy/matches.h"
#include "common/policy/overlap_findings.h"
#include "common/policy/policy_index.h"
#include "common/policy/policy_snapshot.h"
#include "common/policy/rule.h"
#include "common/policy/rule_checks.h"
#include "common/policy/scope_findings.h"

namespace pullgate {
namespace {

using List = FindingPlace::List;

size_t CountRules(const PolicyText& text) {
  size_t count = text.whitelist.size() + text.insecure.size();
  for (const std::vector<std::string>& scope : text.ca_scopes) {
    count += scope.size();
  }
  return count;
}

// That a whitelist was given means that it is to count.
PolicyMode ResolveMode(const PolicyText& text, PolicyMode stored) {
  if (text.mode != PolicyMode::kUnspecified) return text.mode;
  const bool whitelist =
      !text.whitelist.empty() || stored == PolicyMode::kWhitelist;
  return whitelist ? PolicyMode::kWhitelist : PolicyMode::kOpen;
}

// The question that names the rule's host, to ask which CAs vouch for it.
RegistryAddress QuestionAbout(const Rule& rule) {
  if (rule.prefix() != nullptr) {
    return RegistryAddress(rule.scheme(), rule.prefix()->base(), rule.port());
  }
  return RegistryAddress(rule.scheme(), *DnsName::Parse(rule.name()),
                         rule.port());
}

}  // namespace

// Reads the lists one after the other, then says what is to be said about them
// together.
class PolicyCompiler {
 public:
  PolicyCompiler(const PolicyText& text, const ProcessSettings& settings,
                 PolicyMode stored_mode, PolicyOrigin origin)
      : text_(text),
        settings_(CompileSettings(settings)),
        submitted_(origin == PolicyOrigin::kSubmitted),
        index_(std::make_unique<PolicyIndex>()) {
    index_->has_policy = true;
    index_->mode = ResolveMode(text, stored_mode);
    index_->insecure_by_evidence = text.insecure_by_evidence;
    index_->whitelist_size = text.whitelist.size();
    index_->insecure_size = text.insecure.size();
  }

  CompileResult Compile() {
    const size_t count = CountRules(text_);
    if (count > kMaxRules) {
      findings_.Error({List::kWhitelist, kMaxRules}, "TOO_MANY_RULES",
                      absl::StrCat("the lists have ", count,
                                   " rules together, "
                                   "and ",
                                   kMaxRules, " are allowed"));
      return Finish();
    }
    CheckMode();
    ReadRules(text_.whitelist, List::kWhitelist);
    ReadRules(text_.insecure, List::kInsecure);
    ReadScopes();
    if (findings_.has_error()) return Finish();
    index_->rules = std::move(rules_).Build();
    index_->scopes = std::move(scopes_).Build();
    if (submitted_) RemarkOnAll();
    return Finish();
  }

 private:
  void CheckMode() {
    if (index_->mode == PolicyMode::kOpen) {
      if (!text_.whitelist.empty()) {
        findings_.Error({List::kMode}, "OPEN_WITH_WHITELIST",
                        "mode OPEN allows every registry and takes no "
                        "whitelist; did you mean mode WHITELIST?");
      } else if (submitted_) {
        findings_.Notice({List::kMode}, "MODE_OPEN",
                         "mode OPEN: every registry is allowed, those not "
                         "listed as insecure with a verified certificate");
      }
    }
  }

  void ReadRules(const std::vector<std::string>& texts, List list) {
    const RuleList rule_list =
        list == List::kInsecure ? RuleList::kInsecure : RuleList::kWhitelist;
    for (size_t i = 0; i < texts.size(); ++i) {
      const FindingPlace place = {list, i};
      const std::optional<WrittenRule> written = Read(texts[i], place);
      if (!written.has_value()) continue;
      if (submitted_) RemarkOn(*written, place, index_->mode, findings_);
      rules_.Add(written->rule, rule_list, static_cast<uint32_t>(i));
      if (list == List::kWhitelist && submitted_) NotePrivate(*written, i);
    }
  }

  void ReadScopes() {
    for (size_t entry = 0; entry < text_.ca_scopes.size(); ++entry) {
      std::vector<std::string> canonical;
      for (size_t i = 0; i < text_.ca_scopes[entry].size(); ++i) {
        const FindingPlace place = {List::kCaScopes, entry, i};
        const std::optional<WrittenRule> written =
            Read(text_.ca_scopes[entry][i], place);
        if (!written.has_value()) continue;
        RemarkOnScope(*written, place);
        scopes_.Add(written->rule, RuleList::kCaScope,
                    static_cast<uint32_t>(entry));
        canonical.push_back(written->rule.ToString());
      }
      index_->ca_scopes.push_back(std::move(canonical));
    }
  }

  std::optional<WrittenRule> Read(const std::string& text,
                                  const FindingPlace& place) {
    absl::StatusOr<WrittenRule> written = ParseRule(text);
    if (!written.ok()) {
      findings_.Error(place, "INVALID_RULE",
                      std::string(written.status().message()));
      return std::nullopt;
    }
    CheckForList(*written, place,
                 submitted_ ? &settings_.protected_registries : nullptr,
                 findings_);
    return *std::move(written);
  }

  void RemarkOnScope(const WrittenRule& written, const FindingPlace& place) {
    if (!submitted_ || !written.had_host_bits) return;
    findings_.Notice(place, "HOST_BITS_SET",
                     absl::StrCat("host bits were masked away; the rule is \"",
                                  written.rule.ToString(), "\""));
  }

  // Remembers the exact whitelist entries that no public CA vouches for.
  void NotePrivate(const WrittenRule& written, size_t position) {
    if (written.rule.is_exact() && IsPrivateHost(written.rule)) {
      private_entries_.emplace_back(position, written.rule);
    }
  }

  void RemarkOnAll() {
    FindOverlaps(index_->rules, findings_);
    if (index_->mode == PolicyMode::kWhitelist) {
      FindUnmatchedScopes(index_->rules, index_->scopes,
                          index_->ca_scopes.size(), findings_);
      FindHubCompanions(index_->rules, findings_);
    }
    for (const auto& [position, rule] : private_entries_) {
      RemarkOnMissingCa(rule, {List::kWhitelist, position});
    }
  }

  void RemarkOnMissingCa(const Rule& rule, const FindingPlace& place) {
    if (rule.scheme() == Scheme::kHttp) return;
    const RegistryAddress question = QuestionAbout(rule);
    const EndpointMatches matches =
        DirectMatches(index_->rules, question).At(Scheme::kHttps);
    const bool verified = GoesBefore(matches.whitelist, matches.insecure);
    if (!verified || HasCaInScope(question)) return;
    findings_.Notice(place, "NO_CA_IN_SCOPE",
                     absl::StrCat("\"", rule.ToString(),
                                  "\": no CA certificate has it in scope, so "
                                  "only a public CA can vouch for it"));
  }

  bool HasCaInScope(const RegistryAddress& question) const {
    for (const std::vector<std::string>& scope : index_->ca_scopes) {
      if (scope.empty()) return true;
    }
    const Matches matches = DirectMatches(index_->scopes, question);
    return matches.At(Scheme::kHttps).whitelist.rank != 0;
  }

  CompileResult Finish() {
    CompileResult result;
    bool failed = findings_.has_error();
    result.findings = std::move(findings_).Take();
    for (Finding& finding : settings_.findings) {
      if (finding.severity != Severity::kError) continue;
      failed = true;
      result.findings.push_back(std::move(finding));
    }
    if (failed) return result;
    index_->protected_registries = std::move(settings_.protected_registries);
    index_->unpinnable = std::move(settings_.unpinnable);
    result.snapshot = std::shared_ptr<const PolicySnapshot>(
        new PolicySnapshot(std::move(index_)));
    return result;
  }

  const PolicyText& text_;
  CompiledSettings settings_;
  const bool submitted_;
  std::unique_ptr<PolicyIndex> index_;
  RuleIndex::Builder rules_;
  RuleIndex::Builder scopes_;
  std::vector<std::pair<size_t, Rule>> private_entries_;
  FindingList findings_;
};

CompileResult CompilePolicy(const PolicyText& text,
                            const ProcessSettings& settings,
                            PolicyMode stored_mode, PolicyOrigin origin) {
  return PolicyCompiler(text, settings, stored_mode, origin).Compile();
}

std::vector<Finding> CheckSettings(const ProcessSettings& settings) {
  return CompileSettings(settings).findings;
}

}  // namespace pullgate
