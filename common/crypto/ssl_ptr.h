// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_CRYPTO_SSL_PTR_H_
#define PULLGATE_COMMON_CRYPTO_SSL_PTR_H_

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>

namespace pullgate {

// Owners for OpenSSL objects; nothing else in the project calls a *_free.
template <auto kFree>
struct SslDelete {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};

using BioPtr = std::unique_ptr<BIO, SslDelete<BIO_free_all>>;
using EvpPkeyPtr = std::unique_ptr<EVP_PKEY, SslDelete<EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, SslDelete<X509_free>>;
using X509StorePtr = std::unique_ptr<X509_STORE, SslDelete<X509_STORE_free>>;
using X509StoreCtxPtr =
    std::unique_ptr<X509_STORE_CTX, SslDelete<X509_STORE_CTX_free>>;

// A reference of our own to a certificate that somebody else owns.
inline X509Ptr ShareX509(X509* certificate) {
  X509_up_ref(certificate);
  return X509Ptr(certificate);
}

}  // namespace pullgate

#endif  // PULLGATE_COMMON_CRYPTO_SSL_PTR_H_
