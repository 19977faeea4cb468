// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_LEDGER_EVENT_FIELDS_H_
#define PULLGATE_PDP_LEDGER_EVENT_FIELDS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::pdp {

// What events can be found and counted by. Values of an event are texts; what
// it does not say is empty. The numbers and the forms of the values are part of
// the ledger's file format: never change them.
enum class EventField : uint8_t {
  kKind = 1,            // number of AuditEvent.Kind; unspecified counts as 1
  kAgent = 2,           // "{vch}/{epoch}"
  kRegistry = 3,        // canonical
  kEffect = 4,          // number of Effect
  kReason = 5,          // number of DenyReason
  kRule = 6,            // place, a zero byte, text
  kTransport = 7,       // numbers of Scheme, '/', of CertificateCheck
  kPolicyRevision = 8,  // number
  kCertificate = 9,     // fingerprint as reported
  kAddress = 10,        // where a permitted pull went
  kHour = 11,           // of event_time, since the Unix epoch
};
inline constexpr size_t kEventFields = 11;

// The place of a field in an array.
constexpr size_t IndexOf(EventField field) {
  return static_cast<size_t>(field) - 1;
}

// The values of one event, in one piece of memory.
class EventFields {
 public:
  // Takes those of `event`; memory is used again.
  void Read(const pullgate::audit::v1::AuditEvent& event);

  absl::string_view operator[](EventField field) const {
    return At(values_[IndexOf(field)]);
  }
  // event_time in nanoseconds since the Unix epoch; beyond the years 1677 to
  // 2262 the nearest of these.
  int64_t time_ns() const { return time_ns_; }

  // The two that kAgent is made of, as the event says them.
  absl::string_view vch() const { return At(vch_); }
  absl::string_view epoch() const { return At(epoch_); }

 private:
  // A part of `text_`.
  struct Part {
    uint32_t begin = 0;
    uint32_t size = 0;
  };

  absl::string_view At(Part part) const {
    return {text_.data() + part.begin, part.size};
  }
  Part Append(absl::string_view text);
  // Zero is what an event that does not say has.
  Part AppendNumber(int64_t number);
  Part AppendRule(const pullgate::audit::v1::AuditEvent& event);
  Part AppendTransport(const pullgate::audit::v1::AuditEvent& event);
  void ReadAgent(const pullgate::audit::v1::AuditEvent& event);
  Part& PartOf(EventField field) { return values_[IndexOf(field)]; }

  std::string text_;
  std::array<Part, kEventFields> values_;
  Part vch_;
  Part epoch_;
  int64_t time_ns_ = 0;
};

// The parts of a value of kAgent.
absl::string_view VchOfAgent(absl::string_view agent);

// A value of kRule, and its parts.
std::string ValueOfRule(absl::string_view place, absl::string_view text);
struct RuleParts {
  absl::string_view place;
  absl::string_view text;
};
RuleParts PartsOfRule(absl::string_view rule);

// The host of a canonical registry: without scheme, port and brackets.
absl::string_view HostOfRegistry(absl::string_view registry);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_LEDGER_EVENT_FIELDS_H_
