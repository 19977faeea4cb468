// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/gate/gate_options.h"

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace pullgate::agent {
namespace {

constexpr char kDefaultAddress[] = "127.0.0.1";

std::string InBrackets(const IpAddress& address) {
  return address.is_v4() ? address.ToString()
                         : absl::StrCat("[", address.ToString(), "]");
}

absl::Status Expected(absl::string_view text) {
  return absl::InvalidArgumentError(absl::StrCat(
      "expected an address and a port, such as 127.0.0.1:3128 or [::1]:3128, "
      "or a port alone for 127.0.0.1; got \"",
      absl::CHexEscape(text), "\""));
}

}  // namespace

bool GateListen::is_loopback() const {
  if (address.is_v4()) return address.bytes()[0] == 127;
  static const IpAddress* const loopback =
      new IpAddress(IpAddress::Parse("::1").value());
  return address == *loopback;
}

std::string GateListen::ToString() const {
  return absl::StrCat(InBrackets(address), ":", port);
}

absl::StatusOr<GateListen> ParseGateListen(absl::string_view text) {
  const size_t colon = text.rfind(':');
  absl::string_view host = kDefaultAddress;
  absl::string_view port = text;
  if (colon != absl::string_view::npos) {
    if (colon > 0) host = text.substr(0, colon);
    port = text.substr(colon + 1);
  }
  const bool bracketed = absl::ConsumePrefix(&host, "[");
  if (bracketed != absl::ConsumeSuffix(&host, "]")) return Expected(text);
  const absl::StatusOr<IpAddress> address = IpAddress::Parse(host);
  int number = 0;
  const bool digits =
      !port.empty() && port.find_first_not_of("0123456789") == port.npos;
  if (!address.ok() || bracketed == absl::StrContains(host, '.') || !digits ||
      !absl::SimpleAtoi(port, &number) || number > 65535) {
    return Expected(text);
  }
  return GateListen{*address, static_cast<uint16_t>(number)};
}

}  // namespace pullgate::agent
