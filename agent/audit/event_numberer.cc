// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/audit/event_numberer.h"

#include "absl/strings/str_cat.h"

namespace pullgate::agent {

EventNumberer::EventNumberer(const VchId& vch, absl::string_view epoch)
    : event_id_prefix_(absl::StrCat(vch.text(), "/", epoch, "/")) {
  added_.set_vch(vch.Name());
  added_.set_epoch(std::string(epoch));
}

EventNumberer::Numbered EventNumberer::Complete(const ChainHead& head,
                                                std::string& event) {
  const int64_t sequence = head.sequence + 1;
  added_.set_sequence(sequence);
  added_.set_event_id(absl::StrCat(event_id_prefix_, sequence));
  if (head.sequence > 0) {
    added_.set_previous_hash(head.hash.data(), head.hash.size());
  } else {
    added_.clear_previous_hash();
  }
  added_.AppendToString(&event);
  return {{sequence, HashEvent(event)}, added_.event_id()};
}

}  // namespace pullgate::agent
