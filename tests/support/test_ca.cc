// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/test_ca.h"

#include <arpa/inet.h>
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

EvpPkeyPtr MakeKey(Key key) {
  if (key == Key::kP256) return EvpPkeyPtr(EVP_EC_gen("P-256"));
  return EvpPkeyPtr(EVP_RSA_gen(key == Key::kRsa1024 ? 1024 : 2048));
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

void AddExtensions(X509* certificate, X509* issuer,
                   const TestCertificateOptions& options) {
  std::string basic;
  if (options.ca.has_value()) {
    basic = *options.ca ? "critical,CA:TRUE" : "critical,CA:FALSE";
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
  AddExtension(certificate, issuer, NID_subject_key_identifier, "hash");
  AddExtension(certificate, issuer, NID_authority_key_identifier, "keyid");
  AddSans(certificate, options);
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
  SetName(x509, options.common_name);
  X509_set_issuer_name(x509, X509_get_subject_name(by));
  ASN1_TIME_set(X509_getm_notBefore(x509), absl::ToTimeT(options.not_before));
  ASN1_TIME_set(X509_getm_notAfter(x509), absl::ToTimeT(options.not_after));
  X509_set_pubkey(x509, made.key.get());
  if (options.version == 3) AddExtensions(x509, by, options);
  X509_sign(x509, signing_key,
            options.sha1_signature ? EVP_sha1() : EVP_sha256());
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
