// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/proof/event_chain.h"

#include "absl/strings/str_cat.h"

namespace pullgate::pdp {

using pullgate::audit::v1::AuditEvent;
using pullgate::audit::v1::Gap;

namespace {

std::string WrongAsFirst(const AuditEvent& event, bool own) {
  if (!own && event.kind() != AuditEvent::KIND_EPOCH_STARTED) {
    return "does not start its epoch: the first event must be of "
           "KIND_EPOCH_STARTED";
  }
  if (!event.previous_hash().empty()) {
    return "is the first of its epoch and has a previous_hash";
  }
  return "";
}

std::string WrongAsGap(const AuditEvent& event) {
  const Gap& gap = event.gap();
  if (gap.first_sequence() < 1 || gap.last_sequence() < gap.first_sequence() ||
      gap.last_sequence() >= event.sequence()) {
    return "tells of a gap that is not before it";
  }
  if (!EventHashFromBytes(gap.last_hash())) {
    return "tells of a gap without the hash of its last event";
  }
  return "";
}

}  // namespace

std::string EventIdOf(absl::string_view vch, absl::string_view epoch,
                      int64_t sequence) {
  return absl::StrCat(vch, "/", epoch, "/", sequence);
}

std::string WrongAsLink(const AuditEvent& event, bool own) {
  if (own != (event.kind() == AuditEvent::KIND_RETENTION)) {
    return own ? "is not of KIND_RETENTION, as all of the ledger's own are"
               : "is of KIND_RETENTION, which only the ledger itself records";
  }
  if (event.sequence() == 1) return WrongAsFirst(event, own);
  if (event.kind() == AuditEvent::KIND_EPOCH_STARTED) {
    return "starts the epoch once more";
  }
  if (!EventHashFromBytes(event.previous_hash())) {
    return "has no previous_hash of 32 bytes";
  }
  return event.kind() == AuditEvent::KIND_GAP ? WrongAsGap(event) : "";
}

bool Explains(const Gap& gap, const Hole& hole) {
  if (gap.first_sequence() > hole.first_sequence ||
      gap.last_sequence() < hole.last_sequence) {
    return false;
  }
  return gap.last_sequence() != hole.last_sequence ||
         gap.last_hash() == ToBytes(hole.last_hash);
}

}  // namespace pullgate::pdp
