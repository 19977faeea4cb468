# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""OCI images for a stage, made here: no network, no base image."""

import gzip
import hashlib
import io
import json
import tarfile


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Image:
    """An image as a folder that skopeo reads: `name` is its name there.

    `layers`: (file name, contents) of one file each.
    """

    def __init__(self, directory, layers, tag="1.0"):
        self._root = directory
        self._blobs = directory / "blobs" / "sha256"
        self._blobs.mkdir(parents=True)
        self.digests = []
        self.name = "oci:%s:%s" % (directory, tag)
        packed = [self._layer(*layer) for layer in layers]
        self._finish(packed, tag)

    def blob(self, of):
        """The file with this digest."""
        return self._blobs / of[7:]

    def _put(self, data, media_type):
        (self._blobs / digest(data)[7:]).write_bytes(data)
        return self._describe(digest(data), len(data), media_type)

    def _describe(self, of, size, media_type):
        self.digests.append(of)
        return {"mediaType": "application/vnd.oci.image." + media_type,
                "digest": of, "size": size}

    def _layer(self, name, content):
        """Returns the digest of the layer unpacked, and its descriptor."""
        layer = io.BytesIO()
        with tarfile.open(fileobj=layer, mode="w") as archive:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        tar = layer.getvalue()
        return digest(tar), self._put(gzip.compress(tar, mtime=0),
                                      "layer.v1.tar+gzip")

    def _finish(self, layers, tag):
        config = json.dumps({
            "architecture": "amd64", "os": "linux", "config": {},
            "rootfs": {"type": "layers",
                       "diff_ids": [unpacked for unpacked, _ in layers]},
        }).encode()
        media_type = "application/vnd.oci.image.manifest.v1+json"
        manifest = json.dumps({
            "schemaVersion": 2, "mediaType": media_type,
            "config": self._put(config, "config.v1+json"),
            "layers": [descriptor for _, descriptor in layers],
        }).encode()
        entry = self._put(manifest, "manifest.v1+json")
        self.manifest_digest = entry["digest"]
        entry["annotations"] = {"org.opencontainers.image.ref.name": tag}
        (self._root / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
        (self._root / "index.json").write_text(
            json.dumps({"schemaVersion": 2, "manifests": [entry]}))


class BigImage(Image):
    """An image whose one layer has `size` bytes and is not compressed.

    The layer is a tar archive of one file that nothing makes smaller, written
    and hashed as it goes.
    """

    def __init__(self, directory, size, tag="1.0"):
        self._size = size
        super().__init__(directory, [("big", None)], tag)

    def _layer(self, name, content):
        header = tarfile.TarInfo(name)
        header.size = self._size - 3 * 512
        pattern = hashlib.shake_256(b"pullgate").digest(1 << 20)
        sha = hashlib.sha256()
        path = self._blobs / "growing"
        with open(path, "wb") as out:
            def write(data):
                sha.update(data)
                out.write(data)

            write(header.tobuf())
            left = header.size
            while left:
                part = pattern[:left]
                write(part)
                left -= len(part)
            write(bytes(2 * 512))
        of = "sha256:" + sha.hexdigest()
        path.rename(self._blobs / of[7:])
        return of, self._describe(of, self._size, "layer.v1.tar")
