// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/endpoint.h"

#include <algorithm>
#include <array>

namespace pullgate {
namespace {

constexpr std::array<Scheme, 2> kSchemes = {Scheme::kHttps, Scheme::kHttp};

}  // namespace

uint16_t EndpointCover::OnlyPort(Scheme scheme) const {
  if (scheme_ == kHttps && scheme != Scheme::kHttps) return 0;
  return port_ != 0 ? port_ : DefaultPort(scheme);
}

uint32_t EndpointCover::Key() const {
  const uint32_t code = scheme_ == kHttp && port_ != 0 ? kAny : scheme_;
  const uint32_t port = scheme_ == kHttps ? OnlyPort(Scheme::kHttps) : port_;
  return code << 16 | port;
}

bool EndpointCover::CoversAllOf(const EndpointCover& other) const {
  if (!has_port()) return true;
  if (!other.has_port()) return false;
  return std::all_of(kSchemes.begin(), kSchemes.end(), [&](Scheme scheme) {
    const uint16_t port = other.OnlyPort(scheme);
    return port == 0 || port == OnlyPort(scheme);
  });
}

bool EndpointCover::Overlaps(const EndpointCover& other) const {
  if (!has_port() || !other.has_port()) return true;
  return std::any_of(kSchemes.begin(), kSchemes.end(), [&](Scheme scheme) {
    const uint16_t port = OnlyPort(scheme);
    return port != 0 && port == other.OnlyPort(scheme);
  });
}

}  // namespace pullgate
