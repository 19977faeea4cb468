// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/token.h"

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/crypto/sha256.h"
#include "common/status/error_info.h"

namespace pullgate::pdp {
namespace {

constexpr size_t kChecksumBytes = 9;  // with base64 in mind: no padding inside
constexpr size_t kMaxTokenBytes = 1024;

std::string Checksum(absl::string_view kind, absl::string_view scope,
                     absl::string_view position) {
  return Sha256OfFields({"pullgate token 1", kind, scope, position})
      .substr(0, kChecksumBytes);
}

}  // namespace

std::string MakeToken(absl::string_view kind, absl::string_view scope,
                      absl::string_view position) {
  return absl::WebSafeBase64Escape(
      absl::StrCat(Checksum(kind, scope, position), position));
}

absl::StatusOr<std::string> ReadToken(absl::string_view kind,
                                      absl::string_view scope,
                                      absl::string_view token) {
  std::string bytes;
  if (token.size() <= kMaxTokenBytes &&
      absl::WebSafeBase64Unescape(token, &bytes) &&
      bytes.size() >= kChecksumBytes) {
    std::string position = bytes.substr(kChecksumBytes);
    if (MakeToken(kind, scope, position) == token) return position;
  }
  return WithReason(
      absl::InvalidArgumentError(absl::StrCat(
          "not a token that this service made for this ", kind,
          "; use what the last answer to the same request said, unchanged")),
      "INVALID_TOKEN");
}

}  // namespace pullgate::pdp
