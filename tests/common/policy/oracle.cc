// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/common/policy/oracle.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <set>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/net/ip_address.h"
#include "tests/common/policy/oracle_rule.h"

namespace pullgate::testing {
namespace {

constexpr std::array<absl::string_view, 4> kHub = {
    "docker.io", "index.docker.io", "registry-1.docker.io",
    "registry.hub.docker.com"};

bool IsHubName(absl::string_view name) {
  return std::find(kHub.begin(), kHub.end(), name) != kHub.end();
}

// A rule that matches, and how.
struct Hit {
  const OneRule* rule = nullptr;
  bool direct = false;

  auto Rank() const {
    const bool ported = rule->port != 0 || !rule->scheme.empty();
    return std::make_tuple(direct, rule->depth(), ported);
  }
};

bool Beats(const Hit& white, const Hit& insecure) {
  return white.Rank() > insecure.Rank() ||
         (!white.direct && white.rule->exact() && !insecure.rule->exact());
}

// The better one decides; on a tie the insecure one, then the lower index.
bool DecidesBefore(const Hit& a, const Hit& b) {
  if (a.Rank() != b.Rank()) return a.Rank() > b.Rank();
  if (a.rule->insecure_list != b.rule->insecure_list) {
    return a.rule->insecure_list;
  }
  return a.rule->index < b.rule->index;
}

std::optional<Hit> Best(const std::vector<Hit>& hits) {
  if (hits.empty()) return std::nullopt;
  return *std::min_element(hits.begin(), hits.end(), DecidesBefore);
}

class Reading {
 public:
  Reading(const PolicyText& policy, const ProcessSettings& settings,
          const RegistryAddress& question, const Evidence& evidence)
      : policy_(policy), question_(question), evidence_(evidence) {
    Take(policy.whitelist, false);
    Take(policy.insecure, true);
    for (const ProtectedRegistryText& registry :
         settings.protected_registries) {
      if (const std::optional<Block> block = ReadBlock(registry.host)) {
        protected_blocks_.push_back(*block);
      } else {
        protected_names_.insert(registry.host);
      }
      for (const std::string& address : registry.addresses) {
        protected_blocks_.push_back(*ReadBlock(address));
      }
    }
    for (const std::string& text : settings.unpinnable_addresses) {
      unpinnable_.push_back(*ReadBlock(text));
    }
  }

  Answer Work() const {
    Answer answer;
    const std::optional<Finding> https = At("https");
    const std::optional<Finding> http = At("http");
    const bool https_route = https && https->usable;
    if (https_route) AddRoute(answer, *https);
    if (http && http->usable && http->insecure &&
        (!https_route || https->insecure)) {
      AddRoute(answer, *http);
    }
    if (!answer.routes.empty()) {
      answer.effect = Effect::kPermit;
      answer.rule = PlaceOfDecider(https_route ? *https : *http);
      return answer;
    }
    if (http && http->usable) {
      answer.reason = DenyReason::kPlaintextRefused;
      answer.rule = PlaceOfDecider(*http);
    } else if ((https && https->refused) || (http && http->refused)) {
      answer.reason = DenyReason::kAddressRefused;
    } else {
      answer.reason = DenyReason::kNotWhitelisted;
    }
    return answer;
  }

 private:
  struct Finding {
    Point point;
    bool usable = false;   // something is allowed, and pinned if known
    bool refused = false;  // something was allowed, and must not be reached
    bool insecure = true;  // all that is pinned
    std::vector<IpAddress> pinned;
    Hit decider;
  };

  static std::string PlaceOfDecider(const Finding& at) {
    const OneRule* rule = at.decider.rule;
    if (rule == nullptr) return "";
    return absl::StrCat(rule->insecure_list ? "insecure" : "whitelist", "[",
                        rule->index, "]");
  }

  void Take(const std::vector<std::string>& texts, bool insecure_list) {
    for (size_t i = 0; i < texts.size(); ++i) {
      rules_.push_back(ReadRule(texts[i]));
      rules_.back().insecure_list = insecure_list;
      rules_.back().index = static_cast<int>(i);
    }
  }

  bool asked_for_hub() const {
    return question_.name() != nullptr && IsHubName(question_.name()->text()) &&
           question_.port().value_or(443) == 443;
  }

  std::vector<std::string> AskedNames(const OneRule& rule) const {
    std::vector<std::string> names = {question_.name()->text()};
    if (!asked_for_hub()) return names;
    // An exact rule sees all four names, a wildcard only three besides its own.
    const size_t count = rule.kind == OneRule::Kind::kName ? 4 : 3;
    for (size_t i = 0; i < count; ++i) names.emplace_back(kHub[i]);
    return names;
  }

  // How the rule matches, for one address of a name, or for what was asked.
  std::optional<Hit> Match(const OneRule& rule,
                           const std::optional<IpAddress>& address) const {
    if (question_.name() != nullptr) {
      for (const std::string& name : AskedNames(rule)) {
        if (NameFits(rule, name)) return Hit{&rule, true};
      }
      if (rule.kind == OneRule::Kind::kBlock && address &&
          rule.block.Has(*address)) {
        return Hit{&rule, false};
      }
      return std::nullopt;
    }
    if (rule.kind == OneRule::Kind::kBlock) {
      if (rule.block.Has(*question_.address())) return Hit{&rule, true};
      return std::nullopt;
    }
    for (const DnsName& name : evidence_.names) {
      if (NameFits(rule, name.text())) return Hit{&rule, false};
    }
    return std::nullopt;
  }

  bool Protected(const std::optional<IpAddress>& address) const {
    if (question_.name() != nullptr) {
      const std::string& name = question_.name()->text();
      if (IsHubName(name) || protected_names_.count(name) > 0) return true;
    }
    for (const DnsName& name : evidence_.names) {
      if (IsHubName(name.text()) || protected_names_.count(name.text()) > 0) {
        return true;
      }
    }
    if (!address) return false;
    return std::any_of(protected_blocks_.begin(), protected_blocks_.end(),
                       [&](const Block& b) { return b.Has(*address); });
  }

  bool MayNotReach(const IpAddress& address,
                   const std::vector<Hit>& hits) const {
    if (question_.name() == nullptr) return false;
    if (question_.name()->text() == "localhost") return false;
    if (std::none_of(unpinnable_.begin(), unpinnable_.end(),
                     [&](const Block& b) { return b.Has(address); })) {
      return false;
    }
    return std::none_of(hits.begin(), hits.end(), [](const Hit& hit) {
      return hit.rule->kind == OneRule::Kind::kBlock;
    });
  }

  void Judge(const std::optional<IpAddress>& address, Finding& at,
             std::vector<Hit>& made_insecure,
             std::vector<Hit>& made_secure) const {
    std::vector<Hit> hits, white, insecure;
    for (const OneRule& rule : rules_) {
      if (!CoversPoint(rule, at.point)) continue;
      const std::optional<Hit> hit = Match(rule, address);
      if (!hit) continue;
      hits.push_back(*hit);
      if (!rule.insecure_list) white.push_back(*hit);
      if (rule.insecure_list && (hit->direct || policy_.insecure_by_evidence)) {
        insecure.push_back(*hit);
      }
    }
    const bool open = policy_.mode == PolicyMode::kOpen;
    if (!open && hits.empty()) return;
    if (address && MayNotReach(*address, hits)) {
      at.refused = true;
      return;
    }
    at.usable = true;
    if (address) at.pinned.push_back(*address);
    const std::optional<Hit> best = Best(insecure);
    std::vector<Hit> beaters;
    for (const Hit& hit : white) {
      if (best && Beats(hit, *best)) beaters.push_back(hit);
    }
    if (best && beaters.empty() && !Protected(address)) {
      made_insecure.push_back(*best);
      return;
    }
    at.insecure = false;
    if (open) return;
    made_secure.push_back(beaters.empty() ? *Best(hits) : *Best(beaters));
  }

  std::optional<Finding> At(const std::string& scheme) const {
    if (question_.scheme() && SchemeName(*question_.scheme()) != scheme) {
      return std::nullopt;
    }
    Finding at;
    at.point = {scheme,
                question_.port().value_or(scheme == "https" ? 443 : 80)};
    std::vector<Hit> made_insecure, made_secure;
    if (question_.address() != nullptr) {
      Judge(*question_.address(), at, made_insecure, made_secure);
    } else if (evidence_.addresses.empty()) {
      Judge(std::nullopt, at, made_insecure, made_secure);
    } else {
      for (const IpAddress& address : evidence_.addresses) {
        Judge(address, at, made_insecure, made_secure);
      }
    }
    at.insecure = at.insecure && at.usable;
    // One address that must be verified makes it so for all: what made that one
    // secure decides.
    const std::optional<Hit> best =
        Best(at.insecure ? made_insecure : made_secure);
    if (best) at.decider = *best;
    return at;
  }

  void AddRoute(Answer& answer, const Finding& at) const {
    Route route;
    route.scheme = at.point.scheme == "https" ? Scheme::kHttps : Scheme::kHttp;
    route.port = static_cast<uint16_t>(at.point.port);
    route.host = question_.host();
    if (asked_for_hub()) {
      route.host = DnsName::Parse("registry-1.docker.io").value();
    }
    route.certificate_check =
        at.insecure ? CertificateCheck::kNone : CertificateCheck::kRequired;
    route.addresses = at.pinned;
    route.pinned = !at.pinned.empty();
    answer.routes.push_back(route);
  }

  const PolicyText& policy_;
  const RegistryAddress& question_;
  const Evidence& evidence_;
  std::vector<OneRule> rules_;
  std::set<std::string> protected_names_;
  std::vector<Block> protected_blocks_;
  std::vector<Block> unpinnable_;
};

bool SameRoutes(const Answer& a, const Answer& b) {
  return std::equal(a.routes.begin(), a.routes.end(), b.routes.begin(),
                    b.routes.end(), [](const Route& x, const Route& y) {
                      return x.scheme == y.scheme &&
                             x.certificate_check == y.certificate_check &&
                             x.addresses == y.addresses;
                    });
}

IpAddress LastOf(const Block& block) {
  std::array<uint8_t, 16> bytes = block.base.bytes();
  for (int bit = block.length; bit < block.base.bits(); ++bit) {
    bytes[bit / 8] |= static_cast<uint8_t>(0x80 >> bit % 8);
  }
  return block.base.is_v4()
             ? IpAddress::FromV4Bytes({bytes[0], bytes[1], bytes[2], bytes[3]})
             : IpAddress::FromV6Bytes(bytes);
}

// Values that evidence could have: one or more inside what each rule names, and
// one outside of all.
std::vector<Evidence> Possibilities(const PolicyText& policy,
                                    const ProcessSettings& settings,
                                    const RegistryAddress& question) {
  std::vector<std::string> texts = policy.whitelist;
  texts.insert(texts.end(), policy.insecure.begin(), policy.insecure.end());
  for (const ProtectedRegistryText& r : settings.protected_registries) {
    texts.push_back(r.host);
    texts.insert(texts.end(), r.addresses.begin(), r.addresses.end());
  }
  std::vector<Evidence> all;
  Evidence one;
  one.outcome = Evidence::Outcome::kLookedUp;
  if (question.name() != nullptr) {
    one.addresses = {IpAddress::Parse("203.0.113.77").value()};
    all.push_back(one);
    one.addresses = {IpAddress::Parse("203.0.113.78").value()};
    all.push_back(one);
  } else {
    one.names = {DnsName::Parse("nobody.invalid").value()};
    all.push_back(one);
    for (const absl::string_view hub : kHub) {
      one.names = {DnsName::Parse(hub).value()};
      all.push_back(one);
    }
  }
  for (const std::string& text : texts) {
    const OneRule rule = ReadRule(text);
    if (rule.kind == OneRule::Kind::kBlock) {
      if (question.name() == nullptr) continue;
      // A narrower rule may take the first address, and the last is free.
      one.addresses = {LastOf(rule.block)};
      all.push_back(one);
      one.addresses = {rule.block.base};
    } else {
      if (question.name() != nullptr) continue;
      const bool wildcard = rule.kind == OneRule::Kind::kWildcard;
      // A name below it that nothing else names.
      one.names = {
          DnsName::Parse(absl::StrCat(wildcard ? "nobody." : "", rule.name))
              .value()};
    }
    all.push_back(one);
  }
  return all;
}

bool IsSameRoute(const Route& a, const Route& b) {
  return a.scheme == b.scheme && a.host == b.host && a.port == b.port &&
         a.certificate_check == b.certificate_check && a.pinned == b.pinned &&
         a.addresses == b.addresses;
}

}  // namespace

bool operator==(const Answer& a, const Answer& b) {
  return a.effect == b.effect && a.reason == b.reason && a.rule == b.rule &&
         std::equal(a.routes.begin(), a.routes.end(), b.routes.begin(),
                    b.routes.end(), IsSameRoute);
}

Answer Consult(const PolicyText& policy, const ProcessSettings& settings,
               const RegistryAddress& question, const Evidence& evidence) {
  if (evidence.outcome != Evidence::Outcome::kFailed) {
    return Reading(policy, settings, question, evidence).Work();
  }
  Evidence nothing;
  nothing.outcome = Evidence::Outcome::kLookedUp;
  Answer empty = Reading(policy, settings, question, nothing).Work();
  for (const Evidence& other : Possibilities(policy, settings, question)) {
    const Answer answer = Reading(policy, settings, question, other).Work();
    if (answer.effect != empty.effect || !SameRoutes(answer, empty)) {
      Answer refused;
      refused.reason = DenyReason::kEvidenceUnavailable;
      return refused;
    }
  }
  return empty;
}

}  // namespace pullgate::testing
