# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""No way around the gate: deploy/local/gate.nft on a container host.

The host is a network namespace of its own. Beyond its one link are a registry,
the PDP, an attacker's registry and the attacker's name server. Engines run as
root, the agent as another user.
"""

import os
import re
import shutil
import socket
import subprocess
import threading

import hostile_dns
import scene
from scene import AUDIT
from stage import images
from stage import processes
from stage import registries

INSIDE, OUTSIDE = "10.7.0.1", "10.7.0.2"  # the host, and beyond it
INSIDE6, OUTSIDE6 = "fd00:7::1", "fd00:7::2"
REGISTRY, ATTACKER, NAMES = "10.7.1.10", "10.7.1.66", "10.7.1.53"
GATE_PORT = 3128
AGENT_USER = 4242
REPOSITORY = "/demo/hello:1.0"


class Trap:
    """Counts connections to an address that nobody is to connect to."""

    def __init__(self, address, port):
        self.connections = 0
        self._socket = socket.create_server((address, port))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()

    def stop(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


class Host:
    """The container host: a network namespace at the end of a link."""

    def __init__(self):
        self._holder = subprocess.Popen(
            ["unshare", "--net", "cat"], stdin=subprocess.PIPE)
        outside = os.readlink("/proc/self/ns/net")
        processes.wait_until("a namespace", lambda: os.readlink(
            "/proc/%d/ns/net" % self._holder.pid) != outside)
        self.run = ["nsenter", "--target", str(self._holder.pid), "--net"]
        self._link()

    def _link(self):
        def ip(where, words):
            subprocess.run(where + ["ip"] + words.split(), check=True)

        ip([], "link add beyond type veth peer name uplink netns %d" %
           self._holder.pid)
        ip([], "address add %s/24 dev beyond" % OUTSIDE)
        ip([], "address add %s/64 dev beyond nodad" % OUTSIDE6)
        ip([], "link set beyond up")
        for address in (REGISTRY, ATTACKER, NAMES):
            ip([], "address add %s/32 dev lo" % address)
        ip(self.run, "address add %s/24 dev uplink" % INSIDE)
        ip(self.run, "address add %s/64 dev uplink nodad" % INSIDE6)
        ip(self.run, "link set uplink up")
        ip(self.run, "link set lo up")
        ip(self.run, "route add default via " + OUTSIDE)

    def root(self, *argv, **options):
        """Runs something on the host, as engines do."""
        return subprocess.run(self.run + [str(a) for a in argv],
                              capture_output=True, text=True, check=False,
                              timeout=60, **options)

    def load_rules(self):
        """deploy/local/gate.nft with this test's user and port."""
        rules = (processes.ROOT / "deploy/local/gate.nft").read_text()
        rules, found = re.subn(r'(?m)^define agent = .*$',
                               "define agent = %d" % AGENT_USER, rules)
        assert found == 1
        rules, found = re.subn(r"(?m)^define gate_port = .*$",
                               "define gate_port = %d" % GATE_PORT, rules)
        assert found == 1
        for _ in range(2):  # the second time in place of the first
            loaded = self.root("nft", "-f", "-", input=rules)
            assert loaded.returncode == 0, loaded.stderr

    def refused(self):
        """How many attempts the rules have refused."""
        listed = self.root("nft", "list", "counter", "inet", "pullgate_gate",
                           "around_the_gate").stdout
        return int(re.search(r"packets (\d+)", listed).group(1))

    def stop(self):
        self._holder.communicate()


class AroundTheGate(scene.Scene):

    @classmethod
    def prepare(cls):
        cls.host = Host()
        cls.stack.callback(cls.host.stop)
        cls.names = hostile_dns.HostileDns(NAMES, {
            "good.corp.example": [REGISTRY],
            "rebind.evil.example": [REGISTRY, ATTACKER],
            "evil.example": [ATTACKER]})
        cls.stack.callback(cls.names.stop)
        cls.name_server = NAMES + ":53"
        cls.trap = Trap(ATTACKER, 443)
        cls.stack.callback(cls.trap.stop)
        leaf = cls.private_ca.issue("good", [
            "DNS:good.corp.example", "DNS:rebind.evil.example",
            "IP:" + REGISTRY])
        cls.registry = registries.Registry(cls.directory, "good", REGISTRY,
                                           443, leaf)
        cls.stack.callback(cls.registry.stop)
        cls.registry.ready()
        cls.image = images.Image(cls.directory / "image",
                                 [("file", os.urandom(5000))])
        cls.registry.fill(cls.image)
        cls.pdp_listen = "0.0.0.0"

    @classmethod
    def finish(cls):
        cls.host.load_rules()
        cls.agent = cls.start_agent_on_host()
        stored = cls.pdp.set_policy("vch1", {
            "whitelist": ["good.corp.example", "10.7.1.0/28"],
            "registryCas": [{"pem": cls.private_ca.pem()}]})
        cls.agent.wait_for_revision(int(stored["policy"]["revision"]))

    @classmethod
    def start_agent_on_host(cls):
        """The agent, on the host, as a user of its own."""
        program = cls.directory / "pullgate-agent"
        shutil.copy(processes.binary("pullgate-agent"), program)
        starter = cls.directory / "start-agent"
        starter.write_text(
            "#!/bin/sh\nchmod 0755 {0}\nchown -R {1} {0}/agent-vch1 {0}/pair-ca\n"
            "exec {2} setpriv --reuid {1} --regid {1} --clear-groups {3} "
            '"$@"\n'.format(cls.directory, AGENT_USER, " ".join(cls.host.run),
                            program))
        starter.chmod(0o755)
        agent = scene.pair.Agent(
            cls.directory, starter, cls.identities,
            "%s:%d" % (OUTSIDE, cls.pdp.port), "vch1", cls.name_server,
            cls.public_ca.certificate,
            'gate:\n  listen: "127.0.0.1:%d"\n' % GATE_PORT)
        cls.stack.callback(agent.stop)
        agent.ready()
        return agent

    def skopeo(self, registry, gated=True):
        """Copies the image, as root on the host."""
        target = self.directory / "copy"
        shutil.rmtree(target, ignore_errors=True)
        certs = self.directory / "certs"
        certs.mkdir(exist_ok=True)
        shutil.copy(self.private_ca.certificate, certs / "ca.crt")
        proxy = "http://127.0.0.1:%d" % GATE_PORT
        return self.host.root(
            "env", *(["HTTPS_PROXY=" + proxy, "HTTP_PROXY=" + proxy]
                     if gated else []),
            "skopeo", "--insecure-policy", "copy",
            "--src-cert-dir=%s" % certs, "docker://" + registry + REPOSITORY,
            "dir:%s" % target)

    def connects(self, address, port, *as_user):
        return self.host.root(
            *as_user, "python3", "-c",
            "import socket; socket.create_connection(('%s', %d), 5)" %
            (address, port)).returncode == 0

    def events(self):
        self.agent.wait_for_reported()
        return self.pdp.viewer.call(AUDIT + "ListEvents", {
            "filter": {"vch": "vchs/vch1"}, "pageSize": 1000}).get("events", [])

    def test_a_gated_pull_works(self):
        result = self.skopeo("good.corp.example")
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_a_direct_pull_of_the_same_image_fails_at_once(self):
        before = self.host.refused()
        result = self.skopeo(REGISTRY, gated=False)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("connection refused", result.stderr)
        self.assertGreater(self.host.refused(), before)

    def test_no_port_is_a_way_around(self):
        before = self.host.refused()
        for address in (REGISTRY, ATTACKER, OUTSIDE6):
            for port in (80, 443, 5000, 53, 22, 8443):
                self.assertFalse(self.connects(address, port), port)
        self.assertFalse(self.connects(OUTSIDE, self.pdp.port))
        # By the rules, and not because nobody listens there.
        self.assertEqual(self.host.refused(), before + 19)

    def test_only_the_agents_user_opens_connections(self):
        agent = ("setpriv", "--reuid", str(AGENT_USER), "--clear-groups")
        other = ("setpriv", "--reuid", "1000", "--clear-groups")
        self.assertTrue(self.connects(REGISTRY, 443, *agent))
        self.assertFalse(self.connects(REGISTRY, 443, *other))

    def test_a_registry_on_the_host_itself_is_none_either(self):
        listener = subprocess.Popen(
            self.host.run + ["python3", "-c",
                             "import socket\n"
                             "a = socket.create_server(('0.0.0.0', 5000))\n"
                             "b = socket.create_server(('0.0.0.0', 8000))\n"
                             "print(flush=True)\ninput()"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            listener.stdout.readline()
            self.assertFalse(self.connects("127.0.0.1", 5000))
            self.assertFalse(self.connects(INSIDE, 5000))
            self.assertTrue(self.connects("127.0.0.1", 8000))
        finally:
            listener.communicate(b"\n")

    def test_an_exception_is_one_address_and_port(self):
        words = ("element", "inet", "pullgate_gate", "elsewhere",
                 "{ %s . 443 }" % REGISTRY)
        self.host.root("nft", "add", *words)
        try:
            self.assertTrue(self.connects(REGISTRY, 443))
            self.assertFalse(self.connects(ATTACKER, 443))
        finally:
            self.host.root("nft", "delete", *words)

    def test_a_name_that_moves_after_the_decision_takes_nobody_along(self):
        before = self.trap.connections
        result = self.skopeo("rebind.evil.example")
        # Each connection of the pull was decided on its own evidence: the
        # first went to the registry, later ones are refused.
        self.assertEqual(self.trap.connections, before, result.stderr)
        given = [g for g in self.names.given if g[0].startswith("rebind")]
        self.assertIn(("rebind.evil.example", REGISTRY), given)
        for event in self.events():
            if event.get("asked", "").startswith("rebind"):
                self.assertNotEqual(
                    event.get("transport", {}).get("address"), ATTACKER)

    def test_a_name_of_the_attacker_is_refused_in_words(self):
        result = self.skopeo("evil.example")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("no rule covers evil.example", result.stderr)
        self.assertEqual(self.trap.connections, 0)

    def client_hello(self, host, server_name):
        """openssl through the gate: asks for one host, says another."""
        return self.host.root(
            "openssl", "s_client", "-proxy", "127.0.0.1:%d" % GATE_PORT,
            "-connect", host + ":443", *server_name, "-verify_quiet",
            "-brief", input="")

    def tunnels_closed(self):
        return sum("TUNNEL_CLOSED" in e.get("kind", "") for e in self.events())

    def test_another_server_name_in_the_tunnel_closes_it(self):
        fine = self.client_hello("good.corp.example",
                                 ["-servername", "good.corp.example"])
        self.assertEqual(fine.returncode, 0, fine.stderr)
        for names in (["-servername", "evil.example"], ["-noservername"]):
            before = self.tunnels_closed()
            result = self.client_hello("good.corp.example", names)
            self.assertNotEqual(result.returncode, 0, names)
            processes.wait_until("an event of its own",
                                 lambda: self.tunnels_closed() > before)

    def test_no_tls_in_the_tunnel_closes_it(self):
        before = self.tunnels_closed()
        result = self.host.root(
            "curl", "--silent", "--show-error", "--max-time", "10",
            "--proxytunnel", "--proxy", "http://127.0.0.1:%d" % GATE_PORT,
            "http://good.corp.example:443/v2/")
        self.assertNotEqual(result.returncode, 0)
        processes.wait_until("an event of its own",
                             lambda: self.tunnels_closed() > before)


if __name__ == "__main__":
    scene.main()
