// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/test_ca.h"

#include <arpa/inet.h>
#include <openssl/bn.h>
#include <openssl/dsa.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/crypto/ssl_ptr.h"

namespace pullgate {
namespace {

using Key = TestCertificateOptions::Key;

EvpPkeyPtr MakeDsaKey() {
  const EvpPkeyCtxPtr parameters(EVP_PKEY_CTX_new_id(EVP_PKEY_DSA, nullptr));
  EVP_PKEY* domain = nullptr;
  EVP_PKEY_paramgen_init(parameters.get());
  EVP_PKEY_CTX_set_dsa_paramgen_bits(parameters.get(), 1024);
  EVP_PKEY_paramgen(parameters.get(), &domain);
  const EvpPkeyPtr owned(domain);
  const EvpPkeyCtxPtr generator(EVP_PKEY_CTX_new(domain, nullptr));
  EVP_PKEY* key = nullptr;
  EVP_PKEY_keygen_init(generator.get());
  EVP_PKEY_keygen(generator.get(), &key);
  return EvpPkeyPtr(key);
}

EvpPkeyPtr MakeKey(Key key) {
  switch (key) {
    case Key::kP256:
      return EvpPkeyPtr(EVP_EC_gen("P-256"));
    case Key::kP384:
      return EvpPkeyPtr(EVP_EC_gen("P-384"));
    case Key::kP192:
      return EvpPkeyPtr(EVP_EC_gen("P-192"));
    case Key::kRsa2048:
      return EvpPkeyPtr(EVP_RSA_gen(2048));
    case Key::kRsa2052:
      return EvpPkeyPtr(EVP_RSA_gen(2052));
    case Key::kRsa1024:
      return EvpPkeyPtr(EVP_RSA_gen(1024));
    case Key::kEd25519:
      return EvpPkeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    case Key::kDsa:
      return MakeDsaKey();
  }
  return nullptr;
}

// What a certificate or list is signed with.
const EVP_MD* HashFor(const EVP_PKEY* key, bool sha1) {
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519) return nullptr;
  return sha1 ? EVP_sha1() : EVP_sha256();
}

// The octets of a textual address; "hex:…" gives any octets.
std::string AddressOctets(const std::string& text) {
  if (absl::StartsWith(text, "hex:")) {
    return absl::HexStringToBytes(text.substr(4));
  }
  unsigned char octets[16];
  if (inet_pton(AF_INET, text.c_str(), octets) == 1) {
    return std::string(reinterpret_cast<char*>(octets), 4);
  }
  if (inet_pton(AF_INET6, text.c_str(), octets) == 1) {
    return std::string(reinterpret_cast<char*>(octets), 16);
  }
  return std::string();
}

void PushName(GENERAL_NAMES* names, int type, const std::string& bytes) {
  GENERAL_NAME* const name = GENERAL_NAME_new();
  ASN1_STRING* const value = ASN1_STRING_type_new(
      type == GEN_IPADD ? V_ASN1_OCTET_STRING : V_ASN1_IA5STRING);
  ASN1_STRING_set(value, bytes.data(), static_cast<int>(bytes.size()));
  GENERAL_NAME_set0_value(name, type, value);
  sk_GENERAL_NAME_push(names, name);
}

void AddSans(X509* certificate, const TestCertificateOptions& options) {
  const GeneralNamesPtr names(sk_GENERAL_NAME_new_null());
  for (const std::string& name : options.dns_names) {
    PushName(names.get(), GEN_DNS, name);
  }
  for (const std::string& address : options.ip_addresses) {
    PushName(names.get(), GEN_IPADD, AddressOctets(address));
  }
  for (const std::string& uri : options.uris) {
    PushName(names.get(), GEN_URI, uri);
  }
  if (sk_GENERAL_NAME_num(names.get()) == 0) return;
  X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(),
                    /*crit=*/options.common_name.empty() ? 1 : 0, 0);
}

// Adds an extension written as in OpenSSL's configuration; nothing if empty.
void AddExtension(X509* certificate, X509* issuer, int nid,
                  const std::string& value) {
  if (value.empty()) return;
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const X509ExtensionPtr extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  if (extension != nullptr) X509_add_ext(certificate, extension.get(), -1);
}

X509ExtensionPtr OtherExtension(const std::string& oid,
                                const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, nullptr, nullptr, nullptr, nullptr, 0);
  return X509ExtensionPtr(
      X509V3_EXT_conf(nullptr, &context, oid.c_str(), value.c_str()));
}

bool IssuerHasNoKeyIdentifier(X509* issuer) {
  return X509_get_ext_by_NID(issuer, NID_subject_key_identifier, -1) < 0;
}

void AddExtensions(X509* certificate, X509* issuer,
                   const TestCertificateOptions& options) {
  std::string basic;
  if (options.ca.has_value()) {
    basic = absl::StrCat(options.critical_basic_constraints ? "critical," : "",
                         *options.ca ? "CA:TRUE" : "CA:FALSE");
    if (options.path_length.has_value()) {
      absl::StrAppend(&basic, ",pathlen:", *options.path_length);
    }
  }
  AddExtension(certificate, issuer, NID_basic_constraints, basic);
  AddExtension(certificate, issuer, NID_key_usage, options.key_usage);
  AddExtension(certificate, issuer, NID_ext_key_usage,
               options.extended_key_usage);
  AddExtension(certificate, issuer, NID_name_constraints,
               options.name_constraints);
  AddExtension(certificate, issuer, NID_subject_key_identifier,
               options.subject_key_identifier);
  AddExtension(
      certificate, issuer, NID_authority_key_identifier,
      options.authority_key_identifier.value_or(
          issuer == certificate || IssuerHasNoKeyIdentifier(issuer) ? ""
                                                                    : "keyid"));
  AddSans(certificate, options);
  for (const auto& [oid, value] : options.other_extensions) {
    const X509ExtensionPtr extension = OtherExtension(oid, value);
    X509_add_ext(certificate, extension.get(), -1);
  }
}

void SetName(X509* certificate, const std::string& common_name) {
  const X509NamePtr name(X509_NAME_new());
  if (!common_name.empty()) {
    X509_NAME_add_entry_by_txt(
        name.get(), "CN", MBSTRING_UTF8,
        reinterpret_cast<const unsigned char*>(common_name.data()),
        static_cast<int>(common_name.size()), -1, 0);
  }
  X509_set_subject_name(certificate, name.get());
}

// Without an issuer: self-signed.
TestCertificate Make(const TestCertificate* issuer, EvpPkeyPtr key,
                     const TestCertificateOptions& options) {
  static std::atomic<uint64_t> serial = 1;
  TestCertificate made{X509Ptr(X509_new()), std::move(key)};
  X509* const x509 = made.certificate.get();
  X509* const by = issuer == nullptr ? x509 : issuer->certificate.get();
  EVP_PKEY* const signing_key =
      issuer == nullptr ? made.key.get() : issuer->key.get();
  X509_set_version(x509, options.version - 1);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(x509), serial++);
  if (!options.serial.empty()) {
    BIGNUM* number = nullptr;
    BN_hex2bn(&number, options.serial.c_str());
    const BignumPtr owned(number);
    BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x509));
  }
  SetName(x509, options.common_name);
  X509_set_issuer_name(x509, X509_get_subject_name(by));
  ASN1_TIME_set(X509_getm_notBefore(x509), absl::ToTimeT(options.not_before));
  ASN1_TIME_set(X509_getm_notAfter(x509), absl::ToTimeT(options.not_after));
  X509_set_pubkey(x509, made.key.get());
  if (options.version == 3) AddExtensions(x509, by, options);
  X509_sign(x509, signing_key, HashFor(signing_key, options.sha1_signature));
  return made;
}

std::string Contents(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);  // NOLINT: its type
  return std::string(data, size);
}

}  // namespace

TestCertificate TestCertificate::Issue(
    const TestCertificateOptions& options) const {
  return Make(this, MakeKey(options.key), options);
}

TestCertificate TestCertificate::Reissue(
    const TestCertificate& of, const TestCertificateOptions& options) const {
  EVP_PKEY_up_ref(of.key.get());
  return Make(this, EvpPkeyPtr(of.key.get()), options);
}

X509CrlPtr TestCertificate::Revoke(
    const std::vector<const TestCertificate*>& revoked,
    const TestCrlOptions& options) const {
  X509CrlPtr crl(X509_CRL_new());
  X509_CRL_set_version(crl.get(), X509_CRL_VERSION_2);
  X509_CRL_set_issuer_name(crl.get(), X509_get_subject_name(certificate.get()));
  const Asn1TimePtr time(ASN1_TIME_new());
  ASN1_TIME_set(time.get(), absl::ToTimeT(options.this_update));
  X509_CRL_set1_lastUpdate(crl.get(), time.get());
  if (options.next_update.has_value()) {
    ASN1_TIME_set(time.get(), absl::ToTimeT(*options.next_update));
    X509_CRL_set1_nextUpdate(crl.get(), time.get());
  }
  ASN1_TIME_set(time.get(), absl::ToTimeT(options.this_update));
  for (const TestCertificate* one : revoked) {
    X509_REVOKED* const entry = X509_REVOKED_new();
    X509_REVOKED_set_serialNumber(
        entry, X509_get_serialNumber(one->certificate.get()));
    X509_REVOKED_set_revocationDate(entry, time.get());
    X509_CRL_add0_revoked(crl.get(), entry);
  }
  if (!options.number.empty()) {
    const X509ExtensionPtr number = OtherExtension(
        "2.5.29.20", absl::StrCat("ASN1:INTEGER:", options.number));
    X509_CRL_add_ext(crl.get(), number.get(), -1);
  }
  for (const auto& [oid, value] : options.extensions) {
    X509_CRL_add_ext(crl.get(), OtherExtension(oid, value).get(), -1);
  }
  X509_CRL_sort(crl.get());
  X509_CRL_sign(crl.get(), key.get(),
                HashFor(key.get(), options.sha1_signature));
  // Read back, as OpenSSL notes some extensions only while it parses.
  unsigned char* der = nullptr;
  const int size = i2d_X509_CRL(crl.get(), &der);
  const unsigned char* position = der;
  X509CrlPtr parsed(d2i_X509_CRL(nullptr, &position, size));
  OPENSSL_free(der);
  return parsed;
}

std::string TestCertificate::Pem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate.get());
  return Contents(bio.get());
}

std::string TestCertificate::KeyPem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr,
                           nullptr);
  return Contents(bio.get());
}

TestCertificate MakeSelfSigned(const TestCertificateOptions& options) {
  return Make(nullptr, MakeKey(options.key), options);
}

TestCertificateOptions TestCaOptions(absl::string_view common_name) {
  TestCertificateOptions options;
  options.common_name = std::string(common_name);
  options.ca = true;
  options.key_usage = "critical,keyCertSign,cRLSign";
  return options;
}

TestCertificateOptions TestLeafOptions(const std::vector<std::string>& names) {
  TestCertificateOptions options;
  options.common_name = "leaf";
  options.ca = false;
  options.key_usage = "critical,digitalSignature";
  options.extended_key_usage = "serverAuth";
  for (const std::string& name : names) {
    (AddressOctets(name).empty() ? options.dns_names : options.ip_addresses)
        .push_back(name);
  }
  return options;
}

TestCertificate MakeTestRoot(absl::string_view common_name) {
  return MakeSelfSigned(TestCaOptions(common_name));
}

}  // namespace pullgate
