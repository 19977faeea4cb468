// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_CRYPTO_SSL_PTR_H_
#define PULLGATE_COMMON_CRYPTO_SSL_PTR_H_

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

namespace pullgate {

// Owners for OpenSSL objects, so that hardly anything else calls a *_free.
template <auto kFree>
struct SslDelete {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};

using Asn1TimePtr = std::unique_ptr<ASN1_TIME, SslDelete<ASN1_TIME_free>>;
using BioPtr = std::unique_ptr<BIO, SslDelete<BIO_free_all>>;
using BignumPtr = std::unique_ptr<BIGNUM, SslDelete<BN_free>>;
using EvpPkeyCtxPtr =
    std::unique_ptr<EVP_PKEY_CTX, SslDelete<EVP_PKEY_CTX_free>>;
using EvpPkeyPtr = std::unique_ptr<EVP_PKEY, SslDelete<EVP_PKEY_free>>;
using GeneralNamesPtr =
    std::unique_ptr<GENERAL_NAMES, SslDelete<GENERAL_NAMES_free>>;
using NameConstraintsPtr =
    std::unique_ptr<NAME_CONSTRAINTS, SslDelete<NAME_CONSTRAINTS_free>>;
using SslCtxPtr = std::unique_ptr<SSL_CTX, SslDelete<SSL_CTX_free>>;
using SslPtr = std::unique_ptr<SSL, SslDelete<SSL_free>>;
using X509CrlPtr = std::unique_ptr<X509_CRL, SslDelete<X509_CRL_free>>;
using X509ExtensionPtr =
    std::unique_ptr<X509_EXTENSION, SslDelete<X509_EXTENSION_free>>;
using X509NameEntryPtr =
    std::unique_ptr<X509_NAME_ENTRY, SslDelete<X509_NAME_ENTRY_free>>;
using X509NamePtr = std::unique_ptr<X509_NAME, SslDelete<X509_NAME_free>>;
using X509Ptr = std::unique_ptr<X509, SslDelete<X509_free>>;
// The stack, and not what is on it.
struct X509StackDelete {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};
using X509StackPtr = std::unique_ptr<STACK_OF(X509), X509StackDelete>;
struct X509CrlStackDelete {
  void operator()(STACK_OF(X509_CRL) * stack) const { sk_X509_CRL_free(stack); }
};
using X509CrlStackPtr = std::unique_ptr<STACK_OF(X509_CRL), X509CrlStackDelete>;
struct ObjectStackDelete {
  void operator()(STACK_OF(ASN1_OBJECT) * stack) const {
    sk_ASN1_OBJECT_free(stack);
  }
};
using ObjectStackPtr =
    std::unique_ptr<STACK_OF(ASN1_OBJECT), ObjectStackDelete>;
using X509StorePtr = std::unique_ptr<X509_STORE, SslDelete<X509_STORE_free>>;
using X509StoreCtxPtr =
    std::unique_ptr<X509_STORE_CTX, SslDelete<X509_STORE_CTX_free>>;

// A reference of our own to a certificate that somebody else owns.
inline X509Ptr ShareX509(X509* certificate) {
  X509_up_ref(certificate);
  return X509Ptr(certificate);
}

inline X509CrlPtr ShareX509Crl(X509_CRL* crl) {
  X509_CRL_up_ref(crl);
  return X509CrlPtr(crl);
}

}  // namespace pullgate

#endif  // PULLGATE_COMMON_CRYPTO_SSL_PTR_H_
