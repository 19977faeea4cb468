// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUTHORIZE_QUESTION_H_
#define PULLGATE_AGENT_AUTHORIZE_QUESTION_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/hash/hash.h"
#include "absl/status/statusor.h"
#include "agent/decide/ttl_cache.h"
#include "common/registry/registry_address.h"
#include "common/time/clock.h"
#include "pullgate/agent/v1/agent_service.pb.h"

namespace pullgate::agent {

// What a puller wants to pull from. Exists only if it parsed.
struct PullQuestion {
  RegistryAddress registry;
  // The text as it was asked, redacted: fit for events, logs and answers.
  std::string asked;
};

// The door: past it nobody parses again. InvalidArgument names the field
// ("registry", "image"; both if none is set) and says what is wrong.
absl::StatusOr<PullQuestion> ParseQuestion(
    const pullgate::agent::v1::AuthorizePullRequest& request);
absl::StatusOr<PullQuestion> ParseQuestion(
    const pullgate::agent::v1::ProbeRegistryRequest& request);

// Parses questions, and remembers those asked last: pullers ask the same few
// again and again. What a text means never changes. Thread-safe.
class QuestionParser {
 public:
  // Remembers up to `capacity` texts of each kind. `clock` is not owned and
  // outlives this.
  QuestionParser(const Clock* clock, size_t capacity)
      : registries_(clock, capacity), images_(clock, capacity) {}

  // As ParseQuestion. Never null.
  absl::StatusOr<std::shared_ptr<const PullQuestion>> Parse(
      const pullgate::agent::v1::AuthorizePullRequest& request);

 private:
  struct TextHash {
    size_t operator()(const std::string& text) const {
      return absl::Hash<std::string>()(text);
    }
  };
  using Questions = TtlCache<std::string, std::shared_ptr<const PullQuestion>,
                             TextHash, std::equal_to<std::string>>;

  Questions registries_;
  Questions images_;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUTHORIZE_QUESTION_H_
