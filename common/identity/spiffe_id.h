// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_IDENTITY_SPIFFE_ID_H_
#define PULLGATE_COMMON_IDENTITY_SPIFFE_ID_H_

#include <string>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/identity/vch_id.h"

namespace pullgate {

// Who a certificate names, by its one URI subject alternative name:
//   spiffe://<trust-domain>/vch/<vch>         the agent of a VCH
//   spiffe://<trust-domain>/operator/<name>   a person or their tool
// A name that parses is not yet to be believed: the certificate must have been
// verified, and the trust domain compared with the configured one. A value.
class SpiffeId {
 public:
  // Strict: lower-case scheme and trust domain, exactly two path segments, no
  // port, user, query, fragment, percent-escape or empty segment (SPIFFE-ID
  // specification, section 2). A name is spelled as a VCH id is.
  // InvalidArgument says what was expected.
  static absl::StatusOr<SpiffeId> Parse(absl::string_view uri);

  static SpiffeId OfAgent(std::string trust_domain, VchId vch) {
    return SpiffeId(std::move(trust_domain), std::move(vch));
  }

  const std::string& trust_domain() const { return trust_domain_; }
  // Null unless it names an agent.
  const VchId* vch() const { return std::get_if<VchId>(&subject_); }
  // Null unless it names an operator.
  const std::string* operator_name() const {
    return std::get_if<std::string>(&subject_);
  }

  // Parses back to itself.
  std::string ToString() const;

  friend bool operator==(const SpiffeId& a, const SpiffeId& b) {
    return a.trust_domain_ == b.trust_domain_ && a.subject_ == b.subject_;
  }
  friend bool operator!=(const SpiffeId& a, const SpiffeId& b) {
    return !(a == b);
  }

 private:
  SpiffeId(std::string trust_domain, std::variant<VchId, std::string> subject)
      : trust_domain_(std::move(trust_domain)), subject_(std::move(subject)) {}

  std::string trust_domain_;
  std::variant<VchId, std::string> subject_;
};

// Whether `text` may stand as a trust domain: 1-255 lower-case letters,
// digits, '.', '-' and '_'. InvalidArgument says what is wrong.
absl::Status CheckTrustDomain(absl::string_view text);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_IDENTITY_SPIFFE_ID_H_
