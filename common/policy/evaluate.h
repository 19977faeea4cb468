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

// What holds at one endpoint for one address, or for a name alone. The matches
// are those that were judged, where they are, or none.
struct Judgement {
  static constexpr Match kNone = {};

  bool allowed = false;
  bool insecure = false;
  // It would be insecure, were the registry not protected.
  bool kept_secure = false;
  // What decided; none in mode OPEN unless insecure.
  const Match* decider = &kNone;
  // The best insecure rule that matches by evidence alone and so did not count.
  const Match* passed_over = &kNone;
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
// evidence, which outlive the judgement. `is_protected()` is asked only when it
// matters.
template <typename IsProtected>
Judgement Judge(const PolicyIndex& policy, const EndpointMatches& direct,
                const EndpointMatches& by_evidence, IsProtected&& is_protected);

// Whether evidence must not lead a question about a name to the address.
bool IsRefusedAddress(const PolicyIndex& policy,
                      const RegistryAddress& question, const IpAddress& address,
                      const EndpointMatches& by_evidence);

// The whitelist rule that beats the insecure rule, or no match.
Match FindBeater(const EndpointMatches& matches, const Match& insecure);

// The same among these: the best, and the best that is exact. Null: none.
inline const Match* FindBeater(const Match& whitelist,
                               const Match& exact_whitelist,
                               const Match& insecure) {
  if (whitelist.rank > insecure.rank) return &whitelist;
  if (exact_whitelist && !insecure.hit.exact) return &exact_whitelist;
  return nullptr;
}

template <typename IsProtected>
Judgement Judge(const PolicyIndex& policy, const EndpointMatches& direct,
                const EndpointMatches& by_evidence,
                IsProtected&& is_protected) {
  const Match& whitelist = Better(direct.whitelist, by_evidence.whitelist);
  const Match& any_insecure = Better(direct.insecure, by_evidence.insecure);
  const Match& insecure =
      policy.insecure_by_evidence ? any_insecure : direct.insecure;
  const bool open = policy.mode == PolicyMode::kOpen;
  Judgement judgement;
  judgement.allowed = open || whitelist || any_insecure;
  if (insecure) {
    const Match& exact_whitelist =
        Better(direct.exact_whitelist, by_evidence.exact_whitelist);
    judgement.decider = FindBeater(whitelist, exact_whitelist, insecure);
    if (judgement.decider != nullptr) return judgement;
    judgement.kept_secure = is_protected();
    judgement.insecure = !judgement.kept_secure;
  } else {
    judgement.passed_over = &any_insecure;
  }
  if (judgement.insecure) {
    judgement.decider = &insecure;
  } else if (!open) {
    // Equally specific: the insecure one.
    judgement.decider =
        whitelist.rank > any_insecure.rank ? &whitelist : &any_insecure;
  } else {
    judgement.decider = &Judgement::kNone;
  }
  return judgement;
}

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_EVALUATE_H_
