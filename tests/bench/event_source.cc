// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/bench/event_source.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/support/audit_events.h"

namespace pullgate::bench {
namespace {

namespace dec = pullgate::decision::v1;
using pullgate::audit::v1::AuditEvent;
using pullgate::audit::v1::EpochStart;

constexpr int64_t kStart = 1'790'000'000;
constexpr unsigned kRegistries = 300;

}  // namespace

EventSource::EventSource(VchId vch, unsigned seed)
    : vch_(std::move(vch)), random_(seed), permit_(SampleEvent()) {
  permit_.set_kind(AuditEvent::KIND_VERDICT);
  permit_.mutable_transport()->set_scheme(dec::SCHEME_HTTPS);
  permit_.mutable_transport()->set_certificate_check(
      dec::CERTIFICATE_CHECK_REQUIRED);
  permit_.mutable_rule()->set_list(dec::RULE_LIST_WHITELIST);
}

std::string EventSource::Next() {
  if (sequence_ == 0) {
    event_.Clear();
    event_.set_kind(AuditEvent::KIND_EPOCH_STARTED);
    event_.mutable_epoch_start()->set_cause(EpochStart::CAUSE_FIRST_START);
  } else {
    event_ = permit_;
    Vary();
    event_.set_previous_hash(ToBytes(previous_));
  }
  ++sequence_;
  event_.mutable_event_time()->set_seconds(kStart + sequence_ / 100);
  event_.mutable_event_time()->set_nanos(
      static_cast<int>(random_() % 1'000'000'000));
  event_.set_vch(vch_.Name());
  event_.set_epoch(kEpoch);
  event_.set_sequence(sequence_);
  event_.set_event_id(absl::StrCat(vch_.text(), "/", kEpoch, "/", sequence_));
  std::string payload = event_.SerializeAsString();
  previous_ = HashEvent(payload);
  return payload;
}

void EventSource::Vary() {
  // The smaller of two: low numbers are asked for more.
  SetRegistry(std::min(random_() % kRegistries, random_() % kRegistries));
  event_.set_policy_revision(1 + sequence_ / 50'000);
  event_.set_decision_id(absl::StrFormat("%08x%08x%08x%08x", random_(),
                                         random_(), random_(), random_()));
  if (random_() % 16 != 0) return;
  event_.set_effect(dec::EFFECT_DENY);
  event_.set_reason(static_cast<dec::DenyReason>(1 + random_() % 7));
  event_.clear_transport();
  event_.clear_rule();
  if (random_() % 40'000 == 0) event_.set_registry("rare.example.net");
}

void EventSource::SetRegistry(unsigned number) {
  event_.set_registry(absl::StrCat("r", number, ".team", number % 20,
                                   ".registry.example:5000"));
  event_.set_asked(absl::StrCat(event_.registry(), "/app/service:1.", number));
  const std::string address =
      absl::StrCat("10.", number % 7, ".", number % 256, ".", 1 + number % 3);
  event_.mutable_transport()->set_host(event_.registry());
  event_.mutable_transport()->set_address(address);
  event_.mutable_certificate()->set_sha256_fingerprint(
      absl::StrFormat("%064x", number));
  event_.mutable_rule()->set_place(
      absl::StrCat("whitelist[", number % 40, "]"));
  event_.mutable_rule()->set_text(
      absl::StrCat("*.team", number % 40, ".registry.example:5000"));
}

}  // namespace pullgate::bench
