# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""Processes of a stage: started with a log of their own, ended by their id."""

import os
import pathlib
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]


class StageError(RuntimeError):
    """Something on the stage did not come up or did not answer."""


def binary(name):
    """A program of ours: from $PULLGATE_BIN, or where Bazel put it."""
    directory = os.environ.get("PULLGATE_BIN")
    if directory:
        return pathlib.Path(directory) / name
    side = name.split("-")[1].replace("ledger", "pdp")
    return ROOT / "bazel-bin" / side / "main" / name


def sudo():
    """What to put before a command that needs a port below 1024."""
    return [] if os.geteuid() == 0 else ["sudo", "-n"]


def free_port():
    """A TCP port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(what, holds, seconds=20.0, step=0.02):
    """Polls until `holds()` is true; StageError says what did not happen."""
    deadline = time.monotonic() + seconds
    while True:
        value = holds()
        if value:
            return value
        if time.monotonic() > deadline:
            raise StageError("not within %g s: %s" % (seconds, what))
        time.sleep(step)


def accepts(address, port):
    """Whether something accepts TCP connections there."""
    try:
        with socket.create_connection((address, port), timeout=1):
            return True
    except OSError:
        return False


class Process:
    """One program, its log, and its end."""

    def __init__(self, name, argv, directory, privileged=False, env=None):
        self.name = name
        self.log = pathlib.Path(directory) / (name + ".log")
        self._argv = [str(a) for a in argv]
        self._privileged = privileged
        self._env = dict(os.environ, **(env or {}))
        self._child = None
        self.start()

    def start(self):
        prefix = sudo() if self._privileged else []
        with open(self.log, "ab") as log:
            self._child = subprocess.Popen(
                prefix + self._argv, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, env=self._env)

    @property
    def pid(self):
        return self._child.pid

    def running(self):
        return self._child.poll() is None

    def wait_for(self, what, holds, seconds=20.0):
        """Waits until `holds()`; a process that ended meanwhile is an error."""

        def check():
            if not self.running():
                raise StageError("%s ended with status %s; its log ends:\n%s" %
                                 (self.name, self._child.returncode,
                                  self.tail()))
            return holds()

        return wait_until("%s: %s" % (self.name, what), check, seconds)

    def tail(self, lines=15):
        text = self.log.read_text(errors="replace").splitlines()
        return "\n".join(text[-lines:])

    def kill(self):
        """SIGKILL, as a crash would."""
        self._signal(signal.SIGKILL)
        self._child.wait()

    def signal(self, number):
        self._signal(number)

    def stop(self, seconds=15.0):
        """SIGTERM, then SIGKILL if it does not end. Returns its status."""
        if self.running():
            self._signal(signal.SIGTERM)
            try:
                self._child.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()
        return self._child.returncode

    def _signal(self, number):
        if self._privileged and sudo():
            subprocess.run(sudo() + ["kill", "-%d" % number,
                                     str(self._child.pid)], check=False)
        else:
            self._child.send_signal(number)
