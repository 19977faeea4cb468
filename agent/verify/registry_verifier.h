// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_VERIFY_REGISTRY_VERIFIER_H_
#define PULLGATE_AGENT_VERIFY_REGISTRY_VERIFIER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "agent/verify/stop_signal.h"
#include "common/crypto/certificate_info.h"
#include "common/crypto/trust_bundle.h"
#include "common/policy/decision.h"
#include "common/registry/registry_address.h"

namespace pullgate::agent {

// What a registry presented.
using PresentedCertificate = CertificateInfo;

// What would make a certificate verify that did not; for people only
// (trust_advice.h).
struct TrustAdvice {
  // What would have to be among the policy's CAs, and the same as PEM. Absent
  // when nothing was presented that may be, or trust is not what is missing.
  std::optional<PresentedCertificate> to_trust;
  std::string pem;
  // The subject of the issuer that was not presented, which one would have to
  // ask for; empty if the chain ends with its root.
  std::string issuer_to_obtain;
  // What would be wrong even with `to_trust` trusted, as the rest of "a
  // certificate that ..."; empty if nothing. Without `to_trust`, what is wrong
  // besides.
  std::string remaining_failure;
};

// What happened at one address of one route. Proto twin:
// pullgate.audit.v1.Attempt.
struct Attempt {
  enum class Outcome {
    kRegistry,
    kRefused,
    kUnreachable,
    kTimedOut,
    kNotTls,
    kTlsFailed,
    kCertificateRejected,
    kSilent,
    kNotARegistry,
    kSkipped,
  };
  Scheme scheme = Scheme::kHttps;
  IpAddress address;
  uint16_t port = 0;
  Outcome outcome = Outcome::kSkipped;
  std::string detail;
  int http_status = 0;
  absl::Duration elapsed;

  // As presented, leaf first; empty without TLS.
  std::vector<PresentedCertificate> chain;
  // Whether the leaf verified for what was asked: with certificate check NONE,
  // whether it would have.
  bool verified = false;
  std::string verify_failure;
  // When it did not.
  std::optional<TrustAdvice> advice;
};

// What a verified (or deliberately unverified) registry may be reached by.
struct UsableRoute {
  Scheme scheme = Scheme::kHttps;
  IpAddress address;
  uint16_t port = 0;
  // Empty for an address: no server name is sent.
  std::string server_name;
  CertificateCheck certificate_check = CertificateCheck::kRequired;
  std::string certificate_sha256;  // empty with HTTP
};

struct Verification {
  enum class Failure { kNone, kCertificateRejected, kUnreachable };
  // Present if and only if failure is kNone.
  std::optional<UsableRoute> usable;
  Failure failure = Failure::kUnreachable;
  // One sentence: the precise cause.
  std::string message;
  // In the order they were made.
  std::vector<Attempt> attempts;
};

struct VerifyRequest {
  // What was asked: the reference identity.
  RegistryAddress asked;
  // The decision's; all pinned.
  std::vector<Route> routes;
  std::shared_ptr<const TrustBundle> bundle;
  // PolicySnapshot::CaEntriesInScope.
  std::vector<int> ca_entries;
  // Try every route and address to the end, for a report, instead of stopping
  // at the first that works. What is usable does not change.
  bool exhaustive = false;
  // Any HTTP answer on /v2/ will do, not only a registry's: the hosts that a
  // pull meets on its way, of tokens and of blobs, have none there. What has to
  // be verified is verified all the same.
  bool any_http_answer = false;
  // Where the last connection may be left, so that the answer need not wait for
  // its end; it is closed when the pointer lets go of it. Null: it is closed
  // before.
  std::shared_ptr<void>* left_open = nullptr;
  // Ends it early, whatever it is at; then what is returned says nothing about
  // the registry. Null: nobody will; else it outlives the call.
  StopSignal* stop = nullptr;
};

// Proves a registry: walks the routes over pinned addresses, HTTPS first, and
// says which one may be used (docs/semantics.md §6). Uses no proxy, follows no
// redirect, sends no credential, keeps no state between calls.
//
// Thread-safe; returns by `deadline`. An unpinned route is never connected to.
class RegistryVerifier {
 public:
  virtual ~RegistryVerifier() = default;
  virtual Verification Verify(const VerifyRequest& request,
                              absl::Time deadline) = 0;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_VERIFY_REGISTRY_VERIFIER_H_
