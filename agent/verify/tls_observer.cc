// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/verify/tls_observer.h"

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <openssl/tls1.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <cstddef>
#include <string>

#include "common/crypto/certificate_info.h"

namespace pullgate::agent {
namespace {

constexpr size_t kMaxBeginning = 16;

// Where an SSL_CTX carries its observer.
int ContextIndex() {
  static const int index =
      SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

}  // namespace

void TlsObserver::Attach(SSL_CTX* context) {
  SSL_CTX_set_ex_data(context, ContextIndex(), this);
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_verify(context, enforce_ ? SSL_VERIFY_PEER : SSL_VERIFY_NONE,
                     nullptr);
  SSL_CTX_set_cert_verify_callback(context, &TlsObserver::OnVerify, this);
  SSL_CTX_set_msg_callback(context, &TlsObserver::OnMessage);
  SSL_CTX_set_msg_callback_arg(context, this);
  SSL_CTX_set_info_callback(context, &TlsObserver::OnInfo);
}

int TlsObserver::OnVerify(X509_STORE_CTX* context, void* self) {
  auto* const observer = static_cast<TlsObserver*>(self);
  X509* const leaf = X509_STORE_CTX_get0_cert(context);
  STACK_OF(X509)* const presented = X509_STORE_CTX_get0_untrusted(context);
  observer->facts_.checked = true;
  observer->NoteChain(leaf, presented);
  observer->facts_.verdict = observer->verify_(leaf, presented);
  const CertificateVerdict& verdict = observer->facts_.verdict;
  if (verdict.verified || !observer->enforce_) {
    X509_STORE_CTX_set_error(context, X509_V_OK);
    return 1;
  }
  // Decides which alert the peer is sent.
  X509_STORE_CTX_set_error(context, verdict.x509_error);
  return 0;
}

void TlsObserver::NoteChain(X509* leaf, STACK_OF(X509) * presented) {
  facts_.chain = {DescribeCertificate(*leaf)};
  const int size = presented == nullptr ? 0
                                        : std::min(sk_X509_num(presented),
                                                   kMaxPresentedCertificates);
  for (int i = 0; i < size; ++i) {
    X509* const certificate = sk_X509_value(presented, i);
    if (certificate == leaf) continue;
    facts_.chain.push_back(DescribeCertificate(*certificate));
  }
}

void TlsObserver::OnMessage(int written, int /*version*/, int content_type,
                            const void* data, size_t size, SSL* /*ssl*/,
                            void* self) {
  TlsFacts& facts = static_cast<TlsObserver*>(self)->facts_;
  const auto* const bytes = static_cast<const unsigned char*>(data);
  if (content_type == SSL3_RT_ALERT && size == 2) {
    (written != 0 ? facts.alert_sent : facts.alert_received) = bytes[1];
  }
  if (content_type == SSL3_RT_HANDSHAKE && size > 0 && written == 0 &&
      bytes[0] == SSL3_MT_CERTIFICATE_REQUEST) {
    facts.client_certificate_requested = true;
  }
}

void TlsObserver::OnInfo(const SSL* ssl, int where, int /*value*/) {
  if ((where & SSL_CB_HANDSHAKE_START) == 0) return;
  auto* const observer = static_cast<TlsObserver*>(
      SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), ContextIndex()));
  if (observer->facts_.started) return;
  observer->facts_.started = true;
  BIO* const bio = SSL_get_rbio(ssl);
  BIO_set_callback_ex(bio, &TlsObserver::OnBio);
  BIO_set_callback_arg(bio, reinterpret_cast<char*>(observer));
}

long TlsObserver::OnBio(BIO* bio, int operation,  // NOLINT: OpenSSL's type
                        const char* data, size_t /*size*/, int /*argi*/,
                        long /*argl*/,  // NOLINT: OpenSSL's type
                        int result,
                        size_t* processed) {  // NOLINT: OpenSSL's type
  auto* const observer =
      reinterpret_cast<TlsObserver*>(BIO_get_callback_arg(bio));
  const bool read = operation == (BIO_CB_READ | BIO_CB_RETURN);
  const bool write = operation == (BIO_CB_WRITE | BIO_CB_RETURN);
  if (!read && !write) return result;
  if (result <= 0) {
    if (BIO_should_retry(bio) == 0) observer->facts_.peer_closed = true;
  } else if (read && processed != nullptr) {
    observer->NoteFirstBytes(data, *processed);
  }
  return result;
}

void TlsObserver::NoteFirstBytes(const char* data, size_t size) {
  std::string& beginning = facts_.beginning;
  if (beginning.size() >= kMaxBeginning || size == 0) return;
  beginning.append(data, std::min(size, kMaxBeginning - beginning.size()));
  const auto type = static_cast<unsigned char>(beginning[0]);
  const bool tls = type >= SSL3_RT_CHANGE_CIPHER_SPEC &&
                   type <= SSL3_RT_APPLICATION_DATA &&
                   (beginning.size() == 1 || beginning[1] == 3);
  facts_.first_bytes =
      tls ? TlsFacts::FirstBytes::kTls : TlsFacts::FirstBytes::kOther;
}

}  // namespace pullgate::agent
