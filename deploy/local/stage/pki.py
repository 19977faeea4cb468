# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""Throw-away certificates, made with the openssl command."""

import pathlib
import subprocess


def _openssl(*args, stdin=None):
    result = subprocess.run(["openssl", *map(str, args)], input=stdin,
                            capture_output=True, check=False)
    if result.returncode != 0:
        raise RuntimeError("openssl %s: %s" %
                           (args[0], result.stderr.decode(errors="replace")))
    return result.stdout


def _key(path):
    _openssl("genpkey", "-algorithm", "EC", "-pkeyopt",
             "ec_paramgen_curve:P-256", "-out", path)
    path.chmod(0o600)


class Leaf:
    """A certificate with its key, as two PEM files."""

    def __init__(self, certificate, key):
        self.certificate = certificate
        self.key = key


class Authority:
    """A certificate authority that exists for one stage."""

    def __init__(self, directory, name):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.certificate = self.directory / "ca.crt"
        self._key = self.directory / "ca.key"
        self._issued = 0
        _key(self._key)
        _openssl("req", "-x509", "-new", "-key", self._key, "-sha256", "-days",
                 "365", "-subj", "/CN=" + name, "-addext",
                 "keyUsage=critical,keyCertSign,cRLSign", "-out",
                 self.certificate)

    def pem(self):
        return self.certificate.read_text()

    def issue(self, name, alt_names, usage="serverAuth", expired=False):
        """Issues a leaf for `alt_names`, e.g. ["DNS:a.example", "IP:::1"]."""
        self._issued += 1
        leaf = Leaf(self.directory / (name + ".crt"),
                    self.directory / (name + ".key"))
        _key(leaf.key)
        request = self.directory / (name + ".csr")
        _openssl("req", "-new", "-key", leaf.key, "-subj", "/CN=" + name,
                 "-out", request)
        extensions = self.directory / (name + ".ext")
        extensions.write_text(
            "basicConstraints=critical,CA:FALSE\n"
            "keyUsage=critical,digitalSignature\n"
            "extendedKeyUsage=%s\nsubjectAltName=%s\n"
            "authorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n" %
            (usage, ",".join(alt_names)))
        if expired:
            self._issue_expired(request, extensions, leaf)
        else:
            _openssl("x509", "-req", "-in", request, "-CA", self.certificate,
                     "-CAkey", self._key, "-set_serial", 1000 + self._issued,
                     "-sha256", "-days", 90, "-extfile", extensions, "-out",
                     leaf.certificate)
        return leaf

    def _issue_expired(self, request, extensions, leaf):
        # Only the ca command takes a validity that lies in the past.
        database = self.directory / "index.txt"
        database.touch()
        config = self.directory / "ca.conf"
        config.write_text(
            "[ca]\ndefault_ca=stage\n[stage]\ndatabase=%s\nrand_serial=yes\n"
            "new_certs_dir=%s\ndefault_md=sha256\npolicy=any\n"
            "unique_subject=no\n[any]\ncommonName=supplied\n" %
            (database, self.directory))
        _openssl("ca", "-batch", "-notext", "-config", config, "-cert",
                 self.certificate, "-keyfile", self._key, "-in", request,
                 "-extfile", extensions, "-startdate", "20240101000000Z",
                 "-enddate", "20250101000000Z", "-out", leaf.certificate)


def self_signed(directory, name, alt_names):
    """A server certificate that nobody vouches for."""
    directory = pathlib.Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    leaf = Leaf(directory / (name + ".crt"), directory / (name + ".key"))
    _key(leaf.key)
    _openssl("req", "-x509", "-new", "-key", leaf.key, "-sha256", "-days",
             "90", "-subj", "/CN=" + name, "-addext",
             "subjectAltName=" + ",".join(alt_names), "-out",
             leaf.certificate)
    return leaf
