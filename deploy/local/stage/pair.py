# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""The pair on a stage: pullgate-pdp and pullgate-agent with their identities."""

import tempfile
import pathlib

from stage import grpc
from stage import pki
from stage import processes

TRUST_DOMAIN = "stage.pullgate.example"
PDP_NAME = "pdp.stage.pullgate.example"


def short_directory():
    """A new directory whose path leaves room for a socket's name."""
    return pathlib.Path(tempfile.mkdtemp(prefix="pullgate-"))


def _yaml_list(key, values):
    if not values:
        return ""
    return key + ":\n" + "".join('  - "%s"\n' % v for v in values)


class Identities:
    """A CA for the pair, and certificates of both and of two operators."""

    def __init__(self, directory):
        self.authority = pki.Authority(directory / "pair-ca", "stage pair CA")
        self.pdp = self.authority.issue(
            "pdp", ["DNS:" + PDP_NAME, "DNS:localhost", "IP:127.0.0.1"],
            usage="serverAuth,clientAuth")
        self.editor = self.operator("alice")
        self.viewer = self.operator("victor")

    def operator(self, name):
        return self._client("operator-" + name, "operator/" + name)

    def agent(self, vch):
        return self._client("agent-" + vch, "vch/" + vch)

    def _client(self, file_name, path):
        return self.authority.issue(
            file_name, ["URI:spiffe://%s/%s" % (TRUST_DOMAIN, path)],
            usage="clientAuth")


class Pdp:
    """A pullgate-pdp on a loopback port, or on a port of all addresses."""

    def __init__(self, directory, binary, identities, extra="", data=None,
                 listen="127.0.0.1"):
        self.directory = directory / "pdp"
        self.directory.mkdir()
        self.data = data or self.directory / "data"
        self.port = processes.free_port()
        self.metrics_port = processes.free_port()
        self.identities = identities
        self.config = self.directory / "pdp.yaml"
        self.config.write_text(
            'listen: "%s:%d"\n'
            "tls:\n  certificate: %s\n  key: %s\n  ca: %s\n"
            "trust_domain: %s\n"
            "operators:\n  - name: alice\n    role: editor\n"
            "  - name: victor\n    role: viewer\n"
            "data_directory: %s\n"
            'metrics:\n  listen: "127.0.0.1:%d"\n%s' %
            (listen, self.port, identities.pdp.certificate, identities.pdp.key,
             identities.authority.certificate, TRUST_DOMAIN,
             self.data, self.metrics_port, extra))
        self.process = processes.Process(
            "pullgate-pdp", [binary, "--config=%s" % self.config],
            self.directory)
        self.editor = self.client(identities.editor)
        self.viewer = self.client(identities.viewer)

    @property
    def address(self):
        return "127.0.0.1:%d" % self.port

    def client(self, leaf):
        return grpc.Client(grpc.find_grpcurl(), "-cacert",
                           self.identities.authority.certificate, "-cert",
                           leaf.certificate, "-key", leaf.key, self.address)

    def ready(self):
        self.process.wait_for("serving on " + self.address, self._serving)

    def _serving(self):
        if not processes.accepts("127.0.0.1", self.port):
            return False
        try:
            answer = self.viewer.call("grpc.health.v1.Health/Check", {}, 5)
        except grpc.CallError:
            return False
        return answer.get("status") == "SERVING"

    def restart(self):
        self.process.start()
        self.ready()

    def set_policy(self, vch, policy, **fields):
        request = dict(fields, policy=dict(policy, name="vchs/%s/policy" % vch))
        return self.editor.call("pullgate.policy.v1.PolicyService/SetPolicy",
                                request)

    def stop(self):
        return self.process.stop()


class Agent:
    """A pullgate-agent with its Unix socket and, if wanted, a gate."""

    def __init__(self, directory, binary, identities, pdp_address, vch,
                 dns_address, public_ca_file, extra="", env=None, data=None,
                 gate=False):
        self.vch = vch
        # Where the gate listens.
        self.gate = "127.0.0.1:%d" % processes.free_port() if gate else None
        if gate:
            extra += 'gate:\n  listen: "%s"\n' % self.gate
        self.directory = directory / ("agent-" + vch)
        self.directory.mkdir()
        self.socket = self.directory / "run" / "agent.sock"
        self.data = data or self.directory / "data"
        leaf = identities.agent(vch)
        self.config = self.directory / "agent.yaml"
        self.config.write_text(
            "vch: %s\nsocket: %s\n"
            'pdp:\n  address: "%s"\n  server_name: %s\n'
            "  heartbeat_interval: 1s\n  max_backoff: 1s\n"
            "tls:\n  certificate: %s\n  key: %s\n  ca: %s\n"
            "trust_domain: %s\ndata_directory: %s\n"
            'dns:\n  servers: ["%s"]\n  hosts_file: none\n'
            "public_ca_file: %s\n%s" %
            (vch, self.socket, pdp_address, PDP_NAME, leaf.certificate,
             leaf.key, identities.authority.certificate, TRUST_DOMAIN,
             self.data, dns_address, public_ca_file, extra))
        self.process = processes.Process(
            "pullgate-agent-" + vch, [binary, "--config=%s" % self.config],
            self.directory, env=env)
        self.client = grpc.Client(grpc.find_grpcurl(), "-plaintext", "-unix",
                                  self.socket)

    def ready(self):
        self.process.wait_for("serving on %s" % self.socket, self._serving)

    def _serving(self):
        if not self.socket.exists():
            return False
        try:
            self.status()
        except grpc.CallError:
            return False
        return True

    def restart(self):
        self.process.start()
        self.ready()

    def status(self):
        return self.client.call("pullgate.agent.v1.AgentService/GetStatus", {})

    def authorize(self, **target):
        return self.client.call(
            "pullgate.agent.v1.AgentService/AuthorizePull", target)

    def wait_for_revision(self, revision):
        """Waits until the agent holds this revision, or a later one."""
        self.process.wait_for(
            "holding policy revision %d" % revision,
            lambda: int(self.status().get("policy", {}).get("revision", 0)) >=
            revision)

    def wait_for_reported(self):
        """Waits until the PDP has acknowledged every event."""
        self.process.wait_for(
            "all audit events acknowledged",
            lambda: int(self.status().get("spool", {}).get(
                "unackedEvents", 0)) == 0)

    def stop(self):
        return self.process.stop()
