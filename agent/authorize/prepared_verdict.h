// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUTHORIZE_PREPARED_VERDICT_H_
#define PULLGATE_AGENT_AUTHORIZE_PREPARED_VERDICT_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/time/time.h"
#include "agent/authorize/verdict.h"
#include "agent/decide/ttl_cache.h"
#include "common/registry/registry_address.h"
#include "common/time/clock.h"
#include "pullgate/decision/v1/decision.pb.h"

namespace pullgate::agent {

// A verdict in the forms in which it leaves the agent. A cached verdict leaves
// often, and building and serialising its messages would cost more than all
// else about it; so what is the same each time is serialised once. What belongs
// to the occasion is appended: fields of a serialised protobuf message may come
// in any order and in parts. Immutable.
struct PreparedVerdict {
  // AuthorizePullResponse without decided_by and event_id.
  std::string response;
  // AuditEvent without vch, epoch, sequence, event_id, event_time, asked,
  // decided_by and elapsed.
  std::string event;

  // For the log.
  pullgate::decision::v1::Effect effect;
  pullgate::decision::v1::DenyReason reason;
  std::string message;  // one sentence for a person
  std::string rule;     // "whitelist[3]"; empty when none decided
  std::string address;  // where a permitted pull goes
  int64_t policy_revision = 0;

  // What it was made of.
  std::shared_ptr<const IssuedDecision> issued;
  std::shared_ptr<const Verification> verification;
  // When its permit ends, by the boot clock.
  absl::Time expires;
};

// Makes them, and remembers those of cached verdicts. Thread-safe.
class VerdictPreparer {
 public:
  // Clocks are not owned and outlive this.
  VerdictPreparer(const Clock* wall, const Clock* boot, size_t capacity)
      : wall_(wall), boot_(boot), cache_(boot, capacity) {}

  std::shared_ptr<const PreparedVerdict> Prepare(
      const Verdict& verdict, const RegistryAddress& registry);

 private:
  // The very objects, which an entry keeps alive: no others are where they are.
  struct Key {
    const IssuedDecision* issued;
    const Verification* verification;

    friend bool operator==(const Key& a, const Key& b) {
      return a.issued == b.issued && a.verification == b.verification;
    }
    template <typename H>
    friend H AbslHashValue(H h, const Key& key) {
      return H::combine(std::move(h), key.issued, key.verification);
    }
  };

  const Clock* const wall_;
  const Clock* const boot_;
  TtlCache<Key, std::shared_ptr<const PreparedVerdict>, absl::Hash<Key>,
           std::equal_to<Key>>
      cache_;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUTHORIZE_PREPARED_VERDICT_H_
