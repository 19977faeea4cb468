# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""Real registries for a stage: Debian's docker-registry, filled by skopeo."""

import subprocess

from stage import images
from stage import processes


def make_image(directory):
    """Writes a one-layer OCI image and returns its skopeo name."""
    return images.Image(directory / "image", [
        ("hello.txt", b"hello from a registry that you may pull from\n")]).name


class Registry:
    """One docker-registry on `address`:`port`, over TLS if `leaf` is given.

    `extra` is added to its configuration.
    """

    def __init__(self, directory, name, address, port, leaf=None, extra=""):
        self.name = name
        self.address = address
        self.port = port
        data = directory / (name + ".data")
        data.mkdir()
        tls = "" if leaf is None else (
            "  tls:\n    certificate: %s\n    key: %s\n" %
            (leaf.certificate, leaf.key))
        config = directory / (name + ".yml")
        config.write_text(
            "version: 0.1\nlog:\n  level: error\n  accesslog:\n"
            "    disabled: true\nstorage:\n"
            "  filesystem:\n    rootdirectory: %s\n"
            "http:\n  addr: %s:%d\n%s%s" % (data, address, port, tls, extra))
        if processes.accepts(address, port):
            raise processes.StageError(
                "%s:%d is taken; end what listens there and try again" %
                (address, port))
        self.process = processes.Process(
            name, ["/usr/bin/docker-registry", "serve", config], directory,
            privileged=port < 1024)

    def ready(self):
        self.process.wait_for(
            "listening on %s:%d" % (self.address, self.port),
            lambda: processes.accepts(self.address, self.port))

    def push(self, image, repository="demo/hello:1.0"):
        result = subprocess.run(
            ["skopeo", "--insecure-policy", "copy", "--quiet",
             "--dest-tls-verify=false", image, "docker://%s:%d/%s" %
             (self.address, self.port, repository)],
            capture_output=True, text=True, check=False, timeout=60)
        if result.returncode != 0:
            raise processes.StageError(
                "skopeo could not fill %s: %s" % (self.name, result.stderr))

    def stop(self):
        self.process.stop()
