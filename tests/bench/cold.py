# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""Starts the pair and a registry of many names, and asks about each once.

bazel run -c opt //tests/bench:cold

Every question is cold: its name is looked up, decided about, and proved by a
TLS connection. Beside it stands a bare libcurl request to the same registry,
which looks nothing up.

On a machine that does other work too, run it with real-time priority (chrt -r
1): the agent's way has more hands to wait for than the bare request.
"""

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys

from stage import dns
from stage import pair
from stage import pki
from stage import processes
from stage import registries

VCH = "bench"
DOMAIN = "bench.example.com"
ADDRESS = "127.3.0.10"
NAMES = 300


def main():
    load = pathlib.Path(sys.argv[1]).resolve()
    with contextlib.ExitStack() as stack:
        directory = pair.short_directory()
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        identities = pair.Identities(directory)
        public_ca = pki.Authority(directory / "public-ca", "Public")
        name_server = dns.DnsServer(
            directory,
            [("r%d.%s" % (i, DOMAIN), ADDRESS) for i in range(NAMES)])
        stack.callback(name_server.stop)
        registry = registries.Registry(
            directory, "registry", ADDRESS, 443,
            public_ca.issue("registry", ["DNS:*." + DOMAIN]))
        stack.callback(registry.stop)
        registry.ready()
        pdp = pair.Pdp(directory, processes.binary("pullgate-pdp"), identities,
                       # The registry of this benchmark is on loopback.
                       "no_unpinnable_addresses: true\n"
                       'dns:\n  servers: ["%s"]\n' % name_server.address)
        stack.callback(pdp.stop)
        pdp.ready()
        agent = pair.Agent(directory, processes.binary("pullgate-agent"),
                           identities, pdp.address, VCH, name_server.address,
                           public_ca.certificate, "")
        stack.callback(agent.stop)
        agent.ready()
        stored = pdp.set_policy(VCH, {"whitelist": ["*." + DOMAIN]})
        agent.wait_for_revision(int(stored["policy"]["revision"]))
        subprocess.run(
            [str(load), "--agent_socket=%s" % agent.socket,
             "--domain=" + DOMAIN, "--names=%d" % NAMES,
             "--address=" + ADDRESS, "--ca_file=%s" % public_ca.certificate],
            check=True)
        return 0


if __name__ == "__main__":
    os.environ.setdefault("PATH", "/usr/bin:/bin:/usr/sbin")
    sys.exit(main())
