// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/crypto/certificate_info.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/crypto/ssl_errors.h"
#include "common/crypto/ssl_ptr.h"
#include "common/crypto/subject_alt_names.h"

namespace pullgate {
namespace {

constexpr size_t kMaxNameBytes = 256;
constexpr size_t kMaxNamesOfAKind = 64;

std::string Cut(std::string text) {
  if (text.size() <= kMaxNameBytes) return text;
  text.resize(kMaxNameBytes - 3);
  return text + "...";
}

std::string DescribeAddress(const std::string& octets) {
  char text[INET6_ADDRSTRLEN] = {};
  const int family = octets.size() == 4 ? AF_INET : AF_INET6;
  if ((octets.size() == 4 || octets.size() == 16) &&
      inet_ntop(family, octets.data(), text, sizeof(text)) != nullptr) {
    return text;
  }
  return Cut(absl::StrCat("hex:", absl::BytesToHexString(octets)));
}

}  // namespace

absl::Time FromAsn1Time(const ASN1_TIME* time, absl::Time otherwise) {
  struct tm parts = {};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) {
    DrainSslErrors();
    return otherwise;
  }
  return absl::FromTM(parts, absl::UTCTimeZone());
}

std::string Sha256OfCertificate(const X509& certificate) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (X509_digest(&certificate, EVP_sha256(), digest, &size) != 1) {
    DrainSslErrors();
    return std::string();
  }
  return std::string(reinterpret_cast<char*>(digest), size);
}

std::string DescribeName(const X509_NAME* name) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (name == nullptr || X509_NAME_entry_count(name) == 0) {
    return "(empty name)";
  }
  // XN_FLAG_RFC2253 escapes control characters and all but ASCII.
  if (X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253) < 0) {
    DrainSslErrors();
    return "(malformed name)";
  }
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);  // NOLINT: its type
  return Cut(std::string(data, size));
}

absl::Time NotAfter(const X509& certificate) {
  return FromAsn1Time(X509_get0_notAfter(&certificate), absl::InfinitePast());
}

absl::Time NotBefore(const X509& certificate) {
  return FromAsn1Time(X509_get0_notBefore(&certificate),
                      absl::InfiniteFuture());
}

std::string DescribeDate(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d", time, absl::UTCTimeZone());
}

CertificateInfo DescribeCertificate(const X509& certificate) {
  CertificateInfo info;
  info.sha256_fingerprint =
      absl::BytesToHexString(Sha256OfCertificate(certificate));
  info.subject = DescribeName(X509_get_subject_name(&certificate));
  info.issuer = DescribeName(X509_get_issuer_name(&certificate));
  info.not_before = NotBefore(certificate);
  info.not_after = NotAfter(certificate);
  const SubjectAltNames names = ReadSubjectAltNames(certificate);
  for (const std::string& name : names.dns_names) {
    if (info.dns_names.size() == kMaxNamesOfAKind) break;
    info.dns_names.push_back(Cut(absl::CEscape(name)));
  }
  for (const std::string& octets : names.ip_addresses) {
    if (info.ip_addresses.size() == kMaxNamesOfAKind) break;
    info.ip_addresses.push_back(DescribeAddress(octets));
  }
  return info;
}

}  // namespace pullgate
