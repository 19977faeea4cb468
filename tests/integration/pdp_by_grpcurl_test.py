# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""An operator at the PDP: grpcurl, no local protos, every unary RPC."""

import json
import subprocess

import scene
from stage import grpc
from stage import pki
from scene import AUDIT, DECISION, POLICY

NAME = "vchs/vch1/policy"


class Reflection(scene.Scene):

    def test_lists_every_service(self):
        listed = self.pdp.viewer.run("list").stdout.split()
        for service in ("pullgate.decision.v1.DecisionService",
                        "pullgate.policy.v1.PolicyService",
                        "pullgate.sync.v1.SyncService",
                        "pullgate.audit.v1.AuditService",
                        "grpc.health.v1.Health",
                        "grpc.channelz.v1.Channelz",
                        "grpc.reflection.v1.ServerReflection",
                        "grpc.reflection.v1alpha.ServerReflection"):
            self.assertIn(service, listed)

    def test_describes_every_service_and_its_messages(self):
        for symbol in self.pdp.viewer.run("list").stdout.split() + [
                "pullgate.policy.v1.Policy",
                "pullgate.decision.v1.CheckPullRequest",
                "pullgate.audit.v1.AuditEvent", "google.rpc.Status",
                "google.rpc.BadRequest", "grpc.health.v1.HealthCheckRequest"]:
            result = self.pdp.viewer.run("describe", symbol)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn(symbol, result.stdout)

    def test_channelz_shows_the_server(self):
        answer = self.pdp.viewer.call("grpc.channelz.v1.Channelz/GetServers",
                                      {})
        self.assertTrue(answer.get("server"))


class Policies(scene.Scene):

    def tearDown(self):
        for stored in self.pdp.viewer.call(
                POLICY + "ListPolicies", {"pageSize": 1000}).get("policies",
                                                                 []):
            self.pdp.editor.call(POLICY + "DeletePolicy",
                                 {"name": stored["name"]})

    def test_a_policy_reads_back_in_canonical_form_with_its_findings(self):
        stored = self.pdp.set_policy("vch1", {
            "whitelist": ["10.2.40.40:443", "10.2.2.1/24", "*.Example.COM."],
            "insecure": ["192.168.100.207"]})
        self.assertEqual(stored["policy"]["whitelist"],
                         ["10.2.40.40:443", "10.2.2.0/24", "*.example.com"])
        self.assertEqual(stored["policy"]["mode"], "MODE_WHITELIST")
        self.assertIn("whitelist[1]", [f["place"] for f in stored["findings"]])
        self.assertTrue(stored["policy"]["updatedBy"].endswith(
            "operator/alice"))
        read = self.pdp.viewer.call(POLICY + "GetPolicy", {"name": NAME})
        self.assertEqual(read["policy"], stored["policy"])

    def test_pem_with_text_around_it_is_stored_canonically(self):
        pem = ("Certificate:\n  Subject: somebody\n" + self.private_ca.pem() +
               "\n\n" + self.public_ca.pem() + "trailing text\n")
        self.pdp.set_policy("vch1", {"registryCas": [
            {"pem": pem, "scope": ["Harbor.corp.example"]}]})
        read = self.pdp.viewer.call(POLICY + "GetPolicy", {"name": NAME})
        ca = read["policy"]["registryCas"][0]
        self.assertEqual(ca["scope"], ["harbor.corp.example"])
        self.assertEqual(ca["pem"].count("BEGIN CERTIFICATE"), 2)
        self.assertNotIn("somebody", ca["pem"])
        # Stored again, it is the same.
        again = self.pdp.set_policy("vch1", {"registryCas": [ca]})
        self.assertEqual(again["policy"]["registryCas"][0], ca)

    def test_validate_only_stores_nothing_and_says_what_is_wrong(self):
        answer = self.pdp.set_policy(
            "vch1", {"whitelist": ["192.168.*", "a.example"]},
            validateOnly=True)
        errors = [f for f in answer["findings"]
                  if f["severity"] == "SEVERITY_ERROR"]
        self.assertEqual([f["place"] for f in errors], ["whitelist[0]"])
        self.refused(lambda: self.pdp.viewer.call(
            POLICY + "GetPolicy", {"name": NAME}), "NOT_FOUND")

    def test_all_errors_of_a_policy_come_at_once_and_nothing_is_stored(self):
        error = self.refused(lambda: self.pdp.set_policy("vch1", {
            "whitelist": ["good.example", "10.2.2.0/", "http://a.example"],
            "insecure": ["docker.io", "0.0.0.0/0"],
            "registryCas": [{"pem": "nonsense"}]}), "INVALID_ARGUMENT")
        fields = [v["field"] for d in error.details
                  for v in d.get("fieldViolations", [])]
        for place in ("whitelist[1]", "whitelist[2]", "insecure[0]",
                      "insecure[1]", "registry_cas[0]"):
            self.assertTrue([f for f in fields if place in f],
                            "%s is not in %s" % (place, fields))
        self.refused(lambda: self.pdp.viewer.call(
            POLICY + "GetPolicy", {"name": NAME}), "NOT_FOUND")

    def test_a_private_key_is_refused_and_not_repeated(self):
        key = self.identities.viewer.key.read_text()
        error = self.refused(lambda: self.pdp.set_policy("vch1", {
            "registryCas": [{"pem": self.private_ca.pem() + key}]}),
            "INVALID_ARGUMENT", "key")
        self.assertNotIn(key.splitlines()[1], str(error.details) +
                         error.message)
        self.assertNotIn(key.splitlines()[1], self.pdp.process.log.read_text())

    def test_a_stale_etag_changes_nothing(self):
        first = self.pdp.set_policy("vch1", {"mode": "MODE_OPEN"})["policy"]
        self.pdp.set_policy("vch1", {"mode": "MODE_OPEN",
                                     "etag": first["etag"],
                                     "insecure": ["a.example"]})
        for call in (
                lambda: self.pdp.set_policy("vch1", {"etag": first["etag"]}),
                lambda: self.pdp.editor.call(
                    POLICY + "DeletePolicy",
                    {"name": NAME, "etag": first["etag"]}),
                lambda: self.pdp.set_policy("vch1", {"etag": "nonsense"})):
            self.refused(call, "ABORTED", reason="ETAG_MISMATCH")
        read = self.pdp.viewer.call(POLICY + "GetPolicy", {"name": NAME})
        self.assertEqual(read["policy"]["insecure"], ["a.example"])

    def test_lists_in_pages_that_join_without_gap_or_repeat(self):
        names = ["vchs/vch%d/policy" % i for i in range(1, 6)]
        for i in range(1, 6):
            self.pdp.set_policy("vch%d" % i, {"mode": "MODE_OPEN"})
        seen, token = [], ""
        while True:
            page = self.pdp.viewer.call(POLICY + "ListPolicies",
                                        {"pageSize": 2, "pageToken": token})
            seen += [p["name"] for p in page["policies"]]
            token = page.get("nextPageToken", "")
            if not token:
                break
        self.assertEqual(seen, names)

    def test_revisions_never_fall_even_across_deletion(self):
        first = int(self.pdp.set_policy("vch1", {})["policy"]["revision"])
        gone = int(self.pdp.editor.call(
            POLICY + "DeletePolicy", {"name": NAME})["revision"])
        again = int(self.pdp.set_policy("vch1", {})["policy"]["revision"])
        self.assertLess(first, gone)
        self.assertLess(gone, again)

    def test_malformed_requests_say_what_and_where(self):
        for method, request, field in (
                ("GetPolicy", {"name": "vch1"}, "name"),
                ("GetPolicy", {}, "name"),
                ("GetPolicy", {"name": "vchs//policy"}, "name"),
                ("DeletePolicy", {"name": "vchs/a b/policy"}, "name"),
                ("ListPolicies", {"pageSize": -1}, "page_size"),
                ("ListPolicies", {"pageToken": "bm9uc2Vuc2U"}, "page_token"),
                ("SetPolicy", {}, "policy.name"),
                ("SetPolicy", {"policy": {"name": "vch1"}}, "policy.name"),
                ("SetPolicy", {"policy": {"name": NAME, "lease": "1s"}},
                 "policy.lease"),
                ("SetPolicy", {"policy": {"name": NAME, "mode": "MODE_OPEN",
                                          "whitelist": ["a.example"]}},
                 "policy.mode")):
            with self.subTest(method=method, request=json.dumps(request)):
                self.refused(lambda: self.pdp.editor.call(POLICY + method,
                                                          request),
                             "INVALID_ARGUMENT", field=field)


class Changes(scene.Scene):
    """Comparing policies, requiring, looking back and going back."""

    @classmethod
    def prepare(cls):
        # Evidence that the PDP looks up itself is empty.
        cls.pdp_settings = 'dns:\n  servers: ["%s"]\n' % cls.start_dns(
            []).address

    def setUp(self):
        # Each test has a VCH, and so a history, of its own.
        self.vch = self.id().split(".")[-1].replace("_", "-")[:40].strip("-")
        self.name = "vchs/%s/policy" % self.vch

    def set(self, *whitelist, **fields):
        return self.pdp.set_policy(self.vch, {
            "mode": "MODE_WHITELIST", "whitelist": whitelist}, **fields)

    def revision(self, *whitelist):
        return self.set(*whitelist)["policy"]["revision"]

    def compare(self, **sides):
        return self.pdp.viewer.call(POLICY + "ComparePolicies", dict(
            sides, name=self.name))["impact"]

    def history(self):
        return self.pdp.viewer.call(POLICY + "ListPolicyRevisions",
                                    {"name": self.name})["revisions"]

    def roll_back(self, revision, **fields):
        return self.pdp.editor.call(POLICY + "RollbackPolicy", dict(
            fields, name=self.name, revision=revision))

    def test_compares_revisions_and_proposals(self):
        first = self.revision("a.example.com")
        self.revision("a.example.com", "*.lab.example.com")
        wider = self.compare(before={"revision": first})
        self.assertEqual(wider["allowed"]["relation"], "RELATION_WIDER")
        self.assertEqual(wider["insecure"]["relation"], "RELATION_EQUAL")
        region = wider["regions"][0]
        self.assertEqual(region["hosts"], "*.lab.example.com")
        self.assertEqual(
            region["message"], "x.lab.example.com:443 becomes allowed through "
            "whitelist[1] (*.lab.example.com)")
        narrower = self.compare(after={"policy": {
            "mode": "MODE_WHITELIST", "whitelist": ["b.lab.example.com"]}})
        self.assertEqual(narrower["allowed"]["relation"], "RELATION_NARROWER")
        self.assertEqual(self.compare()["allowed"]["relation"],
                         "RELATION_EQUAL")

    def test_a_witness_is_a_question_that_is_answered_so(self):
        before = self.compare(after={"policy": {
            "mode": "MODE_WHITELIST", "whitelist": ["a.example.com"],
            "insecure": ["10.3.0.0/16", "*.lab.example.com"]}})
        self.pdp.set_policy(self.vch, {
            "mode": "MODE_WHITELIST", "whitelist": ["a.example.com"],
            "insecure": ["10.3.0.0/16", "*.lab.example.com"]})
        outcomes = set()
        for region in before["regions"]:
            witness = region["witness"]
            evidence = {k: witness[k] for k in ("addresses", "names")
                        if k in witness}
            decision = self.pdp.viewer.call(DECISION + "CheckPull", {
                "vch": "vchs/" + self.vch, "registry": witness["registry"],
                "evidence": evidence})["decision"]
            self.assertEqual(decision["effect"], "EFFECT_PERMIT", witness)
            check = decision["routes"][0]["certificateCheck"]
            self.assertEqual(region["after"],
                             "OUTCOME_INSECURE"
                             if check == "CERTIFICATE_CHECK_NONE" else
                             "OUTCOME_VERIFIED", region["message"])
            self.assertEqual(decision["rule"]["place"], witness["placeAfter"])
            outcomes.add(region["after"])
        self.assertEqual(len(outcomes), 2)

    def test_comparing_names_what_is_wrong(self):
        self.set("a.example.com")
        self.refused(lambda: self.compare(after={"policy": {
            "whitelist": ["a.example.com", "*"]}}), "INVALID_ARGUMENT",
            reason="INVALID_POLICY", field="after.policy.whitelist[1]")
        self.refused(lambda: self.compare(before={"revision": 1000000}),
                     "NOT_FOUND")

    def test_a_dry_run_says_what_a_change_would_do(self):
        self.set("a.example.com")
        answer = self.set("b.example.com", validateOnly=True)
        self.assertEqual(answer["impact"]["allowed"]["relation"],
                         "RELATION_INCOMPARABLE")
        self.assertEqual(len(self.history()), 1)

    def test_a_change_that_must_not_widen_is_refused_with_a_witness(self):
        self.set("*.example.com")
        error = self.refused(lambda: self.set(
            "a.example.com", "10.0.0.0/8", require="NARROWER_OR_EQUAL"),
            "FAILED_PRECONDITION", "becomes allowed through whitelist[1]",
            reason="POLICY_WIDENS", field="policy.whitelist[1]")
        self.assertIn("10.0.0.0", error.message)
        dry = self.set("a.example.com", "10.0.0.0/8", validateOnly=True,
                       require="NARROWER_OR_EQUAL")
        self.assertIn("POLICY_WIDENS", [f["code"] for f in dry["findings"]])
        self.assertNotIn("policy", dry)
        self.assertEqual(len(self.history()), 1)
        self.set("a.example.com", require="NARROWER_OR_EQUAL")
        self.set("a.example.com", require="NARROWER_OR_EQUAL")

    def test_history_says_who_when_why_and_what_it_did(self):
        self.set("a.example.com", changeNote="begin")
        self.set("a.example.com", "10.2.2.1/24", changeNote="open the lab")
        self.pdp.editor.call(POLICY + "DeletePolicy", {
            "name": self.name, "changeNote": "no more"})
        gone, second, first = self.history()
        self.assertEqual([r["kind"] for r in (gone, second, first)],
                         ["KIND_DELETED", "KIND_SET", "KIND_SET"])
        self.assertEqual([r["changeNote"] for r in (gone, second, first)],
                         ["no more", "open the lab", "begin"])
        self.assertTrue(second["actor"].endswith("operator/alice"))
        self.assertTrue(second["time"])
        self.assertIn("HOST_BITS_SET",
                      [f["code"] for f in second["findings"]])
        self.assertEqual(second["impact"]["allowed"]["relation"],
                         "RELATION_WIDER")
        self.assertEqual(gone["impact"]["allowed"]["relation"],
                         "RELATION_NARROWER")

    def test_history_comes_in_pages_newest_first(self):
        wanted = [self.revision("r%d.example.com" % i) for i in range(5)]
        seen, token = [], ""
        while True:
            page = self.pdp.viewer.call(POLICY + "ListPolicyRevisions", {
                "name": self.name, "pageSize": 2, "pageToken": token})
            seen += [r["revision"] for r in page["revisions"]]
            token = page.get("nextPageToken", "")
            if not token:
                break
        self.assertEqual(seen, wanted[::-1])

    def test_a_policy_of_the_past_can_be_read(self):
        first = self.revision("a.example.com")
        self.set("b.example.com")
        past = self.pdp.viewer.call(POLICY + "GetPolicy", {
            "name": self.name, "revision": first})["policy"]
        self.assertEqual(past["whitelist"], ["a.example.com"])

    def test_rolling_back_is_a_new_revision_with_the_old_content(self):
        first = self.revision("a.example.com")
        second = self.set("b.example.com")["policy"]
        self.refused(lambda: self.roll_back(first, etag="stale"), "ABORTED",
                     reason="ETAG_MISMATCH")
        self.refused(
            lambda: self.roll_back(first, require="NARROWER_OR_EQUAL"),
            "FAILED_PRECONDITION", "a.example.com", reason="POLICY_WIDENS")
        back = self.roll_back(first, etag=second["etag"],
                              changeNote="b was wrong")
        self.assertEqual(back["policy"]["whitelist"], ["a.example.com"])
        self.assertGreater(int(back["policy"]["revision"]),
                           int(second["revision"]))
        self.assertEqual(back["impact"]["allowed"]["relation"],
                         "RELATION_INCOMPARABLE")
        newest = self.history()[0]
        self.assertEqual(newest["kind"], "KIND_ROLLED_BACK")
        self.assertEqual(newest["restoredRevision"], first)
        self.assertEqual(len(self.history()), 3)
        decision = self.pdp.viewer.call(DECISION + "CheckPull", {
            "vch": "vchs/" + self.vch, "registry": "a.example.com"})
        self.assertEqual(decision["decision"]["effect"], "EFFECT_PERMIT")

    def test_there_is_no_way_back_to_what_never_was(self):
        self.set("a.example.com")
        gone = self.pdp.editor.call(POLICY + "DeletePolicy",
                                    {"name": self.name})["revision"]
        self.refused(lambda: self.roll_back(gone), "FAILED_PRECONDITION",
                     reason="REVISION_IS_DELETION")
        self.refused(lambda: self.roll_back(int(gone) + 1), "NOT_FOUND")
        self.refused(lambda: self.pdp.viewer.call(POLICY + "GetPolicy", {
            "name": self.name, "revision": gone}), "NOT_FOUND")

    def test_viewers_look_and_do_not_touch(self):
        first = self.revision("a.example.com")
        self.refused(lambda: self.pdp.viewer.call(POLICY + "RollbackPolicy", {
            "name": self.name, "revision": first}), "PERMISSION_DENIED")
        self.compare()

    def test_malformed_requests_say_what_and_where(self):
        self.set("a.example.com")
        for method, request, field in (
                ("ComparePolicies", {"name": "vch1"}, "name"),
                ("ListPolicyRevisions", {}, "name"),
                ("ListPolicyRevisions", {"name": self.name, "pageSize": -1},
                 "page_size"),
                ("ListPolicyRevisions", {"name": self.name,
                                         "pageToken": "bm9uc2Vuc2U"},
                 "page_token"),
                ("RollbackPolicy", {"name": self.name}, "revision"),
                ("RollbackPolicy", {"name": "x", "revision": 1}, "name"),
                ("RollbackPolicy", {"name": self.name, "revision": 1,
                                    "changeNote": "x" * 1025}, "change_note"),
                ("GetPolicy", {"name": self.name, "revision": -1},
                 "revision"),
                ("DeletePolicy", {"name": self.name, "changeNote": "x" * 1025},
                 "change_note"),
                ("SetPolicy", {"policy": {"name": self.name}, "require": 7},
                 "require")):
            with self.subTest(method=method, request=json.dumps(request)):
                self.refused(lambda: self.pdp.editor.call(POLICY + method,
                                                          request),
                             "INVALID_ARGUMENT", field=field)
        self.assertEqual(len(self.history()), 1)
        self.refused(lambda: self.pdp.viewer.call(
            POLICY + "ListPolicyRevisions", {"name": "vchs/nobody/policy"}),
            "NOT_FOUND")


class Decisions(scene.Scene):

    @classmethod
    def prepare(cls):
        # It knows no name: evidence that the PDP looks up itself is empty.
        cls.pdp_settings = 'dns:\n  servers: ["%s"]\n' % cls.start_dns(
            []).address

    @classmethod
    def finish(cls):
        cls.pdp.set_policy("vch1", {
            "whitelist": ["10.2.40.40:443", "10.2.2.1/24", "*.example.com"],
            "insecure": ["192.168.100.207"]})

    def ask(self, **fields):
        return self.pdp.viewer.call(
            DECISION + "CheckPull", dict({"vch": "vchs/vch1"}, **fields))[
                "decision"]

    def test_permits_with_routes_rule_and_reason(self):
        decision = self.ask(image="192.168.100.207/team/app")
        self.assertEqual(decision["effect"], "EFFECT_PERMIT")
        self.assertEqual(
            [(r["scheme"], r["port"], r["certificateCheck"], r["addresses"])
             for r in decision["routes"]],
            [("SCHEME_HTTPS", 443, "CERTIFICATE_CHECK_NONE",
              ["192.168.100.207"]),
             ("SCHEME_HTTP", 80, "CERTIFICATE_CHECK_NONE",
              ["192.168.100.207"])])
        self.assertEqual(decision["rule"]["place"], "insecure[0]")
        self.assertTrue(decision["decisionId"])
        self.assertTrue(decision["message"])

    def test_a_refusal_is_an_answer_that_explains_itself(self):
        decision = self.ask(registry="10.2.40.40:8443", explain=True)
        self.assertEqual(decision["effect"], "EFFECT_DENY")
        self.assertEqual(decision["reason"], "DENY_REASON_NOT_WHITELISTED")
        self.assertIn("whitelist[0]", [
            n["rule"]["place"] for n in decision["explanation"]["nearby"]])

    def test_evidence_that_the_caller_brings_counts(self):
        decision = self.ask(registry="reg.corp.example",
                            evidence={"addresses": ["10.2.2.9", "10.2.2.7"]})
        self.assertEqual(decision["evidenceSource"], "EVIDENCE_SOURCE_CALLER")
        self.assertEqual(decision["routes"][0]["addresses"],
                         ["10.2.2.7", "10.2.2.9"])

    def test_a_vch_without_policy_is_denied(self):
        decision = self.pdp.viewer.call(
            DECISION + "CheckPull",
            {"vch": "vchs/unknown", "registry": "10.2.2.7"})["decision"]
        self.assertEqual(decision["reason"], "DENY_REASON_NO_POLICY")

    def test_a_batch_fails_item_by_item(self):
        items = self.pdp.viewer.call(DECISION + "BatchCheckPulls", {
            "requests": [{"vch": "vchs/vch1", "registry": "10.2.2.7"},
                         {"vch": "vchs/vch1", "registry": "10.2.2"},
                         {"vch": "vchs/vch1", "image": "10.2.3.1/x"}]})["items"]
        self.assertEqual(items[0]["decision"]["effect"], "EFFECT_PERMIT")
        self.assertEqual(items[1]["error"]["code"], 3)
        self.assertEqual(items[2]["decision"]["effect"], "EFFECT_DENY")

    def test_malformed_questions_say_what_and_where(self):
        for request, field in (
                ({"registry": "127.1"}, "registry"),
                ({"registry": "a..example.com"}, "registry"),
                ({"registry": "10.2.2.7:0"}, "registry"),
                ({"registry": "10.2.2.7 "}, "registry"),
                ({"registry": "reg\u00adistry.example.com"}, "registry"),
                ({"registry": "reg.example.com/team"}, "registry"),
                ({"image": ""}, "image"),
                ({"image": "Team/App:1"}, "image"),
                ({}, "registry"),
                ({"registry": "10.2.2.7",
                  "evidence": {"addresses": ["10.2.2.7"]}},
                 "evidence.addresses"),
                ({"registry": "a.example.com",
                  "evidence": {"addresses": ["10.1"]}},
                 "evidence.addresses[0]")):
            with self.subTest(json.dumps(request)):
                self.refused(lambda: self.ask(**request), "INVALID_ARGUMENT",
                             field=field)

    def test_credentials_in_an_address_are_not_repeated(self):
        error = self.refused(
            lambda: self.ask(registry="admin:hunter2@reg.example.com"),
            "INVALID_ARGUMENT", "***@")
        self.assertNotIn("hunter2", error.message + str(error.details))
        self.assertNotIn("hunter2", self.pdp.process.log.read_text())

    def test_an_unknown_field_is_named(self):
        with self.assertRaises(grpc.CallError) as caught:
            self.ask(registy="10.2.2.7")
        self.assertIn("registy", str(caught.exception))

    def test_malformed_ledger_questions_say_what_and_where(self):
        for request, field in (
                ({"pageToken": "nonsense"}, "page_token"),
                ({"pageSize": -5}, "page_size"),
                ({"filter": {"vch": "vch1"}}, "filter.vch"),
                ({"filter": {"registry": "a..b"}}, "filter.registry")):
            with self.subTest(json.dumps(request)):
                self.refused(lambda: self.pdp.viewer.call(
                    AUDIT + "ListEvents", request), "INVALID_ARGUMENT",
                    field=field)


class Identities(scene.Scene):

    @classmethod
    def finish(cls):
        cls.agent_of_vch1 = cls.pdp.client(cls.identities.agent("vch1"))

    def test_a_viewer_reads_and_does_not_write(self):
        self.pdp.viewer.call(POLICY + "ListPolicies", {})
        self.refused(lambda: self.pdp.viewer.call(
            POLICY + "SetPolicy", {"policy": {"name": NAME}}),
            "PERMISSION_DENIED")

    def test_an_operator_without_a_role_gets_health_and_nothing_else(self):
        stranger = self.pdp.client(self.identities.operator("mallory"))
        command = ["-proto", "health.proto", "-import-path",
                   str(pki.pathlib.Path(grpc.processes.ROOT) / "proto" /
                       "grpc" / "health" / "v1")]
        self.assertEqual(_call_with_protos(stranger, command,
                                           "grpc.health.v1.Health/Check", {}),
                         {"status": "SERVING"})
        result = stranger.run("list")
        self.assertNotEqual(result.returncode, 0)

    def test_an_agent_asks_for_its_own_vch_only(self):
        command = ["-import-path", str(grpc.processes.ROOT / "proto"),
                   "-proto", "pullgate/decision/v1/decision_service.proto"]
        request = {"vch": "vchs/vch1", "registry": "10.2.2.7"}
        answer = _call_with_protos(self.agent_of_vch1, command,
                                   DECISION + "CheckPull", request)
        self.assertEqual(answer["decision"]["effect"], "EFFECT_DENY")
        request["vch"] = "vchs/vch2"
        with self.assertRaises(grpc.CallError) as caught:
            _call_with_protos(self.agent_of_vch1, command,
                              DECISION + "CheckPull", request)
        self.assertEqual(caught.exception.code, 7)
        # Lines are written a moment later, together.
        self.pdp.process.wait_for(
            "the attempt on the log",
            lambda: "vch2" in self.pdp.process.log.read_text())

    def test_an_agent_neither_reads_policies_nor_reflects(self):
        self.assertNotEqual(self.agent_of_vch1.run("list").returncode, 0)
        command = ["-import-path", str(grpc.processes.ROOT / "proto"),
                   "-proto", "pullgate/policy/v1/policy_service.proto"]
        with self.assertRaises(grpc.CallError) as caught:
            _call_with_protos(self.agent_of_vch1, command,
                              POLICY + "ListPolicies", {})
        self.assertEqual(caught.exception.code, 7)

    def test_without_a_certificate_the_handshake_fails(self):
        client = grpc.Client(grpc.find_grpcurl(), "-cacert",
                             self.identities.authority.certificate,
                             "-connect-timeout", "3", self.pdp.address)
        self.assertNotEqual(client.run("list").returncode, 0)

    def test_a_certificate_of_another_ca_is_refused(self):
        stranger = pki.Authority(self.directory / "stranger", "Stranger")
        leaf = stranger.issue("fake", ["URI:spiffe://stage.pullgate.example/"
                                       "operator/alice"], usage="clientAuth")
        self.assertNotEqual(self.pdp.client(leaf).run(
            "-connect-timeout", "3", "list").returncode, 0)

    def test_two_identities_in_one_certificate_are_none(self):
        base = "URI:spiffe://stage.pullgate.example/"
        leaf = self.identities.authority.issue(
            "twins", [base + "operator/alice", base + "vch/vch1"],
            usage="clientAuth")
        self.assertNotEqual(self.pdp.client(leaf).run("list").returncode, 0)

    def test_another_trust_domain_is_refused(self):
        leaf = self.identities.authority.issue(
            "foreign", ["URI:spiffe://evil.example/operator/alice"],
            usage="clientAuth")
        self.assertNotEqual(self.pdp.client(leaf).run("list").returncode, 0)


def _call_with_protos(client, options, method, request):
    argv = client.command(method, request, "-format-error", *options)
    result = subprocess.run(argv, capture_output=True, text=True, check=False,
                            timeout=30)
    if result.returncode != 0:
        raise grpc.CallError(method, result.stderr)
    return json.loads(result.stdout)


if __name__ == "__main__":
    scene.main()
