// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/dnsmasq.h"

#include <pwd.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"

namespace pullgate {
namespace {

std::vector<std::string> Arguments(uint16_t port,
                                   const std::vector<std::string>& records) {
  std::vector<std::string> arguments = {"--keep-in-foreground",
                                        "--conf-file=/dev/null",
                                        "--log-facility=-",
                                        "--pid-file",
                                        absl::StrCat("--port=", port),
                                        "--listen-address=127.0.0.1",
                                        "--bind-interfaces",
                                        "--no-resolv",
                                        "--no-hosts",
                                        "--local=/example/",
                                        "--local=/in-addr.arpa/",
                                        "--local=/ip6.arpa/"};
  // Else it gives up root for a user that this machine may not have.
  if (const passwd* user = getpwuid(geteuid()); user != nullptr) {
    arguments.push_back(absl::StrCat("--user=", user->pw_name));
    arguments.emplace_back("--group=");
  }
  arguments.insert(arguments.end(), records.begin(), records.end());
  return arguments;
}

}  // namespace

std::unique_ptr<Dnsmasq> Dnsmasq::Start(
    const std::vector<std::string>& records) {
  std::unique_ptr<NameServerProcess> process = NameServerProcess::Start(
      "/usr/sbin/dnsmasq",
      [&records](uint16_t port) { return Arguments(port, records); },
      "cleared cache");
  if (process == nullptr) return nullptr;
  return std::unique_ptr<Dnsmasq>(new Dnsmasq(std::move(process)));
}

}  // namespace pullgate
