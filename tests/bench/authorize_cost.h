// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_BENCH_AUTHORIZE_COST_H_
#define PULLGATE_TESTS_BENCH_AUTHORIZE_COST_H_

namespace pullgate::bench {

// What recording adds to an AuthorizePull that is answered from the caches.
//
// Two servers, each a process of its own with a Unix socket, are asked in turns
// by the same client. Both are put together from the agent's parts as an agent
// is: service, authorizer, finder, caches and log, with the registry that is
// asked about in all caches. One has the spool of a default configuration, on
// disk, only larger: nobody empties it. The other has one that takes every
// event, records nothing and says at once that it did: an agent without audit,
// which the product has not. Log lines are made, as at level info, and thrown
// away.
//
// Prints, for several numbers of calls under way at once, how often as long an
// answer takes with audit, and as the result authorize_audit_cost the worst of
// them. Forks: call it while the process has one thread. Exits if it cannot
// measure.
void BenchAuthorizeCost();

}  // namespace pullgate::bench

#endif  // PULLGATE_TESTS_BENCH_AUTHORIZE_COST_H_
