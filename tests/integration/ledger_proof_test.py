# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""An auditor: what the ledger proves, and that a changed one is found."""

import json
import sqlite3
import subprocess

import scene
from scene import AUDIT
from stage import processes

PULLS = 12


class Proofs(scene.Scene):

    @classmethod
    def prepare(cls):
        cls.name_server = cls.start_dns((("a.example", "192.0.2.7"),))

    @classmethod
    def finish(cls):
        cls.pdp.set_policy("vch1", {"whitelist": ["b.example"]})
        agent = cls.start_agent("vch1", cls.name_server)
        for i in range(PULLS):
            agent.authorize(registry="a%d.example" % i)
        agent.wait_for_reported()
        answer = cls.pdp.viewer.call(AUDIT + "GetCheckpoint", {})
        cls.checkpoint = answer["checkpoint"]
        cls.key = cls.directory / "public.pem"
        cls.key.write_text(answer["publicKey"])

    def ledger(self, *words):
        return subprocess.run(
            [str(processes.binary("pullgate-ledger")),
             "--public_key=%s" % self.key] + [str(w) for w in words],
            capture_output=True, text=True, check=False, timeout=60)

    def file(self, name, answer):
        path = self.directory / name
        path.write_text(json.dumps(answer))
        return path

    def check(self, name, answer):
        return self.ledger("check", "--proof=%s" % self.file(name, answer))

    def event_id(self, filter_):
        listed = self.pdp.viewer.call(AUDIT + "ListEvents",
                                      {"filter": filter_})
        return listed["events"][0]["eventId"]

    def test_the_running_ledger_verifies_by_tool_and_by_call(self):
        done = self.ledger("verify",
                           "--ledger=%s" % (self.pdp.data / "ledger.db"))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("good: events at positions 1 to ", done.stdout)
        answers = self.pdp.viewer.stream(
            AUDIT + "VerifyLedger", {"checkpoints": [self.checkpoint["note"]]})
        self.assertNotIn("findings", answers[-1]["result"])
        self.assertGreaterEqual(int(answers[-1]["result"]["provenPosition"]),
                                PULLS)

    def test_an_event_is_proven_by_its_id(self):
        event_id = self.event_id({"registry": "a3.example"})
        proof = self.pdp.viewer.call(AUDIT + "GetInclusionProof",
                                     {"eventId": event_id})
        done = self.check("inclusion.json", proof)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("good: event %s " % event_id, done.stdout)
        proof["position"] = str(int(proof["position"]) + 1)
        done = self.check("wrong.json", proof)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)

    def test_growth_is_proven_from_a_checkpoint_kept_elsewhere(self):
        proof = self.pdp.viewer.call(
            AUDIT + "GetConsistencyProof",
            {"firstSize": self.checkpoint["treeSize"]})
        done = self.check("consistency.json", proof)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("unchanged", done.stdout)

    def test_a_changed_copy_is_found_and_the_event_named(self):
        event_id = self.event_id({"registry": "a5.example"})
        copy = self.directory / "copy.db"
        with sqlite3.connect("file:%s?mode=ro" % (self.pdp.data / "ledger.db"),
                             uri=True) as source:
            with sqlite3.connect(copy) as target:
                source.backup(target)
        with sqlite3.connect(copy) as changed:
            changed.execute(
                "UPDATE event SET payload = CAST(replace(CAST(payload AS "
                "TEXT), 'a5.', 'b5.') AS BLOB) WHERE CAST(payload AS TEXT) "
                "LIKE '%a5.example%'")
        done = self.ledger("verify", "--ledger=%s" % copy)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn(event_id, done.stdout)

    def test_questions_that_cannot_be_answered_say_why(self):
        call = self.pdp.viewer.call
        self.refused(lambda: call(AUDIT + "GetInclusionProof", {}),
                     "INVALID_ARGUMENT", field="event_id")
        self.refused(lambda: call(AUDIT + "GetInclusionProof",
                                  {"eventId": "vch1/none/1"}), "NOT_FOUND")
        self.refused(lambda: call(AUDIT + "GetConsistencyProof",
                                  {"firstSize": "99999999"}), "OUT_OF_RANGE")
        self.refused(lambda: self.pdp.viewer.stream(
            AUDIT + "VerifyLedger", {"checkpoints": ["nonsense"]}),
            "INVALID_ARGUMENT", field="checkpoints[0]")

    def test_help_says_what_to_do(self):
        done = self.ledger("nonsense")
        self.assertEqual(done.returncode, 2)
        self.assertIn("pullgate-ledger verify", done.stderr)


if __name__ == "__main__":
    scene.main()
