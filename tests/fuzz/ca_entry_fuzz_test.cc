// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// CA entries of a policy: PEM text.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/crypto/ca_entry.h"
#include "tests/fuzz/require.h"

namespace pullgate::fuzz {
namespace {

CaEntry Parse(absl::string_view pem) {
  // 2026-01-01, so that the same input always gives the same.
  return ParseCaEntry(pem, "registry_cas[0].pem",
                      absl::FromUnixSeconds(1767225600));
}

bool IsRefused(const CaEntry& entry) {
  return std::any_of(entry.findings.begin(), entry.findings.end(),
                     [](const Finding& finding) {
                       return finding.severity == Severity::kError;
                     });
}

void Check(absl::string_view pem) {
  const CaEntry entry = Parse(pem);
  for (const Finding& finding : entry.findings) {
    Require(absl::StartsWith(finding.place, "registry_cas[0].pem"),
            "a finding says where", pem);
    Require(!finding.code.empty() && !finding.message.empty(),
            "a finding says what", pem);
  }
  if (IsRefused(entry)) return;
  Require(!entry.certificates.empty(), "it has a certificate", pem);
  const CaEntry again = Parse(entry.canonical_pem);
  Require(!IsRefused(again), "what is stored is accepted", pem);
  Require(again.canonical_pem == entry.canonical_pem,
          "what is stored reads as itself", pem);
  Require(again.certificates.size() == entry.certificates.size(),
          "what is stored has the same certificates", pem);
  const std::string twice = absl::StrCat(pem, "\n", pem);
  if (twice.size() > kMaxCaEntryBytes ||
      2 * entry.certificates.size() > kMaxCaEntryBlocks) {
    return;
  }
  const CaEntry repeated = Parse(twice);
  if (IsRefused(repeated)) return;  // two halves may make a third block
  Require(repeated.canonical_pem == entry.canonical_pem,
          "repeating it changes nothing", pem);
}

}  // namespace
}  // namespace pullgate::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  pullgate::fuzz::Check({reinterpret_cast<const char*>(data), size});
  return 0;
}
