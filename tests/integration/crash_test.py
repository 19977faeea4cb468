# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""Every answer is on the ledger once, whoever is killed, and whenever.

Agent and PDP run under load and are killed with SIGKILL, also between the
ledger's commit and its acknowledgement, while they start, while a disk is full,
and while nothing gets through between them.
"""

import collections
import contextlib
import os
import random
import sqlite3
import subprocess
import time

import scene
from scene import AUDIT
from stage import processes
from stage import registries
from stalling_proxy import StallingProxy

HOSTS = (("good.example.com", "127.3.0.10"),)
ASKED = ("good.example.com", "good.example.com", "bad.example.net")

KILLS = int(os.environ.get("PULLGATE_KILLS", "100"))
SEED = int(os.environ.get("PULLGATE_SEED", "1"))
# Between a start and the next kill, at most: answers, and stored events.
MAX_EVENTS = 300
# After the beginning of a start, at most, in seconds: it takes about a tenth.
MAX_START = 0.1
# So many answers after a start each question was answered more than once.
WARM = 30
# On a disk that becomes full, at most: some hundreds of events.
MAX_LEFT = 1 << 18
# A checkpoint is put away each time after so many kills.
KILLS_PER_CHECKPOINT = 20


def rows(file, query, mode="ro"):
    """What a query finds. Reading leaves the file as a crash left it."""
    with contextlib.closing(sqlite3.connect(
            "file:%s?mode=%s" % (file, mode), uri=True)) as database:
        return database.execute(query).fetchall()


class Disk:
    """A small file system that can be full."""

    ROOM = 2 << 30

    def __init__(self, path):
        path.mkdir()
        self.path = path
        self._size = self.ROOM
        self._mount("size=%d" % self.ROOM, "-t", "tmpfs", "tmpfs")

    def fill(self, leave):
        """Leaves at most so many bytes: makes the file system that small."""
        processes.wait_until("a smaller disk", lambda: self._shrink(leave))

    def free(self):
        self._resize(self.ROOM)

    def unmount(self):
        subprocess.run(["umount", "--lazy", self.path], check=True)

    def _shrink(self, leave):
        space = os.statvfs(self.path)
        used = (space.f_blocks - space.f_bfree) * space.f_frsize
        try:
            self._resize(min(self._size, used + leave))
        except subprocess.CalledProcessError:
            return False  # more was used meanwhile
        return True

    def _resize(self, size):
        self._mount("remount,size=%d" % size)
        self._size = size

    def _mount(self, options, *words):
        subprocess.run(["mount", *words, "-o", options, self.path], check=True,
                       capture_output=True)


class Load:
    """Some thousand questions a second, and what was answered."""

    def __init__(self, directory, agent):
        self._agent = agent
        self._file = directory / "answered"
        with open(self._file, "wb") as out:
            self._child = subprocess.Popen(
                [processes.binary("pull_load"),
                 "--agent_socket=%s" % agent.socket,
                 "--registries=" + ",".join(ASKED)],
                stdin=subprocess.PIPE, stdout=out)
        self._agent.process.wait_for("an answer",
                                     lambda: self._file.stat().st_size)
        self._line = self._file.read_bytes().index(b"\n") + 1

    def wait_for(self, count):
        """Waits for about so many more answers."""
        enough = self._file.stat().st_size + max(count, 1) * self._line
        self._agent.process.wait_for(
            "answers", lambda: self._file.stat().st_size >= enough)

    def stop(self):
        """All event ids that were answered."""
        self._child.stdin.close()
        if self._child.wait(30) != 0:
            raise processes.StageError("the load ended with an error")
        return self._file.read_text().split()


class Crashes(scene.Scene):

    @classmethod
    def prepare(cls):
        cls.name_server = cls.start_dns(HOSTS)
        cls.ledger_disk = cls.mount("ledger-disk")
        cls.spool_disk = cls.mount("spool-disk")
        cls.pdp_data = cls.ledger_disk.path / "data"
        cls.pdp_settings = (
            "no_unpinnable_addresses: true\n"
            'dns:\n  servers: ["%s"]\n' % cls.name_server.address)
        leaf = cls.public_ca.issue("good", ["DNS:good.example.com"])
        registry = registries.Registry(cls.directory, "good", "127.3.0.10",
                                       443, leaf)
        cls.stack.callback(registry.stop)
        registry.ready()

    @classmethod
    def mount(cls, name):
        disk = Disk(cls.directory / name)
        cls.stack.callback(disk.unmount)
        return disk

    @classmethod
    def finish(cls):
        cls.path = StallingProxy(("127.0.0.1", cls.pdp.port))
        cls.stack.callback(cls.path.stop)
        cls.agent = cls.start_agent("crash", cls.name_server,
                                    pdp_address=cls.path.address,
                                    data=cls.spool_disk.path / "data")
        revision = cls.pdp.set_policy("crash", {
            "whitelist": ["*.example.com"]})["policy"]["revision"]
        cls.agent.wait_for_revision(int(revision))

    def setUp(self):
        self.random = random.Random(SEED)
        self.load = Load(self.directory, self.agent)
        self.kills = 0
        self.checkpoints = []

    def test_every_answer_is_on_the_ledger_once(self):
        ways = (self.kill_the_agent, self.kill_the_pdp, self.kill_both,
                self.kill_between_commit_and_acknowledgement,
                self.kill_while_nothing_gets_through,
                self.kill_while_it_starts,
                self.kill_the_agent_on_a_full_disk,
                self.kill_the_pdp_on_a_full_disk)
        turns = []
        while self.kills < KILLS:
            # Each way as often as the others, in another order each time.
            turns = turns or self.random.sample(ways, len(ways))
            turns.pop()()
            if self.kills >= (len(self.checkpoints) + 1) * KILLS_PER_CHECKPOINT:
                self.put_a_checkpoint_away()
        answered = self.load.stop()
        self.agent.ready()
        self.pdp.ready()
        self.agent.wait_for_reported()
        self.compare(answered)
        self.verify()

    # The ways to die.

    def kill_the_agent(self):
        self.load.wait_for(self.some_events())
        self.kill(self.agent)
        self.agent.process.start()

    def kill_the_pdp(self):
        self.wait_for_stored(self.some_events())
        self.kill(self.pdp)
        self.load.wait_for(self.some_events())
        self.pdp.process.start()

    def kill_both(self):
        self.wait_for_stored(self.some_events())
        first, second = self.random.sample((self.agent, self.pdp), 2)
        self.kill(first)
        self.kill(second)
        self.pdp.process.start()
        self.agent.process.start()

    def kill_between_commit_and_acknowledgement(self):
        self.wait_until_they_are_connected()
        self.path.hold_answers()
        self.wait_for_stored(self.some_events())
        committed = self.on_ledger(
            "SELECT last_sequence FROM epoch WHERE vch = 'crash'")[0][0]
        self.assertGreater(committed, self.acknowledged())
        self.kill_one_of_them()

    def kill_while_nothing_gets_through(self):
        self.wait_until_they_are_connected()
        self.path.hold_all()
        self.load.wait_for(self.some_events())
        self.kill_one_of_them()

    def kill_while_it_starts(self):
        victim = self.agent_or_pdp()
        self.kill(victim)
        victim.process.start()
        time.sleep(self.random.uniform(0, MAX_START))
        self.kill(victim)
        victim.process.start()

    def kill_the_agent_on_a_full_disk(self):
        self.wait_until_they_are_connected()
        self.path.hold_all()  # what is acknowledged makes room
        self.fill(self.spool_disk, "spool.db", self.agent)
        self.kill(self.agent)
        self.path.lose_what_is_held()
        self.spool_disk.free()
        self.agent.process.start()

    def kill_the_pdp_on_a_full_disk(self):
        self.wait_for_stored(1)
        self.fill(self.ledger_disk, "ledger.db", self.pdp)
        self.kill(self.pdp)
        self.ledger_disk.free()
        self.pdp.process.start()

    def fill(self, disk, file, owner):
        """Until the owner of the file says so. Room that the file has within
        itself is taken away first, and what is freed meanwhile."""
        rows(disk.path / "data" / file, "PRAGMA wal_checkpoint(TRUNCATE)", "rw")
        leave = self.random.randint(0, MAX_LEFT)
        with open(owner.process.log, encoding="utf-8") as log:
            log.seek(0, os.SEEK_END)
            owner.process.wait_for(
                "a full disk",
                lambda: disk.fill(leave) or "disk is full" in log.read())

    def kill_one_of_them(self):
        victim = self.agent_or_pdp()
        self.kill(victim)
        self.path.lose_what_is_held()
        victim.process.start()

    def kill(self, victim):
        if not victim.process.running():
            self.fail("it ended by itself:\n" + victim.process.tail())
        victim.process.kill()
        self.kills += 1

    def agent_or_pdp(self):
        return self.random.choice((self.agent, self.pdp))

    def some_events(self):
        return self.random.randint(1, MAX_EVENTS)

    # What came of it.

    def on_ledger(self, query):
        """Of the file itself, without the help of the PDP."""
        return rows(self.pdp_data / "ledger.db", query)

    def stored(self):
        return self.on_ledger("SELECT last_position FROM ledger")[0][0]

    def wait_for_stored(self, count):
        enough = self.stored() + count
        self.pdp.process.wait_for("events to be stored",
                                  lambda: self.stored() >= enough)

    def acknowledged(self):
        return rows(self.agent.data / "spool.db",
                    "SELECT acked_sequence FROM spool")[0][0]

    def wait_until_they_are_connected(self):
        """And until every question was answered. A PDP that has just started
        stores, and an agent that has just started learns of it, only then."""
        self.load.wait_for(WARM)
        self.wait_for_stored(1)
        enough = self.acknowledged() + 1
        self.agent.process.wait_for("events to be acknowledged",
                                    lambda: self.acknowledged() >= enough)

    def put_a_checkpoint_away(self):
        self.pdp.ready()
        answer = self.pdp.viewer.call(AUDIT + "GetCheckpoint", {})
        path = self.directory / ("checkpoint-%d" % len(self.checkpoints))
        path.write_text(answer["checkpoint"]["note"])
        self.checkpoints.append(path)
        self.public_key = answer["publicKey"]

    def compare(self, answered):
        stored = self.on_ledger(
            "SELECT epoch.name, event.sequence FROM event "
            "JOIN epoch USING (epoch_id) WHERE epoch.vch = 'crash'")
        times = collections.Counter("crash/%s/%d" % row for row in stored)
        # Also of two answers with one event, one is lost.
        lost = list((collections.Counter(answered) - times).elements())
        repeated = [event for event in times if times[event] > 1]
        print("\nresult kills %d count" % self.kills)
        print("result events_answered %d count" % len(answered))
        print("result events_lost %d count" % len(lost))
        print("result events_repeated %d count" % len(repeated), flush=True)
        self.assertEqual(lost[:10], [])
        self.assertEqual(repeated[:10], [])
        self.assertGreater(len(answered), KILLS)
        # Nor is one missing whose answer nobody got any more: no crash made
        # the agent begin another epoch.
        spool = self.agent.status()["spool"]
        self.assertEqual({epoch for epoch, _ in stored}, {spool["epoch"]})
        self.assertEqual(sorted(sequence for _, sequence in stored),
                         list(range(1, int(spool["lastSequence"]) + 1)))

    def verify(self):
        """What was signed between the crashes is still there, and fits."""
        self.put_a_checkpoint_away()
        key = self.directory / "ledger.pub"
        key.write_text(self.public_key)
        self.assertEqual(self.pdp.stop(), 0)
        checked = subprocess.run(
            [processes.binary("pullgate-ledger"), "verify",
             "--ledger=%s" % (self.pdp_data / "ledger.db"),
             "--public_key=%s" % key,
             "--checkpoint=" + ",".join(map(str, self.checkpoints))],
            capture_output=True, text=True, check=False)
        print(checked.stdout, flush=True)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)


if __name__ == "__main__":
    scene.main()
