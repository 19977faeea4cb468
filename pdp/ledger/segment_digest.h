// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_LEDGER_SEGMENT_DIGEST_H_
#define PULLGATE_PDP_LEDGER_SEGMENT_DIGEST_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/net/ip_prefix.h"
#include "pdp/ledger/event_fields.h"

namespace pullgate::pdp {

// What a segment may contain: a Bloom filter over marks, which stand for values
// and for what they can be found by. Says "no" only when it is so; of what is
// not there, it says "maybe" for one in about 200.

// A mark of the digest.
using Mark = uint64_t;

Mark MarkOfValue(EventField field, absl::string_view value);
Mark MarkOfVch(absl::string_view vch);
// Of a rule's place or text, whichever the other is.
Mark MarkOfRulePlace(absl::string_view place);
Mark MarkOfRuleText(absl::string_view text);
// Of registries whose name is `domain` or below.
Mark MarkOfDomain(absl::string_view domain);
// What has an address in `prefix` has one of these marks, 8 at most. What has
// one of them has such an address, but for IPv6 prefixes of 65 to 127 bits:
// these are looked for as the 64 bits around them.
std::vector<Mark> MarksOfPrefix(const IpPrefix& prefix);

// Appends all marks of a value.
void AppendMarks(EventField field, absl::string_view value,
                 std::vector<Mark>* marks);

std::string MakeDigest(std::vector<Mark> marks);

// Whether what has `mark` may be there. True for bytes that are no digest: what
// is damaged excludes nothing.
class Digest {
 public:
  // Keeps `bytes`, which must outlive it.
  explicit Digest(absl::string_view bytes);

  bool MayHave(Mark mark) const;

 private:
  absl::string_view bits_;  // empty: not known
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_LEDGER_SEGMENT_DIGEST_H_
