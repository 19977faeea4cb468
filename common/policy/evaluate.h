// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_EVALUATE_H_
#define PULLGATE_COMMON_POLICY_EVALUATE_H_

#include <cstdint>

#include "common/policy/evidence.h"
#include "common/policy/matches.h"
#include "common/policy/policy_index.h"
#include "common/registry/registry_address.h"

namespace pullgate {

// The heart of a decision: what holds at each endpoint of a question. Allocates
// nothing.

// What holds at one endpoint for one address, or for a name alone.
struct Judgement {
  bool allowed = false;
  bool insecure = false;
  // It would be insecure, were the registry not protected.
  bool kept_secure = false;
  // What decided; none in mode OPEN unless insecure.
  Match decider;
  // The insecure rule that lost to the decider.
  Match beaten;
  // The best insecure rule that matches by evidence alone and so did not count.
  Match passed_over;
};

// What holds at one endpoint.
struct EndpointVerdict {
  // Some address may be used, or the name if none is known.
  bool allowed = false;
  // All addresses that may be used, may so without a verified certificate.
  bool insecure = false;
  // An address was left out because evidence must not lead to it.
  bool refused = false;
  // Some address, or the name, is insecure but protected.
  bool kept_secure = false;
  // Bit i: evidence.addresses[i] may be used. Of a question about an address,
  // bit 0: that address.
  uint64_t pinned = 0;
  Match decider;
  // As in Judgement, of some address that may be used.
  Match passed_over;
};

struct Evaluation {
  EndpointVerdict https;
  EndpointVerdict http;

  // Whether there is a route under each scheme. HTTP never stands beside an
  // HTTPS that must verify.
  bool has_https_route() const { return https.allowed; }
  bool has_http_route() const {
    return http.allowed && http.insecure && (!https.allowed || https.insecure);
  }
  bool permits() const { return has_https_route() || has_http_route(); }
};

// Evaluates the question on the values of evidence that is in order: of the
// right kind, within its bounds, sorted, without repeats; none if nobody looked
// or the look-up failed. There is a policy (has_policy).
Evaluation Evaluate(const PolicyIndex& policy, const RegistryAddress& question,
                    const Evidence& evidence);

// Judges one address at one endpoint, from the matches by what was asked and by
// evidence. `is_protected()` is asked only when it matters.
template <typename IsProtected>
Judgement Judge(const PolicyIndex& policy, const EndpointMatches& direct,
                const EndpointMatches& by_evidence, IsProtected&& is_protected);

// Whether evidence must not lead a question about a name to the address.
bool IsRefusedAddress(const PolicyIndex& policy,
                      const RegistryAddress& question, const IpAddress& address,
                      const EndpointMatches& by_evidence);

// The whitelist rule that beats the insecure rule, or no match.
Match FindBeater(const EndpointMatches& matches, const Match& insecure);

template <typename IsProtected>
Judgement Judge(const PolicyIndex& policy, const EndpointMatches& direct,
                const EndpointMatches& by_evidence,
                IsProtected&& is_protected) {
  EndpointMatches all = direct;
  all.Add(by_evidence);
  const bool open = policy.mode == PolicyMode::kOpen;
  const Match& insecure =
      policy.insecure_by_evidence ? all.insecure : direct.insecure;
  Judgement judgement;
  judgement.allowed = open || all.whitelist || all.insecure;
  const Match beater = insecure ? FindBeater(all, insecure) : Match();
  if (insecure && !beater) {
    judgement.kept_secure = is_protected();
    judgement.insecure = !judgement.kept_secure;
  }
  if (!insecure) judgement.passed_over = all.insecure;
  if (beater) {
    judgement.beaten = insecure;
    judgement.decider = beater;
  } else if (judgement.insecure) {
    judgement.decider = insecure;
  } else if (!open) {
    // Equally specific: the insecure one.
    judgement.decider =
        all.whitelist.rank > all.insecure.rank ? all.whitelist : all.insecure;
  }
  return judgement;
}

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_EVALUATE_H_
