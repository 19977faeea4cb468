// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_CONVERSATION_H_
#define PULLGATE_PDP_SERVICE_CONVERSATION_H_

#include <optional>

#include "absl/status/status.h"

namespace pullgate::pdp {

// What happens on one bidirectional stream, without the stream: a test talks to
// it directly, BidiStream connects it to gRPC. Thread-safe.
template <typename Request, typename Response>
class Conversation {
 public:
  virtual ~Conversation() = default;

  // Takes the caller's next message; may wait for storage. One call at a time,
  // in the order of arrival, each after everything there was to say has been
  // written: who sends faster than they read waits. An error ends the stream,
  // after what Next() still has to say.
  virtual absl::Status OnMessage(const Request& request) = 0;

  // What to write next, if anything. Never waits.
  virtual std::optional<Response> Next() = 0;

  // The stream is over. Called once, last.
  virtual void OnEnd() = 0;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_CONVERSATION_H_
