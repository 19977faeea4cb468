// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_BENCH_EVENT_SOURCE_H_
#define PULLGATE_TESTS_BENCH_EVENT_SOURCE_H_

#include <cstdint>
#include <random>
#include <string>

#include "common/audit/event_hash.h"
#include "common/identity/vch_id.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::bench {

// The events of one agent's epoch, as its spool would record them: chained, of
// ordinary size, ten seconds of a fleet's day for each thousand. They repeat
// what events repeat: 300 registries, of which few are asked for most, their
// addresses and certificates, 40 rules, a policy revision for every 50,000
// events. One in 40,000 denials is for "rare.example.net".
class EventSource {
 public:
  EventSource(VchId vch, unsigned seed);

  const VchId& vch() const { return vch_; }
  static constexpr char kEpoch[] = "bench";

  // The next event, serialised.
  std::string Next();

 private:
  void Vary();
  void SetRegistry(unsigned number);

  const VchId vch_;
  std::mt19937 random_;
  int64_t sequence_ = 0;
  EventHash previous_{};
  pullgate::audit::v1::AuditEvent permit_;
  pullgate::audit::v1::AuditEvent event_;
};

}  // namespace pullgate::bench

#endif  // PULLGATE_TESTS_BENCH_EVENT_SOURCE_H_
