// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUDIT_EVENT_NUMBERER_H_
#define PULLGATE_AGENT_AUDIT_EVENT_NUMBERER_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "common/audit/event_hash.h"
#include "common/identity/vch_id.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::agent {

// The last event of an epoch so far, which the next one follows.
struct ChainHead {
  int64_t sequence = 0;  // 0: there is none
  EventHash hash = {};
};

// Makes events the next of their epoch: gives them a number, and the hash of
// the event before. One thread at a time.
class EventNumberer {
 public:
  // At most so many bytes are added to an event.
  static constexpr size_t kMaxAdded = 320;

  EventNumberer(const VchId& vch, absl::string_view epoch);

  // What an event became.
  struct Numbered {
    ChainHead head;
    std::string event_id;
  };

  // Completes `event`, serialised, as the one that follows `head`. A field that
  // comes again, at the end of a serialised message, replaces the one before:
  // nobody else numbers events.
  Numbered Complete(const ChainHead& head, std::string& event);

 private:
  const std::string event_id_prefix_;
  pullgate::audit::v1::AuditEvent added_;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUDIT_EVENT_NUMBERER_H_
