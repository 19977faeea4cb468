// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_SERVER_AGENT_SERVER_H_
#define PULLGATE_AGENT_SERVER_AGENT_SERVER_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/server/agent_options.h"
#include "common/observe/log.h"
#include "common/time/clock.h"

namespace pullgate::agent {

// A running agent: wires the parts, serves until it is stopped.
class AgentServer {
 public:
  // Starts serving. An agent without a PDP starts too, and refuses until it has
  // a policy. FailedPrecondition: the certificate is not of this VCH, another
  // process has the data directory, or something else that an operator must set
  // right; the message says what. `log` and `clock`, the wall clock, are not
  // owned and outlive this.
  static absl::StatusOr<std::unique_ptr<AgentServer>> Start(
      const AgentOptions& options, const Logger* log, const Clock* clock);

  // As Stop().
  ~AgentServer();

  // Reads again what changes while it runs: TLS files and the public CA set.
  // Both are also read when they change; this does it now. What cannot be used
  // is logged, and the old one stays.
  void Reload();

  // Says NOT_SERVING, takes no more calls, gives those under way until the
  // drain deadline, reports what the PDP will still take, and returns.
  // Idempotent.
  void Stop();

 private:
  struct Parts;
  explicit AgentServer(std::unique_ptr<Parts> parts);

  const std::unique_ptr<Parts> parts_;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_SERVER_AGENT_SERVER_H_
