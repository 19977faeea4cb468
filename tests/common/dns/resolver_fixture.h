// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// An AresHostResolver that asks a FakeDnsServer and nobody else.

#ifndef PULLGATE_TESTS_COMMON_DNS_RESOLVER_FIXTURE_H_
#define PULLGATE_TESTS_COMMON_DNS_RESOLVER_FIXTURE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/dns/ares_host_resolver.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_dns_server.h"

namespace pullgate {

class ResolverFixture : public testing::Test {
 protected:
  ResolverFixture() {
    options_.servers = {
        {IpAddress::FromV4Bytes({127, 0, 0, 1}), server_.port()}};
    options_.hosts_file = "";
    options_.resolv_conf = "/dev/null";
    // Long: what a test waits for, it waits for on purpose.
    options_.attempt_timeout = absl::Seconds(20);
    options_.attempts = 1;
  }

  // Made at first use, of what options_ then are.
  AresHostResolver& resolver() {
    if (resolver_ == nullptr) {
      resolver_ = AresHostResolver::Create(options_).value();
    }
    return *resolver_;
  }

  absl::StatusOr<HostAddresses> Addresses(
      absl::string_view name, absl::Time deadline = absl::InfiniteFuture()) {
    return resolver().Addresses(DnsName::Parse(name).value(), deadline);
  }
  absl::StatusOr<PointerNames> Names(
      absl::string_view address, absl::Time deadline = absl::InfiniteFuture()) {
    return resolver().Names(IpAddress::Parse(address).value(), deadline);
  }

  // In the order of the names.
  static std::vector<absl::StatusOr<HostAddresses>> AddressesOfAll(
      HostResolver& dns, const std::vector<DnsName>& names,
      absl::Time deadline = absl::InfiniteFuture()) {
    std::vector<absl::StatusOr<HostAddresses>> found(names.size());
    dns.AddressesOfAll(names, deadline,
                       [&](size_t i, absl::StatusOr<HostAddresses> addresses) {
                         found[i] = std::move(addresses);
                       });
    return found;
  }

  // "192.0.2.7 2001:db8::7", or the error.
  std::string Find(absl::string_view name) {
    const absl::StatusOr<HostAddresses> found = Addresses(name);
    if (!found.ok()) return found.status().ToString();
    std::string text;
    for (const IpAddress& address : found->addresses) {
      text += (text.empty() ? "" : " ") + address.ToString();
    }
    return text;
  }

  FakeDnsServer server_;
  AresResolverOptions options_;
  std::unique_ptr<AresHostResolver> resolver_;
};

}  // namespace pullgate

#endif  // PULLGATE_TESTS_COMMON_DNS_RESOLVER_FIXTURE_H_
