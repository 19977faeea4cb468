// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/verify/name_match.h"

#include <libpsl.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/crypto/certificate_info.h"
#include "common/crypto/subject_alt_names.h"
#include "common/net/ip_address.h"
#include "common/registry/dns_name.h"
#include "common/registry/registry_address.h"

namespace pullgate::agent {
namespace {

constexpr size_t kMaxNamesQuoted = 5;

// `name`: canonical. Without the implicit "*" rule, so that private top-level
// names ("corp") are none.
bool IsPublicSuffix(absl::string_view name) {
  return psl_is_public_suffix2(psl_builtin(), std::string(name).c_str(),
                               PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE) == 1;
}

// "a.example.com, b.example.com and 3 more".
std::string Quote(const std::vector<std::string>& names) {
  const size_t quoted = std::min(names.size(), kMaxNamesQuoted);
  std::string text =
      absl::StrJoin(absl::MakeConstSpan(names).subspan(0, quoted), ", ");
  if (names.size() > quoted) {
    absl::StrAppend(&text, " and ", names.size() - quoted, " more");
  }
  return text;
}

bool Covers(const SubjectAltNames& names, const RegistryHost& reference) {
  if (const DnsName* name = std::get_if<DnsName>(&reference)) {
    return std::any_of(
        names.dns_names.begin(), names.dns_names.end(),
        [&](const std::string& san) { return DnsSanCovers(san, *name); });
  }
  const IpAddress& address = std::get<IpAddress>(reference);
  return std::any_of(
      names.ip_addresses.begin(), names.ip_addresses.end(),
      [&](const std::string& octets) { return IpSanIs(octets, address); });
}

}  // namespace

bool DnsSanCovers(absl::string_view san, const DnsName& reference) {
  // The reference is canonical, so whatever equals it is a DNS name too.
  const absl::string_view name = reference.text();
  if (absl::EqualsIgnoreCase(san, name)) return true;
  if (!absl::StartsWith(san, "*.")) return false;
  const size_t dot = name.find('.');
  if (dot == absl::string_view::npos) return false;
  const absl::string_view parent = name.substr(dot + 1);
  return absl::EqualsIgnoreCase(san.substr(2), parent) &&
         !IsPublicSuffix(parent);
}

bool IpSanIs(absl::string_view octets, const IpAddress& reference) {
  return octets == absl::string_view(
                       reinterpret_cast<const char*>(reference.bytes().data()),
                       reference.bits() / 8);
}

std::string NameMismatch(const X509& leaf, const RegistryHost& reference) {
  const SubjectAltNames names = ReadSubjectAltNames(leaf);
  if (names.state == SubjectAltNames::State::kMalformed) {
    return "has malformed subject alternative names";
  }
  if (names.state == SubjectAltNames::State::kAbsent) {
    return "has no subject alternative names (its subject does not count)";
  }
  if (Covers(names, reference)) return std::string();
  const CertificateInfo info = DescribeCertificate(leaf);
  const bool by_address = std::holds_alternative<IpAddress>(reference);
  if (by_address && info.ip_addresses.empty()) {
    return absl::StrCat(
        "has no IP address among its subject alternative names, so cannot be ",
        HostToString(reference), "'s");
  }
  std::vector<std::string> given =
      by_address ? info.ip_addresses : info.dns_names;
  if (given.empty()) given = info.ip_addresses;
  if (given.empty()) given.emplace_back("neither names nor addresses");
  return absl::StrCat("is for ", Quote(given), ", not for ",
                      HostToString(reference));
}

}  // namespace pullgate::agent
