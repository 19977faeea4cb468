# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""Container engines of this machine, set up by pullgate-agent engine-config.

In a mount namespace of the test's own: what an engine reads below /etc is made
anew there, and nothing of it is left behind.
"""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from stage import processes

# What the scripts write to, each a file system of its own by private_folders().
FOLDERS = ("/etc/containers", "/etc/containerd", "/etc/docker",
           "/etc/systemd/system")


def private_folders():
    """Makes FOLDERS private, with the files that were in them."""
    for folder in map(pathlib.Path, FOLDERS):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as kept:
            shutil.copytree(folder, kept, symlinks=True, dirs_exist_ok=True)
            subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder],
                           check=True)
            shutil.copytree(kept, folder, symlinks=True, dirs_exist_ok=True)
    # podman keeps its locks there.
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/dev/shm"], check=True)


def set_up(agent, engine):
    """What the documentation says: engine-config ENGINE | sh."""
    script = subprocess.run(
        [processes.binary("pullgate-agent"), "engine-config", engine,
         "--config=%s" % agent.config], capture_output=True, text=True,
        check=True, timeout=30).stdout
    return subprocess.run(["sh"], input=script, capture_output=True, text=True,
                          check=True, timeout=30).stdout


class Engine:
    """Runs a program with an environment that knows nothing of proxies."""

    def __init__(self, directory, environment=None):
        self.directory = directory
        self._environment = {
            "PATH": os.environ["PATH"], "HOME": str(directory),
            "TMPDIR": str(directory), **(environment or {})}

    def run(self, *argv, timeout=60, **environment):
        return subprocess.run(
            [str(a) for a in argv], capture_output=True, text=True,
            check=False, timeout=timeout,
            env={**self._environment, **environment})


def skopeo(directory):
    """With the environment that engine-config wrote for it."""
    lines = pathlib.Path("/etc/containers/pullgate.env").read_text()
    return Engine(directory, dict(
        line.split("=", 1) for line in lines.splitlines()))


def podman(directory):
    """As it is: what it knows of the gate is in containers.conf."""
    return Engine(directory)


class Containerd(Engine):
    """A containerd with its own root, without systemd; pulls by ctr."""

    def __init__(self, directory):
        drop_in = pathlib.Path("/etc/systemd/system/containerd.service.d/"
                               "50-pullgate.conf").read_text()
        super().__init__(directory, dict(
            setting.split("=", 1)
            for setting in re.findall(r'"([^"]*)"', drop_in)))
        self._socket = directory / "containerd.sock"
        config = directory / "config.toml"
        config.write_text(
            'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri", '
            '"io.containerd.snapshotter.v1.btrfs", '
            '"io.containerd.snapshotter.v1.zfs", '
            '"io.containerd.snapshotter.v1.devmapper"]\n')
        self._process = processes.Process(
            "containerd", ["/usr/bin/containerd", "--config", config, "--root",
                           directory / "root", "--state", directory / "state",
                           "--address", self._socket], directory,
            env=self._environment)
        self._process.wait_for("serving", lambda: self.ctr("version").returncode
                               == 0)

    def ctr(self, *words):
        return self.run("/usr/bin/ctr", "--address", self._socket, *words)

    def stop(self):
        self._process.stop()
