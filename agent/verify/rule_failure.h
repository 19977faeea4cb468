// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_VERIFY_RULE_FAILURE_H_
#define PULLGATE_AGENT_VERIFY_RULE_FAILURE_H_

#include <openssl/x509_vfy.h>

#include <cstddef>
#include <string>

namespace pullgate::agent {

// A rule of docs/certificate-profile.md that a certificate breaks; false when
// it breaks none.
struct RuleFailure {
  // The rule's name in that document. A literal; null for none.
  const char* rule = nullptr;
  // The rest of "a certificate that ...".
  std::string clause;
  // X509_V_ERR_*: what the TLS alert to the peer is made of.
  int x509_error = X509_V_OK;

  explicit operator bool() const { return rule != nullptr; }
};

// The same of a certificate in a path.
struct PathFailure {
  RuleFailure failure;
  // The place in the path, leaf first, of the certificate that breaks the rule.
  size_t depth = 0;

  explicit operator bool() const { return static_cast<bool>(failure); }
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_VERIFY_RULE_FAILURE_H_
