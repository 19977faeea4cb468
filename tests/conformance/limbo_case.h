// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_CONFORMANCE_LIMBO_CASE_H_
#define PULLGATE_TESTS_CONFORMANCE_LIMBO_CASE_H_

#include <string>
#include <vector>

#include "agent/verify/certificate_place.h"
#include "agent/verify/chain_verifier.h"
#include "google/protobuf/struct.pb.h"

namespace pullgate::agent {

// What came of one case.
struct LimboOutcome {
  // Empty: accepted. Else the rule that refused, or the code of the finding
  // that refused its CA entry.
  std::string rule;
  // Why not, for a reader.
  std::string failure;
};

// One case of x509-limbo. Its fields map to
//
//   trusted_certs            kPublic: the public CA set, read from a file;
//                            kPolicy: one CA entry of a policy
//   crls                     the same CA entry; kPolicy only
//   untrusted_intermediates  what was presented; what does not parse was not
//   peer_certificate         the leaf
//   peer_kind                nothing: the certificate is judged, not its owner
//   validation_kind          SERVER, CLIENT: the purpose, hence the EKU
//                            (extended_key_usage says the same) and key_usage
//                            that the leaf needs
//   validation_time          the clock; absent: the present
//   expected_peer_name       SERVER: what was asked; absent: the chain alone
//   expected_peer_names      CLIENT: names that all must be among the SANs
//   max_chain_depth          the most intermediates, instead of 8
//   signature_algorithms     nothing: those of the profile are accepted
class LimboCase {
 public:
  // `json` outlives this.
  explicit LimboCase(const google::protobuf::Struct* json) : json_(*json) {}

  std::string id() const;
  bool expects_success() const;
  bool has_crls() const;
  // Of a strictness that no deployed verifier needs.
  bool pedantic() const;

  LimboOutcome Run(AnchorKind kind) const;

 private:
  bool is_client() const;
  // With the case's depth and names.
  LimboOutcome Verify(ChainRequest request) const;
  std::string Text(const std::string& field) const;
  std::vector<std::string> Texts(const std::string& field) const;

  const google::protobuf::Struct& json_;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_TESTS_CONFORMANCE_LIMBO_CASE_H_
