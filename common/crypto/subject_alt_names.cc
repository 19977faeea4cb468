// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/crypto/subject_alt_names.h"

#include <openssl/x509v3.h>

#include <string>

#include "common/crypto/ssl_errors.h"
#include "common/crypto/ssl_ptr.h"

namespace pullgate {
namespace {

std::string Bytes(const ASN1_STRING* string) {
  return std::string(
      reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
      ASN1_STRING_length(string));
}

}  // namespace

SubjectAltNames ReadSubjectAltNames(const X509& certificate) {
  SubjectAltNames result;
  int found = 0;  // -1: no such extension; -2: several; else there is one
  const GeneralNamesPtr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&certificate, NID_subject_alt_name, &found, nullptr)));
  if (names == nullptr) {
    DrainSslErrors();
    result.state = found == -1 ? SubjectAltNames::State::kAbsent
                               : SubjectAltNames::State::kMalformed;
    return result;
  }
  result.state = SubjectAltNames::State::kPresent;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) {
      result.dns_names.push_back(Bytes(name->d.dNSName));
    } else if (name->type == GEN_IPADD) {
      result.ip_addresses.push_back(Bytes(name->d.iPAddress));
    }
  }
  return result;
}

}  // namespace pullgate
