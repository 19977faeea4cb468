// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// The table of docs/semantics.md §6: what may answer at a registry's address,
// and what comes of it with certificate check REQUIRED and with NONE.

#ifndef PULLGATE_TESTS_AGENT_VERIFY_REGISTRY_SERVER_ROWS_H_
#define PULLGATE_TESTS_AGENT_VERIFY_REGISTRY_SERVER_ROWS_H_

#include <ostream>
#include <vector>

#include "absl/time/time.h"
#include "agent/verify/registry_verifier.h"
#include "tests/fakes/registry_server.h"
#include "tests/support/test_ca.h"

namespace pullgate::agent {

// Whom the certificates of the table are for, and when they are looked at.
inline constexpr char kRowHost[] = "registry.example.com";
absl::Time RowTime();

enum class Certificate {
  kPlainHttp,
  kGood,
  kExpired,
  kWrongName,
  kSelfSigned,
  kWeak,
  kHundredCertificates,
  kThousandCertificates,
};

// What comes of it.
enum class Result { kHttps, kHttp, kRejected, kUnreachable };

struct Row {
  const char* name;
  Certificate certificate;
  RegistryServerOptions::Opening opening;
  RegistryServerOptions::Answer answer;
  const char* status;
  Result required;
  Result none;
  Attempt::Outcome outcome;  // of the HTTPS attempt with REQUIRED
  const char* detail;        // part of it
  int max_tls_version = 0;
  bool demand_client_certificate = false;
  // "{}": the port of a server that nobody is to be sent to.
  const char* headers = "Docker-Distribution-API-Version: registry/2.0\r\n";
};

inline std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}

// With NONE, HTTP at the same port gets the same server: where HTTPS met one
// that is no TLS server, HTTP works only if it is an HTTP server.
const std::vector<Row>& RegistryServerRows();

// What a row's server presents. Made once, and never freed.
std::vector<const TestCertificate*> ChainOf(Certificate certificate);

// Who issued what is to verify.
const TestCertificate& RowRoot();

}  // namespace pullgate::agent

#endif  // PULLGATE_TESTS_AGENT_VERIFY_REGISTRY_SERVER_ROWS_H_
