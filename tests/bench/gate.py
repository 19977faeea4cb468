# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""Pulls through the gate, directly, and through other proxies, and compares.

bazel run -c opt //tests/bench:gate

One blob of a gibibyte and 200 small requests at once, over TLS from a real
registry, in turns: direct, gate, squid, tinyproxy. What is compared are medians
over the rounds. The peer is whichever of squid and tinyproxy is better: in
throughput, and, separately, in processor time, which is that of the proxy's
process over a round, blob and small requests together.
"""

import contextlib
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

from stage import dns
from stage import images
from stage import pair
from stage import pki
from stage import processes
from stage import registries

VCH = "bench"
NAME = "registry.example.com"
ADDRESS = "127.3.0.10"
BLOB = 1 << 30
SMALL = 200
ROUNDS = 5
IDLE = 2000


class Load:
    """Runs gate_load against the registry, through a proxy or none."""

    def __init__(self, program, ca_file):
        self._argv = [str(program), "--ca_file=%s" % ca_file]

    def command(self, mode, path, proxy, *flags):
        return self._argv + ["--mode=" + mode, "--url=https://%s%s" %
                             (NAME, path), "--proxy=" + proxy, *flags]

    def measure(self, *words):
        return float(subprocess.run(self.command(*words), check=True,
                                    capture_output=True, text=True).stdout)


class Proxy:
    """A way to the registry; `pid` is the process that works for it, if any."""

    def __init__(self, name, url="", pid=None):
        self.name, self.url, self.pid = name, url, pid
        self.blob, self.small, self.cpu = [], [], []

    def cpu_seconds(self):
        if self.pid is None:
            return 0.0
        stat = pathlib.Path("/proc/%d/stat" % self.pid).read_text()
        user, system = stat.rsplit(")", 1)[1].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def throughput(self):
        return BLOB / statistics.median(self.blob)

    def round(self, load, blob_path):
        before = self.cpu_seconds()
        self.blob.append(load.measure("blob", blob_path, self.url,
                                      "--bytes=%d" % BLOB))
        self.small.append(load.measure("parallel", "/v2/", self.url,
                                       "--count=%d" % SMALL))
        self.cpu.append(self.cpu_seconds() - before)


def prepare_machine(directory):
    """In this mount namespace: names for proxies that ask the machine for them,
    and shared memory that no other squid has left anything in."""
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/dev/shm"], check=True)
    hosts = directory / "hosts"
    hosts.write_text("127.0.0.1 localhost\n%s %s\n" % (ADDRESS, NAME))
    subprocess.run(["mount", "--bind", hosts, "/etc/hosts"], check=True)


def has_users():
    """Whether there are users besides root here, as squid must have."""
    return int(pathlib.Path("/proc/self/uid_map").read_text().split()[2]) > 1


def start_squid(stack, directory):
    port = processes.free_port()
    config = directory / "squid.conf"
    # It becomes the user "proxy", who sees nothing of the directory.
    config.write_text(
        "http_port 127.0.0.1:%d\nhttp_access allow all\ncache deny all\n"
        "access_log none\ncache_log /dev/null\npid_filename none\n"
        "coredump_dir none\nvisible_hostname localhost\n"
        "max_filedescriptors 8192\nshutdown_lifetime 0 seconds\n" % port)
    return start_proxy(stack, directory, "squid", port,
                       ["/usr/sbin/squid", "-N", "-f", config])


def start_tinyproxy(stack, directory):
    port = processes.free_port()
    config = directory / "tinyproxy.conf"
    config.write_text(
        "Port %d\nListen 127.0.0.1\nTimeout 600\nMaxClients 4000\n"
        "LogLevel Critical\nLogFile \"%s\"\n" %
        (port, directory / "tinyproxy.own.log"))
    return start_proxy(stack, directory, "tinyproxy", port,
                       ["/usr/bin/tinyproxy", "-d", "-c", config])


def start_proxy(stack, directory, name, port, argv):
    process = processes.Process(name, argv, directory)
    stack.callback(process.stop)
    process.wait_for("listening",
                     lambda: processes.accepts("127.0.0.1", port))
    return Proxy(name, "http://127.0.0.1:%d" % port, process.pid)


def start_gate(stack, directory):
    """The pair, a registry with a large blob, and the agent's gate."""
    identities = pair.Identities(directory)
    public_ca = pki.Authority(directory / "public-ca", "Public")
    name_server = dns.DnsServer(directory, [(NAME, ADDRESS)])
    stack.callback(name_server.stop)
    registry = registries.Registry(
        directory, "registry", ADDRESS, 443,
        public_ca.issue("registry", ["DNS:" + NAME]))
    stack.callback(registry.stop)
    registry.ready()
    image = images.BigImage(directory / "image", BLOB)
    registry.fill(image, "demo/big")
    pdp = pair.Pdp(directory, processes.binary("pullgate-pdp"), identities,
                   # The registry of this benchmark is on loopback.
                   "no_unpinnable_addresses: true\n"
                   'dns:\n  servers: ["%s"]\n' % name_server.address)
    stack.callback(pdp.stop)
    pdp.ready()
    agent = pair.Agent(directory, processes.binary("pullgate-agent"),
                       identities, pdp.address, VCH, name_server.address,
                       public_ca.certificate,
                       # The question is what a cached verdict costs.
                       "verify:\n  verdict_ttl: 600s\n", gate=True)
    stack.callback(agent.stop)
    agent.ready()
    stored = pdp.set_policy(VCH, {"whitelist": [NAME]})
    agent.wait_for_revision(int(stored["policy"]["revision"]))
    gate = Proxy("gate", "http://" + agent.gate, agent.process.pid)
    return gate, public_ca, "/v2/demo/big/blobs/" + image.digests[0]


def resident_bytes(pid):
    """What is this process's alone, and its part of what it shares."""
    for line in pathlib.Path("/proc/%d/smaps_rollup" %
                             pid).read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("no Pss of process %d" % pid)


def idle_tunnel_bytes(load, gate):
    load.measure("serial", "/v2/", gate.url, "--count=20")  # finds the verdict
    before = resident_bytes(gate.pid)
    with subprocess.Popen(
            load.command("idle", "/v2/", gate.url, "--count=%d" % IDLE),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE) as idle:
        if idle.stdout.readline() != b"idle\n":
            raise RuntimeError("the idle tunnels did not come up")
        during = resident_bytes(gate.pid)
        idle.communicate()
    return (during - before) / IDLE


def result(name, value, unit):
    print("result %s %.3f %s" % (name, value, unit), flush=True)


def compare(load, blob_path, direct, gate, peers):
    ways = [direct, gate] + peers
    for way in ways:  # fills the caches, and those of files
        load.measure("blob", blob_path, way.url)
    for _ in range(ROUNDS):
        for way in ways:
            way.round(load, blob_path)
    for way in ways:
        result(way.name + "_throughput", way.throughput() / 1e6, "MB/s")
        result(way.name + "_small_requests",
               SMALL / statistics.median(way.small), "1/s")
        if way.pid is not None:
            result(way.name + "_cpu", statistics.median(way.cpu), "s")
    result("gate_over_direct_throughput",
           gate.throughput() / direct.throughput(), "x")
    result("gate_over_peer_throughput",
           gate.throughput() / max(p.throughput() for p in peers), "x")
    result("gate_cpu_over_peer", statistics.median(gate.cpu) /
           min(statistics.median(p.cpu) for p in peers), "x")


def added_ms(load, direct, gate):
    """In turns, and the median of differences, since the machine drifts."""
    return statistics.median(
        load.measure("serial", "/v2/", gate.url, "--count=50") -
        load.measure("serial", "/v2/", direct.url, "--count=50")
        for _ in range(ROUNDS))


def main():
    with contextlib.ExitStack() as stack:
        directory = pair.short_directory()
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        prepare_machine(directory)
        gate, public_ca, blob_path = start_gate(stack, directory)
        load = Load(pathlib.Path(sys.argv[1]).resolve(), public_ca.certificate)
        direct = Proxy("direct")
        peers = [start_tinyproxy(stack, directory)]
        if has_users():
            peers.append(start_squid(stack, directory))
        # While the agent's memory has no room left over from others.
        idle = idle_tunnel_bytes(load, gate)
        compare(load, blob_path, direct, gate, peers)
        result("gate_added_ms_p50", added_ms(load, direct, gate), "ms")
        result("idle_tunnel_bytes", idle, "bytes")
        return 0


if __name__ == "__main__":
    os.environ.setdefault("PATH", "/usr/bin:/bin:/usr/sbin")
    sys.exit(main())
