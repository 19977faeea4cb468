// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/server/listen_address.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/net/ip_address.h"

namespace pullgate::pdp {

absl::Status CheckListenAddress(absl::string_view text) {
  const absl::Status wrong = absl::InvalidArgumentError(
      absl::StrCat("\"", text.substr(0, 200),
                   "\" is no place to listen; expected \"address:port\", as in "
                   "\"0.0.0.0:8443\" or \"[::1]:8443\""));
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos) return wrong;
  absl::string_view host = text.substr(0, colon);
  const bool bracketed =
      absl::ConsumePrefix(&host, "[") && absl::ConsumeSuffix(&host, "]");
  const auto address = IpAddress::Parse(host);
  if (!address.ok() || address->is_v4() == bracketed) return wrong;
  int port = 0;
  const absl::string_view digits = text.substr(colon + 1);
  if (digits.empty() || digits.size() > 5 || !absl::SimpleAtoi(digits, &port) ||
      port < 0 || port > 65535) {
    return wrong;
  }
  return absl::OkStatus();
}

}  // namespace pullgate::pdp
