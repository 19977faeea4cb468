// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/tls_material.h"

#include <openssl/pem.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/crypto/certificate_info.h"
#include "common/crypto/parse_certificate.h"
#include "common/crypto/pem_blocks.h"
#include "common/crypto/ssl_errors.h"
#include "common/crypto/ssl_ptr.h"
#include "common/files/read_file.h"
#include "common/status/status_macros.h"

namespace pullgate {
namespace {

constexpr size_t kMaxFile = 1 << 20;
constexpr size_t kMaxBlocks = 1000;

absl::Status Bad(const std::string& path, absl::string_view why) {
  return absl::FailedPreconditionError(absl::StrCat(path, ": ", why));
}

absl::StatusOr<std::vector<X509Ptr>> ParseCertificates(const std::string& path,
                                                       const std::string& pem) {
  std::vector<X509Ptr> certificates;
  for (const PemBlock& block : FindPemBlocks(pem, kMaxBlocks)) {
    if (!block.problem.empty()) {
      return Bad(path, absl::StrCat("a PEM block ", block.problem));
    }
    if (block.label != "CERTIFICATE") continue;
    absl::StatusOr<X509Ptr> certificate = ParseCertificateDer(block.bytes);
    if (!certificate.ok()) {
      return Bad(path, absl::StrCat("certificate ", certificates.size() + 1,
                                    ": ", certificate.status().message()));
    }
    certificates.push_back(*std::move(certificate));
  }
  if (certificates.empty()) return Bad(path, "has no PEM certificate");
  return certificates;
}

// OpenSSL would ask on the terminal.
int NoPassword(char*, int, int, void*) { return -1; }

absl::StatusOr<EvpPkeyPtr> ParseKey(const std::string& path,
                                    const std::string& pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  EvpPkeyPtr key(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassword, nullptr));
  if (key != nullptr) return key;
  DrainSslErrors();
  if (absl::StrContains(pem, "ENCRYPTED")) {
    return Bad(path,
               "the private key is encrypted; it must be stored without a "
               "password, readable by this process only");
  }
  return Bad(path, "has no PEM private key");
}

std::vector<std::string> UrisOf(const X509& leaf) {
  std::vector<std::string> uris;
  const GeneralNamesPtr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&leaf, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    const ASN1_IA5STRING* const uri = name->d.uniformResourceIdentifier;
    uris.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
                      static_cast<size_t>(ASN1_STRING_length(uri)));
  }
  return uris;
}

}  // namespace

absl::StatusOr<TlsMaterial> LoadTlsMaterial(const TlsFilePaths& paths) {
  TlsMaterial out;
  PULLGATE_ASSIGN_OR_RETURN(out.certificate_pem,
                            ReadFile(paths.certificate, kMaxFile));
  PULLGATE_ASSIGN_OR_RETURN(out.key_pem, ReadFile(paths.key, kMaxFile));
  PULLGATE_ASSIGN_OR_RETURN(out.ca_pem, ReadFile(paths.ca, kMaxFile));
  PULLGATE_ASSIGN_OR_RETURN(
      const std::vector<X509Ptr> chain,
      ParseCertificates(paths.certificate, out.certificate_pem));
  PULLGATE_ASSIGN_OR_RETURN(const EvpPkeyPtr key,
                            ParseKey(paths.key, out.key_pem));
  PULLGATE_RETURN_IF_ERROR(ParseCertificates(paths.ca, out.ca_pem).status());
  X509& leaf = *chain.front();
  if (X509_check_private_key(&leaf, key.get()) != 1) {
    DrainSslErrors();
    return Bad(paths.key, absl::StrCat("is not the key of the first "
                                       "certificate in ",
                                       paths.certificate));
  }
  CertificateInfo info = DescribeCertificate(leaf);
  out.subject = std::move(info.subject);
  out.fingerprint = std::move(info.sha256_fingerprint);
  out.uris = UrisOf(leaf);
  out.not_after = info.not_after;
  return out;
}

}  // namespace pullgate
