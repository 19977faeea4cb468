# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""A DNS server for a stage: dnsmasq with forward and reverse zones."""

import ipaddress

from stage import processes


class DnsServer:
    """Answers for the names given and knows no others (NXDOMAIN).

    `hosts`: pairs of name and IPv4 address; each gets an A and a PTR record.
    `lies`: pairs of address and name that get a PTR record only, as somebody
    sets it who owns nothing but the reverse zone.
    """

    def __init__(self, directory, hosts, lies=()):
        self.port = processes.free_port()
        config = directory / "dnsmasq.conf"
        lines = [
            "port=%d" % self.port, "listen-address=127.0.0.1",
            "bind-interfaces", "no-resolv", "no-hosts", "no-poll",
            "local=/#/", "local=/in-addr.arpa/", "local=/ip6.arpa/",
        ]
        lines += ["host-record=%s,%s" % pair for pair in hosts]
        lines += ["ptr-record=%s,%s" %
                  (ipaddress.ip_address(address).reverse_pointer, name)
                  for address, name in lies]
        config.write_text("\n".join(lines) + "\n")
        self.process = processes.Process(
            "dnsmasq", ["/usr/sbin/dnsmasq", "--no-daemon",
                        "--conf-file=%s" % config, "--pid-file="], directory)
        self.process.wait_for(
            "listening on 127.0.0.1:%d" % self.port,
            lambda: processes.accepts("127.0.0.1", self.port))

    @property
    def address(self):
        return "127.0.0.1:%d" % self.port

    def stop(self):
        self.process.stop()
