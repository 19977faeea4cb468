// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/unbound.h"

#include "absl/strings/str_cat.h"

namespace pullgate {
namespace {

std::string Configuration(uint16_t port,
                          const std::vector<std::string>& records,
                          uint16_t forward_port) {
  std::string text = absl::StrCat(
      "server:\n  interface: 127.0.0.1@", port,
      "\n  do-daemonize: no\n  use-syslog: no\n  verbosity: 1\n"
      "  username: \"\"\n  chroot: \"\"\n  directory: \"\"\n  pidfile: \"\"\n"
      "  num-threads: 1\n  do-not-query-localhost: no\n"
      "  module-config: \"iterator\"\n  outgoing-range: 64\n"
      "  local-zone: \"test.\" transparent\n"
      "  local-zone: \"2.0.192.in-addr.arpa.\" transparent\n");
  for (const std::string& record : records) {
    absl::StrAppend(&text, "  local-data: '", record, "'\n");
  }
  if (forward_port != 0) {
    absl::StrAppend(&text, "forward-zone:\n  name: \".\"\n",
                    "  forward-addr: 127.0.0.1@", forward_port, "\n");
  }
  return absl::StrCat(text, "remote-control:\n  control-enable: no\n");
}

}  // namespace

std::unique_ptr<Unbound> Unbound::Start(const std::vector<std::string>& records,
                                        uint16_t forward_port) {
  std::unique_ptr<Unbound> unbound(new Unbound());
  const std::string file = unbound->directory_.File("unbound.conf");
  unbound->process_ = NameServerProcess::Start(
      "/usr/sbin/unbound",
      [&](uint16_t port) {
        WriteFile(file, Configuration(port, records, forward_port));
        return std::vector<std::string>{"-d", "-c", file};
      },
      "start of service");
  return unbound->process_ == nullptr ? nullptr : std::move(unbound);
}

}  // namespace pullgate
