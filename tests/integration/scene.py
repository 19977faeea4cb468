# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""What integration tests share: a stage, taken down when the test ends."""

import contextlib
import shutil
import unittest

from stage import dns
from stage import grpc
from stage import pair
from stage import pki

DECISION = "pullgate.decision.v1.DecisionService/"
POLICY = "pullgate.policy.v1.PolicyService/"
AUDIT = "pullgate.audit.v1.AuditService/"
AGENT = "pullgate.agent.v1.AgentService/"


class Scene(unittest.TestCase):
    """A directory, identities and a PDP for each test class."""

    pdp_settings = ""
    pdp_listen = "127.0.0.1"
    pdp_data = None  # where the PDP keeps its files, if not with the rest

    @classmethod
    def setUpClass(cls):
        cls.stack = contextlib.ExitStack()
        cls.addClassCleanup(cls.stack.close)
        cls.directory = pair.short_directory()
        cls.stack.callback(shutil.rmtree, cls.directory, ignore_errors=True)
        cls.identities = pair.Identities(cls.directory)
        cls.public_ca = pki.Authority(cls.directory / "public-ca", "Public")
        cls.private_ca = pki.Authority(cls.directory / "private-ca", "Private")
        cls.prepare()
        cls.pdp = pair.Pdp(cls.directory, pair.processes.binary("pullgate-pdp"),
                           cls.identities, cls.pdp_settings,
                           cls.pdp_data, cls.pdp_listen)
        cls.stack.callback(cls.pdp.stop)
        cls.pdp.ready()
        cls.finish()

    @classmethod
    def prepare(cls):
        """For what must be there before the PDP starts."""

    @classmethod
    def finish(cls):
        """For what needs the PDP."""

    @classmethod
    def start_dns(cls, hosts, lies=()):
        server = dns.DnsServer(cls.directory, hosts, lies)
        cls.stack.callback(server.stop)
        return server

    @classmethod
    def start_agent(cls, vch, name_server, extra="", pdp_address=None,
                    **options):
        agent = pair.Agent(
            cls.directory, pair.processes.binary("pullgate-agent"),
            cls.identities, pdp_address or cls.pdp.address, vch,
            name_server.address, cls.public_ca.certificate, extra, **options)
        cls.stack.callback(agent.stop)
        agent.ready()
        return agent

    def refused(self, call, code, text="", reason=None, field=None):
        """Asserts that `call` fails so, and returns the error."""
        with self.assertRaises(grpc.CallError) as caught:
            call()
        error = caught.exception
        self.assertEqual(error.code, CODES[code], str(error))
        self.assertIn(text, error.message)
        details = {d["@type"].split(".")[-1]: d for d in error.details}
        if reason is not None:
            self.assertEqual(details["ErrorInfo"].get("reason"), reason)
            self.assertEqual(details["ErrorInfo"].get("domain"), "pullgate")
        if field is not None:
            fields = [v.get("field") for v in
                      details["BadRequest"].get("fieldViolations", [])]
            self.assertIn(field, fields)
        return error


# grpcurl prints status codes as numbers.
CODES = {"INVALID_ARGUMENT": 3, "NOT_FOUND": 5, "PERMISSION_DENIED": 7,
         "RESOURCE_EXHAUSTED": 8, "FAILED_PRECONDITION": 9, "ABORTED": 10,
         "OUT_OF_RANGE": 11, "UNAVAILABLE": 14, "UNAUTHENTICATED": 16}


def main():
    unittest.main()
