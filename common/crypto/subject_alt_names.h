// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_CRYPTO_SUBJECT_ALT_NAMES_H_
#define PULLGATE_COMMON_CRYPTO_SUBJECT_ALT_NAMES_H_

#include <openssl/x509.h>

#include <string>
#include <vector>

namespace pullgate {

// The subjectAltName extension of a certificate (RFC 5280 §4.2.1.6), as its
// bytes are: nothing is checked, folded or decoded, and a name may hold any
// byte, NUL included.
struct SubjectAltNames {
  enum class State { kAbsent, kPresent, kMalformed };

  // kMalformed: the extension does not parse, or there are two. It then names
  // nobody.
  State state = State::kAbsent;
  std::vector<std::string> dns_names;
  // Octets: 4 or 16 where the certificate is well made.
  std::vector<std::string> ip_addresses;
};

SubjectAltNames ReadSubjectAltNames(const X509& certificate);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_CRYPTO_SUBJECT_ALT_NAMES_H_
