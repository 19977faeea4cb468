// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/crypto/ca_entry.h"

#include <openssl/x509v3.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/crypto/certificate_info.h"
#include "common/crypto/parse_certificate.h"
#include "common/crypto/parse_crl.h"
#include "common/crypto/pem_blocks.h"
#include "common/crypto/ssl_errors.h"
#include "common/crypto/ssl_ptr.h"
#include "common/policy/finding.h"

namespace pullgate {
namespace {

constexpr absl::Duration kExpiresSoon = absl::Hours(30 * 24);

// Reads one entry and remembers what it found.
class Reader {
 public:
  Reader(absl::string_view place, absl::Time now) : place_(place), now_(now) {}

  void ReadText(absl::string_view pem);
  CaEntry Finish() &&;

 private:
  void ReadBlock(const PemBlock& block);
  void ReadCertificate(const std::string& der);
  void ReadCrl(const std::string& der);
  void CheckCrls();
  bool CheckIsSigned(const std::string& which, X509_CRL* crl);
  bool HasCrlOf(const X509& ca) const;
  bool CheckIsCa(const std::string& which, X509* certificate);
  void WarnOfValidity(const std::string& which, const X509& certificate);
  void Find(Severity severity, absl::string_view code, std::string message);

  const std::string place_;
  const absl::Time now_;
  int blocks_ = 0;
  int certificates_ = 0;
  int crls_ = 0;
  std::map<std::string, X509Ptr> by_digest_;
  // With how each is called in the findings.
  std::map<std::string, std::pair<std::string, X509CrlPtr>> crls_by_digest_;
  std::vector<Finding> findings_;
};

void Reader::Find(Severity severity, absl::string_view code,
                  std::string message) {
  findings_.push_back(
      Finding{severity, place_, std::string(code), std::move(message)});
}

void Reader::ReadText(absl::string_view pem) {
  if (pem.size() > kMaxCaEntryBytes) {
    return Find(Severity::kError, "CA_TOO_LARGE",
                absl::StrCat("the entry has ", pem.size(),
                             " bytes; at most 1 MiB is read"));
  }
  const std::vector<PemBlock> blocks =
      FindPemBlocks(pem, kMaxCaEntryBlocks + 1);
  if (blocks.size() > kMaxCaEntryBlocks) {
    return Find(Severity::kError, "CA_TOO_LARGE",
                absl::StrCat("the entry has more than ", kMaxCaEntryBlocks,
                             " PEM blocks; split it"));
  }
  for (const PemBlock& block : blocks) ReadBlock(block);
  CheckCrls();
  if (static_cast<int>(blocks.size()) > crls_) return;
  const bool der = absl::StartsWith(pem, "\x30\x82");
  Find(Severity::kError, "CA_NO_CERTIFICATE",
       absl::StrCat("the entry has no certificate; expected PEM text with "
                    "\"-----BEGIN CERTIFICATE-----\"",
                    der ? ", and this looks like DER (convert it with openssl "
                          "x509 -inform der)"
                        : ""));
}

void Reader::ReadBlock(const PemBlock& block) {
  ++blocks_;
  const std::string which = absl::StrCat("PEM block ", blocks_);
  if (absl::EndsWith(block.label, "PRIVATE KEY")) {
    return Find(Severity::kError, "CA_PRIVATE_KEY",
                absl::StrCat(which,
                             " is a private key; give certificates only, and "
                             "consider this key known to others"));
  }
  const bool certificate =
      block.label == "CERTIFICATE" || block.label == "X509 CERTIFICATE";
  const bool crl = block.label == "X509 CRL";
  if (!block.label.empty() && !certificate && !crl) {
    return Find(Severity::kError, "CA_UNEXPECTED_BLOCK",
                absl::StrCat(which, " is a ", block.label,
                             "; expected CERTIFICATE and X509 CRL blocks "
                             "only"));
  }
  if (certificate) ++certificates_;
  if (crl) ++crls_;
  if (!block.problem.empty()) {
    return Find(
        Severity::kError, crl ? "CRL_MALFORMED" : "CA_MALFORMED",
        absl::StrCat(certificate ? absl::StrCat("certificate ", certificates_)
                     : crl       ? absl::StrCat("revocation list ", crls_)
                                 : which,
                     " ", block.problem));
  }
  if (crl) return ReadCrl(block.bytes);
  ReadCertificate(block.bytes);
}

void Reader::ReadCertificate(const std::string& der) {
  std::string which = absl::StrCat("certificate ", certificates_);
  absl::StatusOr<X509Ptr> certificate = ParseCertificateDer(der);
  if (!certificate.ok()) {
    return Find(Severity::kError, "CA_MALFORMED",
                absl::StrCat(which, " does not parse: ",
                             certificate.status().message()));
  }
  X509* const x509 = certificate->get();
  absl::StrAppend(&which, " (", DescribeName(X509_get_subject_name(x509)), ")");
  if (!CheckIsCa(which, x509)) return;
  WarnOfValidity(which, *x509);
  const bool added =
      by_digest_.emplace(Sha256OfCertificate(*x509), *std::move(certificate))
          .second;
  if (!added) {
    Find(Severity::kNotice, "CA_REPEATED",
         absl::StrCat(which, " is in this entry already; it is kept once"));
  }
}

bool Reader::CheckIsCa(const std::string& which, X509* certificate) {
  constexpr absl::string_view kMeant =
      "; give the certificate of the CA that issued the registry's";
  const uint32_t flags = X509_get_extension_flags(certificate);
  std::string why;
  if (X509_get_version(certificate) != X509_VERSION_3) {
    if (X509_self_signed(certificate, /*verify_signature=*/1) == 1) {
      Find(Severity::kWarning, "CA_VERSION_1",
           absl::StrCat(which,
                        " is a self-signed certificate of version 1, which "
                        "cannot say that it is a CA; it is taken as one"));
      return true;
    }
    why = "is of version 1 and not self-signed";
  } else if ((flags & EXFLAG_BCONS) == 0) {
    why = "has no basicConstraints";
  } else if ((flags & EXFLAG_CA) == 0) {
    why = "has basicConstraints CA:FALSE";
  } else if ((flags & EXFLAG_KUSAGE) != 0 &&
             (X509_get_key_usage(certificate) & KU_KEY_CERT_SIGN) == 0) {
    why = "has a keyUsage without keyCertSign";
  } else {
    return true;
  }
  DrainSslErrors();
  Find(Severity::kError, "CA_NOT_A_CA",
       absl::StrCat(which, " is no CA certificate: it ", why, kMeant));
  return false;
}

void Reader::WarnOfValidity(const std::string& which, const X509& certificate) {
  const absl::Time not_before = NotBefore(certificate);
  const absl::Time not_after = NotAfter(certificate);
  if (not_after < now_) {
    Find(Severity::kWarning, "CA_EXPIRED",
         absl::StrCat(which, " expired on ", DescribeDate(not_after)));
  } else if (not_after < now_ + kExpiresSoon) {
    Find(Severity::kWarning, "CA_EXPIRES_SOON",
         absl::StrCat(which, " expires on ", DescribeDate(not_after)));
  } else if (not_before > now_) {
    Find(
        Severity::kWarning, "CA_NOT_YET_VALID",
        absl::StrCat(which, " is not valid before ", DescribeDate(not_before)));
  }
}

void Reader::ReadCrl(const std::string& der) {
  std::string which = absl::StrCat("revocation list ", crls_);
  absl::StatusOr<X509CrlPtr> crl = ParseCrlDer(der);
  if (!crl.ok()) {
    return Find(
        Severity::kError, "CRL_MALFORMED",
        absl::StrCat(which, " does not parse: ", crl.status().message()));
  }
  absl::StrAppend(&which, " (of ",
                  DescribeName(X509_CRL_get_issuer(crl->get())), ")");
  const std::string problem = CrlFormProblem(**crl);
  if (!problem.empty()) {
    return Find(Severity::kError, "CRL_MALFORMED",
                absl::StrCat(which, " ", problem));
  }
  std::string digest = Sha256OfCrl(**crl);
  const bool added =
      crls_by_digest_.try_emplace(std::move(digest), which, *std::move(crl))
          .second;
  if (!added) {
    Find(Severity::kNotice, "CRL_REPEATED",
         absl::StrCat(which, " is in this entry already; it is kept once"));
  }
}

// A list of a CA that is not in the entry, of an intermediate say, can be held
// to its key only when the CA is presented.
bool Reader::CheckIsSigned(const std::string& which, X509_CRL* crl) {
  bool named = false;
  for (const auto& [digest, ca] : by_digest_) {
    if (X509_NAME_cmp(X509_get_subject_name(ca.get()),
                      X509_CRL_get_issuer(crl)) != 0) {
      continue;
    }
    named = true;
    if (X509_CRL_verify(crl, X509_get0_pubkey(ca.get())) == 1) return true;
  }
  DrainSslErrors();
  if (!named) return true;
  Find(Severity::kError, "CRL_NOT_SIGNED",
       absl::StrCat(which,
                    " is not signed by the certificate of that name in this "
                    "entry"));
  return false;
}

bool Reader::HasCrlOf(const X509& ca) const {
  return std::any_of(
      crls_by_digest_.begin(), crls_by_digest_.end(), [&](const auto& item) {
        return X509_NAME_cmp(X509_get_subject_name(&ca),
                             X509_CRL_get_issuer(item.second.second.get())) ==
               0;
      });
}

void Reader::CheckCrls() {
  constexpr absl::string_view kMeanwhile =
      "; until it is replaced, what this CA issued is refused";
  if (crls_by_digest_.empty()) return;
  for (const auto& [digest, named] : crls_by_digest_) {
    const auto& [which, crl] = named;
    if (!CheckIsSigned(which, crl.get())) continue;
    if (CrlNextUpdate(*crl) < now_) {
      Find(Severity::kWarning, "CRL_EXPIRED",
           absl::StrCat(which, " expired on ",
                        DescribeDate(CrlNextUpdate(*crl)), kMeanwhile));
    } else if (CrlThisUpdate(*crl) > now_) {
      Find(Severity::kWarning, "CRL_NOT_YET_VALID",
           absl::StrCat(which, " is not valid before ",
                        DescribeDate(CrlThisUpdate(*crl)), kMeanwhile));
    }
  }
  for (const auto& [digest, ca] : by_digest_) {
    if (HasCrlOf(*ca)) continue;
    Find(
        Severity::kWarning, "CRL_MISSING",
        absl::StrCat("the entry brings revocation lists, but none of ",
                     DescribeName(X509_get_subject_name(ca.get())),
                     ": what that CA issued is refused, as it may be revoked"));
  }
}

CaEntry Reader::Finish() && {
  CaEntry entry;
  entry.findings = std::move(findings_);
  for (auto& [digest, certificate] : by_digest_) {
    absl::StrAppend(&entry.canonical_pem, CertificateToPem(*certificate));
    entry.certificates.push_back(std::move(certificate));
  }
  for (auto& [digest, named] : crls_by_digest_) {
    absl::StrAppend(&entry.canonical_pem, CrlToPem(*named.second));
    entry.crls.push_back(std::move(named.second));
  }
  return entry;
}

}  // namespace

CaEntry ParseCaEntry(absl::string_view pem, absl::string_view place,
                     absl::Time now) {
  Reader reader(place, now);
  reader.ReadText(pem);
  return std::move(reader).Finish();
}

}  // namespace pullgate
