// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/crypto/parse_crl.h"

#include <openssl/asn1t.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/crypto/certificate_info.h"
#include "common/crypto/ssl_errors.h"
#include "common/crypto/ssl_ptr.h"

namespace pullgate {
namespace {

const X509_EXTENSION* FindExtension(const X509_CRL& crl, int nid) {
  const int at = X509_CRL_get_ext_by_NID(&crl, nid, -1);
  return at < 0 ? nullptr : X509_CRL_get_ext(&crl, at);
}

// RSA-PSS has its hash among its parameters; SHA-1 where it says nothing.
int PssHash(const X509_ALGOR& algorithm) {
  using PssParametersPtr =
      std::unique_ptr<RSA_PSS_PARAMS, SslDelete<RSA_PSS_PARAMS_free>>;
  const PssParametersPtr parameters(
      static_cast<RSA_PSS_PARAMS*>(ASN1_TYPE_unpack_sequence(
          ASN1_ITEM_rptr(RSA_PSS_PARAMS), algorithm.parameter)));
  if (parameters == nullptr || parameters->hashAlgorithm == nullptr) {
    DrainSslErrors();
    return NID_sha1;
  }
  return OBJ_obj2nid(parameters->hashAlgorithm->algorithm);
}

bool IsSignedWithAcceptedHash(const X509_CRL& crl) {
  int hash = NID_undef;
  int key = NID_undef;
  const X509_ALGOR* algorithm = nullptr;
  const ASN1_BIT_STRING* signature = nullptr;
  X509_CRL_get0_signature(&crl, &signature, &algorithm);
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  const int nid = OBJ_obj2nid(object);
  if (nid == NID_ED25519 || nid == NID_ED448) return true;
  if (nid == NID_rsassaPss) {
    hash = PssHash(*algorithm);
  } else if (OBJ_find_sigid_algs(nid, &hash, &key) != 1) {
    return false;
  }
  return hash == NID_sha256 || hash == NID_sha384 || hash == NID_sha512;
}

bool HasNumber(const X509_CRL& crl) {
  using IntegerPtr =
      std::unique_ptr<ASN1_INTEGER, SslDelete<ASN1_INTEGER_free>>;
  const IntegerPtr number(static_cast<ASN1_INTEGER*>(
      X509_CRL_get_ext_d2i(&crl, NID_crl_number, nullptr, nullptr)));
  if (number != nullptr) return true;
  DrainSslErrors();
  return false;
}

}  // namespace

absl::StatusOr<X509CrlPtr> ParseCrlDer(absl::string_view der) {
  const auto* const begin = reinterpret_cast<const unsigned char*>(der.data());
  const unsigned char* position = begin;
  X509CrlPtr crl(d2i_X509_CRL(nullptr, &position,
                              static_cast<long>(der.size())));  // NOLINT
  if (crl == nullptr) {
    const std::string errors = DrainSslErrors();
    return absl::InvalidArgumentError(
        errors.empty() ? "it is not a revocation list" : errors);
  }
  if (position != begin + der.size()) {
    return absl::InvalidArgumentError("something follows the revocation list");
  }
  return crl;
}

std::string CrlToPem(const X509_CRL& crl) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509_CRL(bio.get(), const_cast<X509_CRL*>(&crl));
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);  // NOLINT: its type
  return std::string(data, size);
}

std::string Sha256OfCrl(const X509_CRL& crl) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (X509_CRL_digest(&crl, EVP_sha256(), digest, &size) != 1) {
    DrainSslErrors();
    return std::string();
  }
  return std::string(reinterpret_cast<char*>(digest), size);
}

std::string CrlFormProblem(const X509_CRL& crl) {
  if (X509_CRL_get_version(&crl) != X509_CRL_VERSION_2) {
    return "is not of version 2";
  }
  if (CrlThisUpdate(crl) == absl::InfiniteFuture()) {
    return "has a malformed thisUpdate";
  }
  if (X509_CRL_get0_nextUpdate(&crl) == nullptr) return "has no nextUpdate";
  if (CrlNextUpdate(crl) == absl::InfinitePast()) {
    return "has a malformed nextUpdate";
  }
  const X509_EXTENSION* const number = FindExtension(crl, NID_crl_number);
  if (number == nullptr || !HasNumber(crl)) return "has no CRL number";
  if (X509_EXTENSION_get_critical(number) == 1) {
    return "marks its CRL number critical";
  }
  if (FindExtension(crl, NID_delta_crl) != nullptr) {
    return "is a delta list; give the complete one";
  }
  if (!IsSignedWithAcceptedHash(crl)) {
    return "is signed with a hash that is not accepted (SHA-256, SHA-384 and "
           "SHA-512 are)";
  }
  return std::string();
}

absl::Time CrlThisUpdate(const X509_CRL& crl) {
  return FromAsn1Time(X509_CRL_get0_lastUpdate(&crl), absl::InfiniteFuture());
}

absl::Time CrlNextUpdate(const X509_CRL& crl) {
  return FromAsn1Time(X509_CRL_get0_nextUpdate(&crl), absl::InfinitePast());
}

}  // namespace pullgate
