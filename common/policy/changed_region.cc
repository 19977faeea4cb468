// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/changed_region.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/policy/decide.h"
#include "common/status/status_macros.h"

namespace pullgate {
namespace {

constexpr size_t kMostPortsSaid = 10;
// Tried first when a witness needs a port that no rule names.
constexpr uint16_t kLikelyPorts[] = {443, 5000};

Outcome OutcomeOf(EndpointState https, EndpointState http) {
  if (https == EndpointState::kSecure) return Outcome::kVerified;
  const bool insecure =
      https == EndpointState::kInsecure || http == EndpointState::kInsecure;
  return insecure ? Outcome::kInsecure : Outcome::kDenied;
}

Outcome OutcomeOf(const Decision& decision) {
  if (decision.effect != Effect::kPermit) return Outcome::kDenied;
  return decision.insecure() ? Outcome::kInsecure : Outcome::kVerified;
}

bool Has(const std::vector<AskedPort>& ports, AskedPort port) {
  return std::find(ports.begin(), ports.end(), port) != ports.end();
}

// The ports that are said by number.
std::string Numbers(const std::vector<AskedPort>& ports) {
  std::vector<AskedPort> sorted;
  for (const AskedPort port : ports) {
    if (port != kNoPort && port != kOtherPort) sorted.push_back(port);
  }
  std::sort(sorted.begin(), sorted.end());
  const size_t more = sorted.size() - std::min(sorted.size(), kMostPortsSaid);
  sorted.resize(sorted.size() - more);
  std::string text = absl::StrJoin(sorted, ", ");
  if (more > 0) absl::StrAppend(&text, " and ", more, " more");
  return text;
}

std::string PortsText(const ChangedRegion& region) {
  std::string numbers = Numbers(region.ports);
  if (!Has(region.ports, kOtherPort)) {
    return numbers.empty() ? "none given" : numbers;
  }
  const std::string others = Numbers(region.other_ports);
  return others.empty() ? "every port"
                        : absl::StrCat("every port but ", others);
}

// A port that stands for those of no rule.
uint16_t OtherPort(const ChangedRegion& region) {
  std::vector<AskedPort> taken = region.ports;
  taken.insert(taken.end(), region.other_ports.begin(),
               region.other_ports.end());
  std::sort(taken.begin(), taken.end());
  const auto is_free = [&](AskedPort port) {
    return !std::binary_search(taken.begin(), taken.end(), port);
  };
  for (const uint16_t port : kLikelyPorts) {
    if (is_free(port)) return port;
  }
  uint16_t port = 1;
  while (!is_free(port)) ++port;  // or kOtherPort would not be among them
  return port;
}

RegistryAddress QuestionOf(const ChangedRegion& region, RegistryHost host) {
  std::optional<Scheme> scheme;
  if (region.scheme == AskedScheme::kHttps) scheme = Scheme::kHttps;
  if (region.scheme == AskedScheme::kHttp) scheme = Scheme::kHttp;
  std::optional<uint16_t> port;
  const AskedPort asked = region.ports.front();
  if (asked == kOtherPort) {
    port = OtherPort(region);
  } else if (asked != kNoPort) {
    port = static_cast<uint16_t>(asked);
  }
  return RegistryAddress(scheme, std::move(host), port);
}

std::string Through(const Decision& decision) {
  if (!decision.rule.has_value()) return "mode OPEN";
  return absl::StrCat(PlaceOf(*decision.rule), " (", decision.rule->text, ")");
}

std::string WhatHappens(const Outcomes& outcomes, const Decision& before,
                        const Decision& after) {
  switch (outcomes.after) {
    case Outcome::kDenied:
      return absl::StrCat("is no longer allowed; ", Through(before),
                          " allowed it");
    case Outcome::kInsecure:
      return outcomes.before == Outcome::kDenied
                 ? absl::StrCat("becomes allowed without verification through ",
                                Through(after))
                 : absl::StrCat("is no longer verified, through ",
                                Through(after));
    case Outcome::kVerified:
      break;
  }
  return outcomes.before == Outcome::kDenied
             ? absl::StrCat("becomes allowed through ", Through(after))
             : absl::StrCat("becomes verified; ", Through(before),
                            " made it insecure");
}

}  // namespace

Outcomes OutcomesOf(JointState state, AskedScheme scheme) {
  const auto of = [&](int part, AskedScheme without) {
    return scheme == without ? EndpointState::kUnusable : state.Of(part);
  };
  return {OutcomeOf(of(0, AskedScheme::kHttp), of(1, AskedScheme::kHttps)),
          OutcomeOf(of(2, AskedScheme::kHttp), of(3, AskedScheme::kHttps))};
}

absl::StatusOr<ImpactRegion> RegionWriter::Write(
    const ChangedRegion& region) const {
  ImpactRegion written;
  PULLGATE_ASSIGN_OR_RETURN(const Asked asked,
                            region.about_names ? AskName(region, written)
                                               : AskAddress(region, written));
  if (region.cells > 1) {
    absl::StrAppend(&written.hosts, " and ", region.cells - 1, " more");
  }
  written.ports = PortsText(region);
  written.before = region.outcomes.before;
  written.after = region.outcomes.after;
  PULLGATE_RETURN_IF_ERROR(Decide(asked, region, written));
  return written;
}

absl::StatusOr<RegionWriter::Asked> RegionWriter::AskName(
    const ChangedRegion& region, ImpactRegion& written) const {
  Asked asked;
  written.hosts = cells_.names.ToString(region.cell);
  PULLGATE_ASSIGN_OR_RETURN(asked.host,
                            DnsName::Parse(cells_.names.Sample(region.cell)));
  for (const uint32_t cell : region.evidence) {
    const IpAddress address = cells_.addresses.Sample(cell);
    written.evidence.push_back(cells_.addresses.ToString(cell));
    written.witness.addresses.push_back(address.ToString());
    asked.evidence.addresses.push_back(address);
  }
  asked.found_at = absl::StrJoin(written.witness.addresses, " and ");
  return asked;
}

absl::StatusOr<RegionWriter::Asked> RegionWriter::AskAddress(
    const ChangedRegion& region, ImpactRegion& written) const {
  Asked asked;
  written.hosts = cells_.addresses.ToString(region.cell);
  asked.host = cells_.addresses.Sample(region.cell);
  for (const uint32_t cell : region.evidence) {
    written.evidence.push_back(cells_.names.ToString(cell));
    written.witness.names.push_back(cells_.names.Sample(cell));
    PULLGATE_ASSIGN_OR_RETURN(DnsName name,
                              DnsName::Parse(written.witness.names.back()));
    asked.evidence.names.push_back(std::move(name));
  }
  asked.found_at = absl::StrJoin(written.witness.names, " and ");
  return asked;
}

absl::Status RegionWriter::Decide(const Asked& asked,
                                  const ChangedRegion& region,
                                  ImpactRegion& written) const {
  const RegistryAddress question = QuestionOf(region, asked.host);
  Evidence evidence = asked.evidence;
  evidence.outcome = Evidence::Outcome::kLookedUp;
  PULLGATE_ASSIGN_OR_RETURN(const Decision before,
                            pullgate::Decide(before_, question, evidence));
  PULLGATE_ASSIGN_OR_RETURN(const Decision after,
                            pullgate::Decide(after_, question, evidence));
  Witness& witness = written.witness;
  witness.registry = question.ToString();
  if (before.rule) witness.place_before = PlaceOf(*before.rule);
  if (after.rule) witness.place_after = PlaceOf(*after.rule);
  const std::string found_at =
      asked.found_at.empty() ? "" : absl::StrCat(", which is ", asked.found_at);
  if (!(Outcomes{OutcomeOf(before), OutcomeOf(after)} == region.outcomes)) {
    return absl::InternalError(
        absl::StrCat("comparing policies and deciding disagree about ",
                     witness.registry, found_at));
  }
  written.message =
      absl::StrCat(witness.registry, found_at, found_at.empty() ? " " : ", ",
                   WhatHappens(region.outcomes, before, after));
  return absl::OkStatus();
}

}  // namespace pullgate
