// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/verify/revocation.h"

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/crypto/certificate_info.h"
#include "common/crypto/parse_crl.h"
#include "common/crypto/ssl_errors.h"
#include "common/crypto/ssl_ptr.h"

namespace pullgate::agent {
namespace {

RuleFailure Bad(std::string clause, int error) {
  return {"revocation", std::move(clause), error};
}

bool IsIssuedBySameName(const X509_CRL* crl, const X509* certificate) {
  return X509_NAME_cmp(X509_CRL_get_issuer(crl),
                       X509_get_issuer_name(certificate)) == 0;
}

// Why the list is not used at all, as the rest of "the revocation list of ...";
// empty if it is.
std::string Objection(const X509_CRL& crl, absl::Time now) {
  std::string objection = CrlFormProblem(crl);
  if (!objection.empty()) return objection;
  if (now < CrlThisUpdate(crl)) {
    return absl::StrCat("is not valid before ",
                        DescribeDate(CrlThisUpdate(crl)));
  }
  if (now > CrlNextUpdate(crl)) {
    return absl::StrCat("expired on ", DescribeDate(CrlNextUpdate(crl)));
  }
  return std::string();
}

// Where OpenSSL found what.
struct Finding {
  int error = X509_V_OK;
  int depth = 0;
  int anchor_depth = 0;
};

int FindingIndex() {
  static const int index =
      X509_STORE_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

// Passes over what concerns the anchor, whose own issuer need not be known.
int OnError(int ok, X509_STORE_CTX* context) {
  if (ok == 1) return 1;
  auto* const finding = static_cast<Finding*>(
      X509_STORE_CTX_get_ex_data(context, FindingIndex()));
  const int error = X509_STORE_CTX_get_error(context);
  const int depth = X509_STORE_CTX_get_error_depth(context);
  if (depth == finding->anchor_depth && error != X509_V_ERR_CERT_REVOKED) {
    X509_STORE_CTX_set_error(context, X509_V_OK);
    return 1;
  }
  finding->error = error;
  finding->depth = depth;
  return 0;
}

Finding Ask(const std::vector<X509*>& path, STACK_OF(X509_CRL) * crls) {
  const X509StackPtr anchor(sk_X509_new_null());
  sk_X509_push(anchor.get(), path.back());
  const X509StackPtr between(sk_X509_new_null());
  for (size_t i = 1; i + 1 < path.size(); ++i) {
    sk_X509_push(between.get(), path[i]);
  }
  Finding finding;
  finding.anchor_depth = static_cast<int>(path.size()) - 1;
  const X509StoreCtxPtr context(X509_STORE_CTX_new());
  if (X509_STORE_CTX_init(context.get(), nullptr, path.front(),
                          between.get()) != 1) {
    DrainSslErrors();
    finding.error = X509_V_ERR_UNSPECIFIED;
    return finding;
  }
  X509_STORE_CTX_set0_trusted_stack(context.get(), anchor.get());
  X509_STORE_CTX_set0_crls(context.get(), crls);
  X509_STORE_CTX_set_ex_data(context.get(), FindingIndex(), &finding);
  X509_STORE_CTX_set_verify_cb(context.get(), &OnError);
  X509_VERIFY_PARAM* const param = X509_STORE_CTX_get0_param(context.get());
  // Times are judged by Objection and by CheckCertificate, to the second.
  X509_VERIFY_PARAM_set_flags(
      param, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_CRL_CHECK |
                 X509_V_FLAG_CRL_CHECK_ALL | X509_V_FLAG_NO_CHECK_TIME);
  if (X509_verify_cert(context.get()) != 1 && finding.error == X509_V_OK) {
    finding.error = X509_V_ERR_UNSPECIFIED;
  }
  DrainSslErrors();
  return finding;
}

// Why `certificate` has no known status.
RuleFailure UnknownStatus(const X509* certificate,
                          const std::vector<X509_CRL*>& crls, absl::Time now,
                          int error) {
  const std::string issuer = DescribeName(X509_get_issuer_name(certificate));
  for (const X509_CRL* crl : crls) {
    if (!IsIssuedBySameName(crl, certificate)) continue;
    const std::string objection = Objection(*crl, now);
    if (objection.empty()) continue;
    return Bad(absl::StrCat("may be revoked: the revocation list of ", issuer,
                            " ", objection),
               X509_V_ERR_CRL_HAS_EXPIRED);
  }
  if (error == X509_V_ERR_UNABLE_TO_GET_CRL) {
    return Bad(absl::StrCat("may be revoked: its CA's entry brings revocation "
                            "lists, but none for it of ",
                            issuer),
               error);
  }
  return Bad(absl::StrCat("may be revoked: the revocation list of ", issuer,
                          " is not usable (",
                          X509_verify_cert_error_string(error), ")"),
             error);
}

}  // namespace

PathFailure CheckRevocation(const std::vector<X509*>& path,
                            const std::vector<X509_CRL*>& crls,
                            absl::Time now) {
  constexpr char kRevoked[] = "is revoked by its CA";
  X509* const anchor = path.back();
  const X509CrlStackPtr usable(sk_X509_CRL_new_null());
  for (X509_CRL* crl : crls) {
    X509_REVOKED* entry = nullptr;
    if (IsIssuedBySameName(crl, anchor) &&
        X509_CRL_get0_by_cert(crl, &entry, anchor) == 1) {
      return {Bad(kRevoked, X509_V_ERR_CERT_REVOKED), path.size() - 1};
    }
    if (Objection(*crl, now).empty()) sk_X509_CRL_push(usable.get(), crl);
  }
  if (path.size() == 1) return {};
  const Finding finding = Ask(path, usable.get());
  if (finding.error == X509_V_OK) return {};
  const auto depth = static_cast<size_t>(finding.depth);
  if (finding.error == X509_V_ERR_CERT_REVOKED) {
    return {Bad(kRevoked, finding.error), depth};
  }
  return {UnknownStatus(path[depth], crls, now, finding.error), depth};
}

}  // namespace pullgate::agent
