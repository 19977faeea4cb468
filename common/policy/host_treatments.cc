// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/host_treatments.h"

#include <algorithm>
#include <optional>

#include "common/registry/docker_hub.h"

namespace pullgate {
namespace {

constexpr std::array<Scheme, 2> kSchemes = {Scheme::kHttps, Scheme::kHttp};

// Rules without a port first.
uint16_t PortOf(const RuleHit& hit) {
  return hit.rule->cover.port().value_or(0);
}

void SortByPort(std::vector<RuleHit>& hits) {
  std::sort(hits.begin(), hits.end(), [](const RuleHit& a, const RuleHit& b) {
    return PortOf(a) < PortOf(b);
  });
}

}  // namespace

Endpoint EndpointAt(AskedPort port, Scheme scheme) {
  if (port == kNoPort) return {scheme, DefaultPort(scheme)};
  return {scheme,
          port == kOtherPort ? uint16_t{0} : static_cast<uint16_t>(port)};
}

const std::vector<HostTreatments::AtPort>& HostTreatments::OfName(
    const std::string& name) {
  const bool is_docker_hub = IsDockerHubName(name);
  for (int policy = 0; policy < 2; ++policy) {
    const RuleIndex& rules = policies_[policy]->rules;
    hits_[policy].clear();
    alias_hits_[policy].clear();
    VisitByName(rules, name,
                [&](const RuleHit& hit) { hits_[policy].push_back(hit); });
    if (!is_docker_hub) continue;
    const RegistryAddress question(std::nullopt, *DnsName::Parse(name),
                                   std::nullopt);
    VisitDirect(rules, question, [&](const RuleHit& hit) {
      alias_hits_[policy].push_back(hit);
    });
  }
  for (std::vector<RuleHit>& hits : hits_) SortByPort(hits);
  for (std::vector<RuleHit>& hits : alias_hits_) SortByPort(hits);
  FindPorts(is_docker_hub);
  for (AtPort& at : ports_) {
    const PartMatches matches = MatchesAt(hits_, at.port);
    at.found = FoundName(matches, policies_, name);
    const bool aliases =
        is_docker_hub && (at.port == kNoPort || at.port == 443);
    at.asked = AskedName(aliases ? MatchesAt(alias_hits_, at.port) : matches,
                         policies_, name);
  }
  return ports_;
}

const std::vector<HostTreatments::AtPort>& HostTreatments::OfAddress(
    const IpAddress& address) {
  for (int policy = 0; policy < 2; ++policy) {
    hits_[policy].clear();
    policies_[policy]->rules.VisitNarrowest(
        address, [&](const RuleHit& hit) { hits_[policy].push_back(hit); });
  }
  for (std::vector<RuleHit>& hits : hits_) SortByPort(hits);
  FindPorts(/*is_docker_hub=*/false);
  for (AtPort& at : ports_) {
    const PartMatches matches = MatchesAt(hits_, at.port);
    at.asked = AskedAddress(matches, policies_, address);
    at.found = FoundAddress(matches, policies_, address);
  }
  return ports_;
}

void HostTreatments::FindPorts(bool is_docker_hub) {
  ports_.assign(1, AtPort());
  bool standard = is_docker_hub;
  for (const std::vector<RuleHit>& hits : hits_) {
    for (const RuleHit& hit : hits) {
      const EndpointCover& cover = hit.rule->cover;
      if (!cover.has_port()) continue;
      const AskedPort port = cover.port().value_or(kNoPort);
      if (port == kNoPort || port == 443 || port == 80) {
        standard = true;
      } else {
        ports_.push_back({port, {}, {}});
      }
    }
  }
  if (standard) {
    for (const AskedPort port : {kNoPort, AskedPort{80}, AskedPort{443}}) {
      ports_.push_back({port, {}, {}});
    }
  }
  const auto begin = ports_.begin() + 1;
  std::sort(begin, ports_.end(),
            [](const AtPort& a, const AtPort& b) { return a.port < b.port; });
  ports_.erase(std::unique(begin, ports_.end(),
                           [](const AtPort& a, const AtPort& b) {
                             return a.port == b.port;
                           }),
               ports_.end());
}

PartMatches HostTreatments::MatchesAt(const Hits& hits, AskedPort port) {
  PartMatches matches;
  for (int part = 0; part < kParts; ++part) {
    AddCovering(hits[PolicyOfPart(part)], EndpointAt(port, kSchemes[part % 2]),
                matches[part]);
  }
  return matches;
}

void HostTreatments::AddCovering(const std::vector<RuleHit>& hits,
                                 const Endpoint& endpoint,
                                 EndpointMatches& matches) {
  // Whether it is direct or by evidence, all rules over a host are it alike.
  const auto add = [&](const RuleHit& hit) {
    if (hit.rule->cover.Covers(endpoint)) matches.Add(hit, Via::kDirect);
  };
  auto hit = hits.begin();
  for (; hit != hits.end() && PortOf(*hit) == 0; ++hit) add(*hit);
  hit = std::lower_bound(
      hit, hits.end(), endpoint.port,
      [](const RuleHit& h, uint16_t port) { return PortOf(h) < port; });
  for (; hit != hits.end() && PortOf(*hit) == endpoint.port; ++hit) add(*hit);
}

}  // namespace pullgate
