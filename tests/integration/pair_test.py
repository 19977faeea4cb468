# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""The pair with real registries and real DNS, and what happens when one dies."""

import contextlib
import socket
import subprocess
import threading

import scene
from scene import AUDIT, POLICY
from stage import grpc
from stage import processes
from stage import registries

HOSTS = (("good.example.com", "127.3.0.10"),
         ("expired.example.com", "127.3.0.12"),
         ("nobody.example.com", "127.3.0.99"),
         ("silent.example.com", "127.3.0.20"),
         ("elsewhere.example", "127.4.0.10"))

# The stage has nothing but loopback to put registries on.
LIFT = "no_unpinnable_addresses: true\n"


class PairScene(scene.Scene):
    """A PDP, DNS, a good and an expired registry."""

    pdp_settings = LIFT

    @classmethod
    def prepare(cls):
        cls.name_server = cls.start_dns(HOSTS)
        cls.pdp_settings = LIFT + (
            'dns:\n  servers: ["%s"]\n' % cls.name_server.address)
        good = cls.public_ca.issue("good", ["DNS:good.example.com"])
        expired = cls.public_ca.issue("expired", ["DNS:expired.example.com"],
                                      expired=True)
        cls.good = cls.start_registry("good", "127.3.0.10", good)
        cls.start_registry("expired", "127.3.0.12", expired)

    @classmethod
    def start_registry(cls, name, address, leaf):
        registry = registries.Registry(cls.directory, name, address, 443, leaf)
        cls.stack.callback(registry.stop)
        registry.ready()
        return registry

    def permit(self, agent, **target):
        answer = agent.authorize(**target)
        self.assertEqual(answer["effect"], "EFFECT_PERMIT", answer)
        return answer

    def deny(self, agent, reason, text="", **target):
        answer = agent.authorize(**target)
        self.assertEqual(answer["effect"], "EFFECT_DENY", answer)
        self.assertEqual(answer["reason"], "DENY_REASON_" + reason, answer)
        self.assertIn(text, answer["message"])
        return answer

    def events(self, vch):
        """All events of a VCH on the ledger, oldest first.

        The first of them begins the agent's epoch."""
        listed = self.pdp.viewer.call(AUDIT + "ListEvents", {
            "filter": {"vch": "vchs/" + vch}, "pageSize": 1000})
        return list(reversed(listed.get("events", [])))

    def set_policy(self, agent, policy):
        stored = self.pdp.set_policy(agent.vch, policy)
        agent.wait_for_revision(int(stored["policy"]["revision"]))


class Verdicts(PairScene):

    @classmethod
    def finish(cls):
        cls.agent = cls.start_agent("vch1", cls.name_server)
        cls.pdp.set_policy("vch1", {"whitelist": ["*.example.com"]})

    def test_a_permit_says_what_to_use(self):
        answer = self.permit(self.agent, image="good.example.com/team/app:1.0")
        permit = answer["permit"]
        self.assertEqual(
            (permit["scheme"], permit["address"], permit["port"],
             permit["serverName"], permit["certificateCheck"]),
            ("SCHEME_HTTPS", "127.3.0.10", 443, "good.example.com",
             "CERTIFICATE_CHECK_REQUIRED"))
        self.assertEqual(permit["certificateSha256"],
                         answer["certificate"]["sha256Fingerprint"])

    def test_an_expired_certificate_is_named_as_such(self):
        answer = self.deny(self.agent, "CERTIFICATE_REJECTED", "expired",
                           registry="expired.example.com")
        self.assertIn("2025-01-01", answer["message"])

    def test_a_registry_that_is_down_is_named_with_what_happened(self):
        self.deny(self.agent, "REGISTRY_UNREACHABLE", "127.3.0.99",
                  registry="nobody.example.com")

    def test_a_silent_registry_is_given_up_within_the_deadline(self):
        with socket.socket() as silent:
            silent.bind(("127.3.0.20", 443))
            silent.listen(8)
            self.deny(self.agent, "REGISTRY_UNREACHABLE", "127.3.0.20",
                      registry="silent.example.com")

    def test_a_name_that_does_not_exist_says_so(self):
        answer = self.agent.authorize(registry="missing.example.com")
        self.assertEqual(answer["effect"], "EFFECT_DENY", answer)
        self.assertIn("missing.example.com", answer["message"])

    def test_a_proxy_in_the_environment_is_not_used(self):
        trap = socket.socket()
        trap.bind(("127.0.0.1", 0))
        trap.listen(8)
        proxy = "http://127.0.0.1:%d" % trap.getsockname()[1]
        agent = self.start_agent("proxied", self.name_server, env={
            "https_proxy": proxy, "http_proxy": proxy, "ALL_PROXY": proxy})
        self.set_policy(agent, {"whitelist": ["*.example.com"]})
        self.permit(agent, registry="good.example.com")
        trap.setblocking(False)
        with self.assertRaises(BlockingIOError):
            trap.accept()
        trap.close()

    def test_a_probe_explains_and_records_nothing(self):
        before = self.agent.status()["spool"].get("lastSequence", "0")
        probe = self.agent.client.call(scene.AGENT + "ProbeRegistry",
                                       {"registry": "good.example.com"})
        self.assertEqual(probe["effect"], "EFFECT_PERMIT")
        self.assertTrue(probe["chain"][0]["verified"])
        self.assertTrue(probe["decision"]["explanation"]["matched"])
        after = self.agent.status()["spool"].get("lastSequence", "0")
        self.assertEqual(before, after)

    def test_malformed_questions_are_errors_and_no_events(self):
        before = self.agent.status()["spool"].get("lastSequence", "0")
        for target in ({"registry": "127.1"}, {"image": "busy box"}, {}):
            self.refused(lambda: self.agent.authorize(**target),
                         "INVALID_ARGUMENT")
        after = self.agent.status()["spool"].get("lastSequence", "0")
        self.assertEqual(before, after)

    def test_anyone_on_the_socket_can_list_and_describe(self):
        listed = self.agent.client.run("list").stdout.split()
        self.assertIn("pullgate.agent.v1.AgentService", listed)
        self.assertIn("grpc.health.v1.Health", listed)

    def test_the_socket_is_for_its_owner_and_group(self):
        self.assertEqual(self.agent.socket.stat().st_mode & 0o777, 0o660)
        self.assertEqual(self.agent.socket.parent.stat().st_mode & 0o777,
                         0o750)


class Revocation(PairScene):

    def test_a_new_policy_orphans_what_was_cached(self):
        agent = self.start_agent("vch1", self.name_server)
        self.set_policy(agent, {"whitelist": ["*.example.com"]})
        self.permit(agent, registry="good.example.com")
        self.permit(agent, registry="good.example.com")
        self.set_policy(agent, {"whitelist": ["elsewhere.example"]})
        self.deny(agent, "NOT_WHITELISTED", registry="good.example.com")

    def test_a_deleted_policy_permits_nothing(self):
        agent = self.start_agent("vch2", self.name_server)
        self.set_policy(agent, {"whitelist": ["*.example.com"]})
        self.permit(agent, registry="good.example.com")
        gone = self.pdp.editor.call(POLICY + "DeletePolicy",
                                    {"name": "vchs/vch2/policy"})
        agent.wait_for_revision(int(gone["revision"]))
        self.deny(agent, "NO_POLICY", registry="good.example.com")


class Outages(PairScene):

    def test_without_the_pdp_the_agent_decides_until_the_lease_ends(self):
        agent = self.start_agent("lease", self.name_server,
                                 "verify:\n  verdict_ttl: 1s\n")
        self.set_policy(agent, {"whitelist": ["*.example.com"],
                                "lease": "10s"})
        self.permit(agent, registry="good.example.com")
        self.pdp.process.kill()
        answer = self.permit(agent, image="good.example.com/other")
        self.assertIn(answer["decidedBy"],
                      ("DECIDED_BY_AGENT", "DECIDED_BY_CACHE"))
        self.deny(agent, "NOT_WHITELISTED", registry="elsewhere.example")
        self.deny(agent, "CERTIFICATE_REJECTED", registry="expired.example.com")

        # A restart of the agent keeps policy and lease.
        agent.process.kill()
        agent.restart()
        self.permit(agent, registry="good.example.com")

        agent.process.wait_for(
            "the lease to end", lambda: not agent.status()["policy"].get(
                "leaseValid", False), seconds=30)
        self.deny(agent, "PDP_UNREACHABLE", registry="good.example.com")

        self.pdp.restart()
        agent.process.wait_for(
            "the PDP to be back", lambda: agent.status()["pdp"].get("synced"))
        self.permit(agent, registry="good.example.com")
        agent.wait_for_reported()
        events = self.events("lease")
        self.assertEqual([e["sequence"] for e in events],
                         [str(i + 1) for i in range(8)])
        self.assertEqual(events[0]["kind"], "KIND_EPOCH_STARTED")
        self.assertEqual(events[0]["epochStart"]["cause"],
                         "CAUSE_FIRST_START")

    def test_dns_that_does_not_answer_is_no_evidence(self):
        name_server = self.start_dns_that_dies()
        agent = self.start_agent("blind", name_server,
                                 "cache:\n  max_decisions: 10\n")
        self.set_policy(agent, {"whitelist": ["*.example.com"]})
        name_server.stop()
        self.deny(agent, "EVIDENCE_UNAVAILABLE", registry="good.example.com")

    @classmethod
    def start_dns_that_dies(cls):
        directory = cls.directory / "mortal"
        directory.mkdir()
        return scene.dns.DnsServer(directory, HOSTS)

    def test_a_full_disk_refuses_pulls_and_recovers(self):
        disk = self.directory / "small-disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", disk],
                       check=True)
        self.stack.callback(subprocess.run, ["umount", disk], check=True)
        agent = self.start_agent("full", self.name_server, data=disk / "data")
        self.set_policy(agent, {"whitelist": ["*.example.com"]})
        self.permit(agent, registry="good.example.com")
        filler = disk / "filler"
        with contextlib.suppress(OSError), open(filler, "wb",
                                                buffering=0) as file:
            while file.write(b"x" * 4096):
                pass
        # SQLite may still have room in pages that it owns.
        answer = processes.wait_until(
            "a refusal", lambda: self.refusal(agent), seconds=60)
        self.assertEqual(answer["reason"], "DENY_REASON_AUDIT_UNAVAILABLE")
        self.assertNotIn("eventId", answer)
        filler.unlink()
        processes.wait_until("a permit", lambda: agent.authorize(
            registry="good.example.com")["effect"] == "EFFECT_PERMIT")

    @staticmethod
    def refusal(agent):
        answer = agent.authorize(registry="good.example.com")
        return answer if answer["effect"] == "EFFECT_DENY" else None


class Crashes(PairScene):

    def test_what_was_answered_survives_kill_9_of_both(self):
        agent = self.start_agent("crash", self.name_server)
        policy = {"whitelist": ["*.example.com"],
                  "registryCas": [{"pem": self.private_ca.pem()}]}
        self.set_policy(agent, policy)
        answered = []
        for round_number in range(6):
            victim = (agent, self.pdp)[round_number % 2]
            stop = threading.Event()
            asking = threading.Thread(target=self.ask_until,
                                      args=(agent, stop, answered))
            before = len(answered)
            asking.start()
            try:
                processes.wait_until("some answers",
                                     lambda: len(answered) >= before + 3)
                victim.process.kill()
            finally:
                stop.set()
                asking.join()
            victim.restart()
        agent.process.wait_for(
            "the PDP to be back", lambda: agent.status()["pdp"].get("synced"))
        agent.wait_for_reported()

        on_ledger = [e["eventId"] for e in self.events("crash")]
        self.assertEqual(len(on_ledger), len(set(on_ledger)))
        self.assertEqual([e for e in answered if e not in on_ledger], [])
        stored = self.pdp.viewer.call(POLICY + "GetPolicy",
                                      {"name": "vchs/crash/policy"})["policy"]
        self.assertEqual(stored["whitelist"], ["*.example.com"])

    @staticmethod
    def ask_until(agent, stop, answered):
        while not stop.is_set():
            try:
                answered.append(
                    agent.authorize(registry="good.example.com")["eventId"])
            except (grpc.CallError, KeyError):
                pass  # The agent is being killed.

    def test_sigterm_ends_both_cleanly(self):
        agent = self.start_agent("clean", self.name_server)
        self.assertEqual(agent.stop(), 0, agent.process.tail())
        self.assertEqual(self.pdp.stop(), 0, self.pdp.process.tail())
        self.pdp.restart()

    def test_a_second_process_on_the_same_data_is_refused(self):
        result = subprocess.run(
            [str(processes.binary("pullgate-pdp")),
             "--config=%s" % self.pdp.config], capture_output=True, text=True,
            check=False, timeout=30)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("data", result.stderr)


class Certificates(PairScene):

    def test_a_policy_ca_vouches_within_its_scope_only(self):
        leaf = self.private_ca.issue("private", ["IP:127.6.0.1"])
        self.start_registry("private", "127.6.0.1", leaf)
        agent = self.start_agent("scoped", self.name_server)
        ca = {"pem": self.private_ca.pem()}
        self.set_policy(agent, {"whitelist": ["127.6.0.1"]})
        self.deny(agent, "CERTIFICATE_REJECTED", registry="127.6.0.1")
        self.set_policy(agent, {"whitelist": ["127.6.0.1"],
                                "registryCas": [ca]})
        self.permit(agent, registry="127.6.0.1")
        self.set_policy(agent, {
            "whitelist": ["127.6.0.1"],
            "registryCas": [dict(ca, scope=["other.example"])]})
        self.deny(agent, "CERTIFICATE_REJECTED", registry="127.6.0.1")

    def probe(self, agent, registry):
        return agent.client.call(scene.AGENT + "ProbeRegistry",
                                 {"registry": registry})

    def test_a_probe_says_what_would_have_to_be_trusted(self):
        leaf = self.private_ca.issue("advised", ["IP:127.6.0.3"])
        self.start_registry("advised", "127.6.0.3", leaf)
        agent = self.start_agent("advised", self.name_server)
        rules = {"insecure": ["good.example.com", "127.6.0.3",
                              "expired.example.com"]}
        self.set_policy(agent, rules)

        secure = self.probe(agent, "good.example.com")["trust"]
        self.assertTrue(secure["verifies"])
        self.assertTrue(secure["couldBeSecure"])

        private = self.probe(agent, "127.6.0.3")
        self.assertEqual(private["effect"], "EFFECT_PERMIT")
        trust = private["trust"]
        self.assertNotIn("verifies", trust)
        self.assertNotIn("couldBeSecure", trust)
        self.assertNotIn("remainingFailure", trust)
        self.assertIn("Private", trust["issuerToObtain"])
        self.assertIn("Private", trust["advice"])

        expired = self.probe(agent, "expired.example.com")["trust"]
        self.assertIn("expired", expired["remainingFailure"])
        self.assertNotIn("issuerToObtain", expired)

        self.set_policy(agent, dict(rules, registryCas=[
            {"pem": self.private_ca.pem()}]))
        trust = self.probe(agent, "127.6.0.3")["trust"]
        self.assertTrue(trust["couldBeSecure"])

    def test_an_insecure_registry_falls_back_to_http_only_without_tls(self):
        plain = registries.Registry(self.directory, "plain", "127.6.0.2", 5000)
        self.stack.callback(plain.stop)
        plain.ready()
        agent = self.start_agent("insecure", self.name_server)
        self.set_policy(agent, {"insecure": ["127.6.0.2:5000",
                                             "expired.example.com"]})
        answer = self.permit(agent, registry="127.6.0.2:5000")
        self.assertEqual(answer["permit"]["scheme"], "SCHEME_HTTP")
        self.assertEqual([a["outcome"] for a in answer["attempts"]],
                         ["OUTCOME_NOT_TLS", "OUTCOME_REGISTRY"])
        answer = self.permit(agent, registry="expired.example.com")
        self.assertEqual(answer["permit"]["scheme"], "SCHEME_HTTPS")
        self.assertFalse(answer["certificate"].get("verified", False))

    def test_a_wrong_vch_in_the_configuration_does_not_start(self):
        leaf = self.identities.agent("other")
        with self.assertRaises(processes.StageError) as caught:
            agent_identity = self.identities.agent
            self.identities.agent = lambda vch: leaf
            try:
                self.start_agent("mismatch", self.name_server)
            finally:
                self.identities.agent = agent_identity
        self.assertIn("vch", str(caught.exception))


class Tail(PairScene):

    def test_events_can_be_followed_as_they_arrive(self):
        agent = self.start_agent("tail", self.name_server)
        self.set_policy(agent, {"whitelist": ["*.example.com"]})
        argv = self.pdp.viewer.command(
            AUDIT + "TailEvents", {"filter": {"vch": "vchs/tail"}},
            "-max-time", "20")
        with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as tail:
            try:
                lines = []
                reader = threading.Thread(
                    target=lambda: lines.extend(tail.stdout), daemon=True)
                reader.start()
                processes.wait_until(
                    "the event to come by",
                    lambda: (agent.authorize(registry="good.example.com") and
                             any("good.example.com" in l for l in lines)))
            finally:
                tail.kill()
                reader.join()


if __name__ == "__main__":
    scene.main()
