# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""Real registries for a stage: Debian's docker-registry, filled by skopeo."""

import gzip
import hashlib
import io
import json
import subprocess
import tarfile

from stage import processes


def _digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def make_image(directory):
    """Writes a one-layer OCI image and returns its skopeo name."""
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as archive:
        content = b"hello from a registry that you may pull from\n"
        entry = tarfile.TarInfo("hello.txt")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    packed = gzip.compress(layer.getvalue(), mtime=0)
    config = json.dumps({
        "architecture": "amd64", "os": "linux", "config": {},
        "rootfs": {"type": "layers", "diff_ids": [_digest(layer.getvalue())]},
    }).encode()

    blobs = directory / "image" / "blobs" / "sha256"
    blobs.mkdir(parents=True, exist_ok=True)

    def put(data, media_type):
        (blobs / _digest(data)[7:]).write_bytes(data)
        return {"mediaType": media_type, "digest": _digest(data),
                "size": len(data)}

    prefix = "application/vnd.oci.image."
    manifest = json.dumps({
        "schemaVersion": 2, "mediaType": prefix + "manifest.v1+json",
        "config": put(config, prefix + "config.v1+json"),
        "layers": [put(packed, prefix + "layer.v1.tar+gzip")],
    }).encode()
    entry = put(manifest, prefix + "manifest.v1+json")
    entry["annotations"] = {"org.opencontainers.image.ref.name": "1.0"}
    root = directory / "image"
    (root / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    (root / "index.json").write_text(
        json.dumps({"schemaVersion": 2, "manifests": [entry]}))
    return "oci:%s:1.0" % root


class Registry:
    """One docker-registry on `address`:`port`, over TLS if `leaf` is given."""

    def __init__(self, directory, name, address, port, leaf=None):
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
            "http:\n  addr: %s:%d\n%s" % (data, address, port, tls))
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
