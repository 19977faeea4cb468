// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_VERIFY_TLS_OBSERVER_H_
#define PULLGATE_AGENT_VERIFY_TLS_OBSERVER_H_

#include <openssl/ssl.h>

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "agent/verify/certificate_verifier.h"
#include "common/crypto/certificate_info.h"

namespace pullgate::agent {

// What was seen of one TLS connection from below and from inside. Error texts
// of the libraries cannot tell plain HTTP from an alert or a reset; these facts
// can.
struct TlsFacts {
  enum class FirstBytes { kNone, kTls, kOther };

  // The client has begun: TCP is connected.
  bool started = false;
  // What came first: the header of a TLS record (its first byte is 20 to 23,
  // and the second, if there is one, 3) or anything else.
  FirstBytes first_bytes = FirstBytes::kNone;
  // The very first bytes, at most 16.
  std::string beginning;
  // The peer closed or reset the connection, as seen when reading or writing.
  bool peer_closed = false;

  // Alert descriptions (RFC 8446 §6), -1 for none.
  int alert_received = -1;
  int alert_sent = -1;
  bool client_certificate_requested = false;

  // The verification callback ran, with this outcome, on this chain.
  bool checked = false;
  CertificateVerdict verdict;
  std::vector<CertificateInfo> chain;
};

// Attaches itself to the SSL_CTX of one connection: collects TlsFacts and
// decides about the certificate. Used by one thread; must outlive the
// connection.
class TlsObserver {
 public:
  // `presented` is as in VerifyServerCertificate.
  using Verify =
      std::function<CertificateVerdict(X509* leaf, STACK_OF(X509) * presented)>;

  // `enforce`: whether a certificate that does not verify ends the handshake.
  // It is verified in either case.
  TlsObserver(Verify verify, bool enforce)
      : verify_(std::move(verify)), enforce_(enforce) {}
  TlsObserver(const TlsObserver&) = delete;
  TlsObserver& operator=(const TlsObserver&) = delete;

  // Sets the context's callbacks, TLS 1.2 as the oldest version, and no
  // renegotiation. Call it before the handshake.
  void Attach(SSL_CTX* context);

  const TlsFacts& facts() const { return facts_; }

 private:
  static int OnVerify(X509_STORE_CTX* context, void* self);
  static void OnMessage(int written, int version, int content_type,
                        const void* data, size_t size, SSL* ssl, void* self);
  static void OnInfo(const SSL* ssl, int where, int value);
  static long OnBio(BIO* bio, int operation,  // NOLINT: OpenSSL's type
                    const char* data, size_t size, int argi,
                    long argl,  // NOLINT: OpenSSL's type
                    int result, size_t* processed);

  void NoteFirstBytes(const char* data, size_t size);
  void NoteChain(X509* leaf, STACK_OF(X509) * presented);

  const Verify verify_;
  const bool enforce_;
  TlsFacts facts_;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_VERIFY_TLS_OBSERVER_H_
