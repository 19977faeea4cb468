# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""Starts the pair, a registry and a bare echo, and measures calls to them.

bazel run -c opt //tests/bench:rpc

AuthorizePull is measured twice. First with the PDP stopped: the agent answers
from its caches and spools every event, which is the agent's own cost. Then with
the PDP back on the same two cores, taking and indexing the events meanwhile,
which is the cost of the whole, and where it all runs on one machine.
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
NAME = "registry.example.com"
ADDRESS = "127.3.0.10"


def policy(rules):
    """`rules` rules of mixed kinds; the registry asked for is among them."""
    whitelist = [NAME]
    for i in range(rules - 1):
        whitelist.append((
            "registry%d.corp.example" % i, "*.team%d.example" % i,
            "10.%d.%d.0/24" % (i // 256 % 256, i % 256),
            "registry%d.corp.example:5000" % i)[i % 4])
    return {"whitelist": whitelist}


def start_pdp(stack, directory, identities, name_server):
    socket = directory / "pdp-socket" / "pdp.sock"
    pdp = pair.Pdp(directory, processes.binary("pullgate-pdp"), identities,
                   "socket: %s\nsocket_role: editor\n"
                   # The registry of this benchmark is on loopback.
                   "no_unpinnable_addresses: true\n"
                   'dns:\n  servers: ["%s"]\n' % (socket, name_server.address))
    stack.callback(pdp.stop)
    pdp.ready()
    return pdp, socket


def start_agent(stack, directory, identities, pdp, name_server, public_ca):
    agent = pair.Agent(directory, processes.binary("pullgate-agent"),
                       identities, pdp.address, VCH, name_server.address,
                       public_ca.certificate,
                       # The question is what a cached answer costs.
                       "verify:\n  verdict_ttl: 600s\n"
                       "spool:\n  max_bytes: 17179869184\n")
    stack.callback(agent.stop)
    agent.ready()
    return agent


def main():
    load = pathlib.Path(sys.argv[1]).resolve()
    with contextlib.ExitStack() as stack:
        directory = pair.short_directory()
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        identities = pair.Identities(directory)
        public_ca = pki.Authority(directory / "public-ca", "Public")
        name_server = dns.DnsServer(directory, [(NAME, ADDRESS)])
        stack.callback(name_server.stop)
        registry = registries.Registry(
            directory, "registry", ADDRESS, 443,
            public_ca.issue("registry", ["DNS:" + NAME]))
        stack.callback(registry.stop)
        registry.ready()
        pdp, pdp_socket = start_pdp(stack, directory, identities, name_server)
        agent = start_agent(stack, directory, identities, pdp, name_server,
                            public_ca)
        stored = pdp.set_policy(VCH, policy(1000))
        agent.wait_for_revision(int(stored["policy"]["revision"]))

        echo_socket = directory / "echo.sock"
        echo = stack.enter_context(subprocess.Popen(
            [str(load), "--serve_echo=%s" % echo_socket],
            stdin=subprocess.PIPE))
        stack.callback(echo.stdin.close)
        processes.wait_until("the echo's socket", echo_socket.exists)

        def measure(*flags):
            subprocess.run(
                [str(load), "--echo_socket=%s" % echo_socket,
                 "--registry=" + NAME, "--address=" + ADDRESS, *flags] +
                sys.argv[2:], check=True)

        # The first answer fills the caches.
        agent.authorize(registry=NAME)
        measure("--pdp_socket=%s" % pdp_socket)
        pdp.stop()
        measure("--agent_socket=%s" % agent.socket)
        pdp.restart()
        measure("--agent_socket=%s" % agent.socket,
                "--authorize_name=authorize_reporting")
        return 0


if __name__ == "__main__":
    os.environ.setdefault("PATH", "/usr/bin:/bin:/usr/sbin")
    sys.exit(main())
