// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_HOST_TREATMENTS_H_
#define PULLGATE_COMMON_POLICY_HOST_TREATMENTS_H_

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "common/policy/treatment.h"
#include "common/policy/treatment_table.h"

namespace pullgate {

// The port of an endpoint of a question that says `port`; 0, which no rule has,
// for kOtherPort.
Endpoint EndpointAt(AskedPort port, Scheme scheme);

// How one host is treated at each port that matters to it.
class HostTreatments {
 public:
  struct AtPort {
    AskedPort port = kOtherPort;
    AskedTreatment asked;
    FoundTreatment found;
  };

  // `policies` outlive this.
  explicit HostTreatments(const PolicyPair& policies) : policies_(policies) {}

  // Of a host, until the next call: kOtherPort first, then each port at which
  // rules over the host may differ from it, ascending.
  const std::vector<AtPort>& OfName(const std::string& name);
  const std::vector<AtPort>& OfAddress(const IpAddress& address);

 private:
  // Of each policy, by port.
  using Hits = std::array<std::vector<RuleHit>, 2>;

  void FindPorts(bool is_docker_hub);
  static void AddCovering(const std::vector<RuleHit>& hits,
                          const Endpoint& endpoint, EndpointMatches& matches);
  static PartMatches MatchesAt(const Hits& hits, AskedPort port);

  const PolicyPair policies_;
  Hits hits_;
  // Of a name of Docker Hub, with its aliases.
  Hits alias_hits_;
  std::vector<AtPort> ports_;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_HOST_TREATMENTS_H_
