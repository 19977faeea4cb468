// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_CRYPTO_SSL_PTR_H_
#define PULLGATE_COMMON_CRYPTO_SSL_PTR_H_

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

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
using EvpPkeyCtxPtr =
    std::unique_ptr<EVP_PKEY_CTX, SslDelete<EVP_PKEY_CTX_free>>;
using EvpPkeyPtr = std::unique_ptr<EVP_PKEY, SslDelete<EVP_PKEY_free>>;
using GeneralNamesPtr =
    std::unique_ptr<GENERAL_NAMES, SslDelete<GENERAL_NAMES_free>>;
using SslCtxPtr = std::unique_ptr<SSL_CTX, SslDelete<SSL_CTX_free>>;
using SslPtr = std::unique_ptr<SSL, SslDelete<SSL_free>>;
using X509ExtensionPtr =
    std::unique_ptr<X509_EXTENSION, SslDelete<X509_EXTENSION_free>>;
using X509NamePtr = std::unique_ptr<X509_NAME, SslDelete<X509_NAME_free>>;
using X509Ptr = std::unique_ptr<X509, SslDelete<X509_free>>;
using X509StorePtr = std::unique_ptr<X509_STORE, SslDelete<X509_STORE_free>>;
using X509StoreCtxPtr =
    std::unique_ptr<X509_STORE_CTX, SslDelete<X509_STORE_CTX_free>>;

// X509_STORE counts its references itself.
inline X509StorePtr ShareX509Store(X509_STORE* store) {
  X509_STORE_up_ref(store);
  return X509StorePtr(store);
}

// A reference of our own to a certificate that somebody else owns.
inline X509Ptr ShareX509(X509* certificate) {
  X509_up_ref(certificate);
  return X509Ptr(certificate);
}

}  // namespace pullgate

#endif  // PULLGATE_COMMON_CRYPTO_SSL_PTR_H_
