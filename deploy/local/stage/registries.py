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
        self._data = directory / (name + ".data")
        self._data.mkdir()
        tls = "" if leaf is None else (
            "  tls:\n    certificate: %s\n    key: %s\n" %
            (leaf.certificate, leaf.key))
        config = directory / (name + ".yml")
        config.write_text(
            "version: 0.1\nlog:\n  level: error\n  accesslog:\n"
            "    disabled: true\nstorage:\n"
            "  filesystem:\n    rootdirectory: %s\n"
            "http:\n  addr: %s:%d\n%s%s" % (self._data, address, port, tls, extra))
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

    def fill(self, image, repository="demo/hello", tag="1.0"):
        """Puts an images.Image where this registry keeps what is pushed to it.

        Takes no time, whatever its size; and no push, which may need a password.
        The image's folder must be on the same file system.
        """
        root = self._data / "docker" / "registry" / "v2"

        def link(*path):
            file = root.joinpath("repositories", repository, *path, "link")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(image.manifest_digest if path[-1] == "current" else
                            "sha256:" + path[-1])

        for digest in image.digests:
            name = digest[7:]
            blob = root / "blobs" / "sha256" / name[:2] / name / "data"
            if not blob.exists():
                blob.parent.mkdir(parents=True, exist_ok=True)
                blob.hardlink_to(image.blob(digest))
            if digest != image.manifest_digest:
                link("_layers", "sha256", name)
        name = image.manifest_digest[7:]
        link("_manifests", "revisions", "sha256", name)
        link("_manifests", "tags", tag, "index", "sha256", name)
        link("_manifests", "tags", tag, "current")

    def stop(self):
        self.process.stop()
