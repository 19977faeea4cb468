# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""Real engines pull through the gate, set up by one line each."""

import hashlib
import json
import os
import pathlib
import subprocess

import engines
import fronts
import scene
from scene import AUDIT
from stage import images
from stage import processes
from stage import registries

# Not on loopback, where Go programs use no proxy.
HOSTS = (("secure.corp.example", "10.6.0.1"),
         ("selfsigned.corp.example", "10.6.0.3"),
         ("secret.other.example", "10.6.0.4"),
         ("front.corp.example", "10.6.0.5"),
         ("cdn.blobs.example", "10.6.0.6"),
         ("auth.corp.example", "10.6.0.7"),
         ("token.corp.example", "10.6.0.8"))
PLAIN = "10.6.0.2:5000"
WHITELIST = ["secure.corp.example", "front.corp.example", "cdn.blobs.example",
             "auth.corp.example", "token.corp.example"]
INSECURE = [PLAIN, "selfsigned.corp.example:5443"]
REPOSITORY = "/demo/hello:1.0"
BIG = 1 << 30


class GateScene(scene.Scene):
    """Registries of every kind, an agent with a gate, and each engine set up."""

    tests = 0

    @classmethod
    def prepare(cls):
        for _, address in HOSTS + (("", PLAIN.split(":", maxsplit=1)[0]),):
            subprocess.run(["ip", "address", "replace", address + "/32", "dev",
                            "lo"], check=True)
        cls.name_server = cls.start_dns(HOSTS)
        cls.pdp_settings = (
            'dns:\n  servers: ["%s"]\n' % cls.name_server.address)
        cls.image = images.Image(cls.directory / "image", [
            ("file%d" % i, os.urandom(100000 * (i + 1))) for i in range(4)])
        cls.start_registries()

    @classmethod
    def start_registries(cls):
        for name, address in HOSTS[:1] + HOSTS[2:3]:
            cls.start_registry(name, address, 443)
        cls.start_registry("plain", "10.6.0.2", 5000, leaf=None)
        other = scene.pki.self_signed(cls.directory / "other", "selfsigned",
                                      ["DNS:selfsigned.corp.example"])
        cls.start_registry("selfsigned.corp.example", "10.6.0.3", 5443, other)
        backend = cls.start_registry("backend", "127.0.0.1", 5001, leaf=None)
        cls.front = cls.start(fronts.RedirectingFront(
            "10.6.0.5", 443, cls.leaf("front.corp.example"),
            (backend.address, backend.port), "cdn.blobs.example"))
        cls.cdn = cls.start(fronts.BlobHost(
            "10.6.0.6", 443, cls.leaf("cdn.blobs.example"),
            cls.directory / "image"))
        cls.tokens = cls.start(fronts.TokenServer(
            "10.6.0.8", 443, cls.leaf("token.corp.example"), cls.directory,
            "auth.corp.example", "puller", "secret"))
        cls.start_registry(
            "auth.corp.example", "10.6.0.7", 443,
            extra=cls.tokens.registry_settings(
                "https://token.corp.example/token"))

    @classmethod
    def leaf(cls, name):
        return cls.private_ca.issue(name, ["DNS:" + name])

    @classmethod
    def start(cls, server):
        cls.stack.callback(server.stop)
        return server

    @classmethod
    def start_registry(cls, name, address, port, leaf="", extra=""):
        if leaf == "":
            leaf = cls.leaf(name)
        registry = cls.start(registries.Registry(
            cls.directory, name, address, port, leaf, extra))
        registry.ready()
        registry.fill(cls.image)
        return registry

    @classmethod
    def finish(cls):
        cls.agent = cls.start_agent("vch1", cls.name_server, gate=True)
        cls.set_policy(WHITELIST)
        engines.private_folders()
        for engine in ("docker", "containerd", "podman", "skopeo"):
            engines.set_up(cls.agent, engine)

    @classmethod
    def set_policy(cls, whitelist):
        stored = cls.pdp.set_policy("vch1", {
            "whitelist": whitelist, "insecure": INSECURE,
            "registryCas": [{"pem": cls.private_ca.pem()}]})
        cls.agent.wait_for_revision(int(stored["policy"]["revision"]))

    def setUp(self):
        # podman takes no long paths.
        GateScene.tests += 1
        self.folder = self.directory / ("t%d" % GateScene.tests)
        self.folder.mkdir()

    def done(self, result):
        self.assertEqual(result.returncode, 0, result.stderr + result.stdout +
                         self.agent.process.tail(5))
        return result.stdout

    def refused_with(self, result, *sentences):
        self.assertNotEqual(result.returncode, 0, result.stdout)
        for sentence in sentences:
            self.assertIn(sentence, result.stderr + result.stdout)

    def last_event(self, asked):
        """The newest event about what was asked so."""
        self.agent.wait_for_reported()
        listed = self.pdp.viewer.call(AUDIT + "ListEvents", {
            "filter": {"vch": "vchs/vch1"}, "pageSize": 1000})
        return next(e for e in listed["events"] if e.get("asked") == asked)

    def assert_blobs(self, folder, image=None):
        """Every blob of the image is there under its digest, and is it."""
        for digest in (image or self.image).digests:
            name = digest[7:]
            # Where skopeo's dir: keeps the manifest, it is called so.
            files = [folder / name, folder / "manifest.json",
                     folder / "blobs" / "sha256" / name]
            self.assertIn(name, [sha256(f) for f in files if f.exists()],
                          os.listdir(folder))


def sha256(path):
    total = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            total.update(block)
    return total.hexdigest()


class Skopeo(GateScene):

    def skopeo(self, *words):
        return engines.skopeo(self.folder).run(
            "skopeo", "--insecure-policy", *words)

    def copy(self, registry, *words):
        return self.skopeo("copy", *words, "docker://" + registry + REPOSITORY,
                           "dir:%s" % (self.folder / "copy"))

    def assert_copied(self, registry, *words):
        self.done(self.copy(registry, *words))
        self.assert_blobs(self.folder / "copy")

    def test_a_secure_registry_with_a_private_ca(self):
        self.assert_copied("secure.corp.example")
        event = self.last_event("secure.corp.example:443")
        self.assertEqual(event["effect"], "EFFECT_PERMIT")

    def test_inspect_and_list_tags(self):
        image = "docker://secure.corp.example/demo/hello"
        inspected = json.loads(self.done(self.skopeo("inspect",
                                                     image + ":1.0")))
        self.assertEqual(inspected["Digest"], self.image.manifest_digest)
        listed = json.loads(self.done(self.skopeo("list-tags", image)))
        self.assertEqual(listed["Tags"], ["1.0"])

    def test_plain_http_of_an_insecure_registry(self):
        self.assert_copied(PLAIN)

    def test_a_self_signed_insecure_registry(self):
        self.assert_copied("selfsigned.corp.example:5443")

    def test_what_is_not_whitelisted_is_refused_in_words(self):
        answer = self.agent.authorize(registry="secret.other.example")
        self.refused_with(self.copy("secret.other.example"), answer["message"])
        event = self.last_event("secret.other.example:443")
        self.assertEqual(event["reason"], "DENY_REASON_NOT_WHITELISTED")

    def test_plain_http_where_it_is_not_permitted_is_refused(self):
        self.refused_with(
            self.copy("secure.corp.example:80", "--src-tls-verify=false"))

    def test_blobs_on_another_host(self):
        self.cdn.requests.clear()
        self.assert_copied("front.corp.example")
        # The gate itself asks for /v2/, to verify; there is none.
        blobs = [headers for _, path, headers in self.cdn.requests
                 if "/blobs/" in path]
        self.assertEqual(len(blobs), 5)
        self.assertFalse(any("Authorization" in headers for headers in blobs))

    def test_a_blob_host_that_is_not_permitted_is_named_with_its_registry(self):
        self.set_policy([r for r in WHITELIST if r != "cdn.blobs.example"])
        try:
            self.refused_with(self.copy("front.corp.example"),
                              "cdn.blobs.example", "front.corp.example",
                              "not whitelisted")
        finally:
            self.set_policy(WHITELIST)

    def test_tokens_of_another_host(self):
        self.tokens.requests.clear()
        self.assert_copied("auth.corp.example", "--src-creds=puller:secret")
        self.assertTrue(self.tokens.requests)

    def test_a_wrong_password_stays_the_registrys_refusal(self):
        self.refused_with(
            self.copy("auth.corp.example", "--src-creds=puller:wrong"),
            "authentication required")

    def test_a_token_host_that_is_not_permitted_is_named(self):
        self.set_policy([r for r in WHITELIST if r != "token.corp.example"])
        try:
            self.refused_with(
                self.copy("auth.corp.example", "--src-creds=puller:secret"),
                "token.corp.example", "auth.corp.example")
        finally:
            self.set_policy(WHITELIST)

    def test_a_registry_that_is_down_is_an_unreachable_one(self):
        self.set_policy(WHITELIST + ["10.6.0.2:5009"])
        try:
            self.refused_with(self.copy("10.6.0.2:5009"), "10.6.0.2",
                              "refused")
        finally:
            self.set_policy(WHITELIST)

    def test_a_layer_of_a_gibibyte(self):
        big = images.BigImage(self.folder / "big", BIG)
        registry = self.start_registry("secure-big", "10.6.0.1", 444,
                                       self.leaf("secure.corp.example"))
        registry.fill(big, "demo/big")
        copy = self.folder / "copy"
        self.done(self.skopeo(
            "copy", "--src-cert-dir=/etc/containers/certs.d/"
            "secure.corp.example", "docker://secure.corp.example:444/demo/big:"
            "1.0", "dir:%s" % copy))
        self.assert_blobs(copy, big)
        (copy / big.digests[0][7:]).unlink()


class Containerd(GateScene):

    @classmethod
    def finish(cls):
        super().finish()
        folder = cls.directory / "ctr"
        folder.mkdir()
        cls.containerd = cls.start(engines.Containerd(folder))

    def ctr(self, verb, registry, *words):
        kind = ["images", "pull", "--snapshotter", "native"]
        return self.containerd.ctr(
            *(["content", "fetch"] if verb == "fetch" else kind),
            "--hosts-dir", "/etc/containerd/certs.d", *words,
            registry + REPOSITORY)

    def assert_content(self):
        listed = self.done(self.containerd.ctr("content", "ls", "-q"))
        self.assertLessEqual(set(self.image.digests), set(listed.split()))

    def test_content_fetch_of_a_secure_registry(self):
        self.done(self.ctr("fetch", "secure.corp.example"))
        self.assert_content()

    def test_images_pull_of_a_secure_registry(self):
        self.done(self.ctr("pull", "secure.corp.example"))
        self.assert_content()
        listed = self.done(self.containerd.ctr("images", "ls"))
        self.assertIn(self.image.manifest_digest, listed)

    def test_images_pull_by_plain_http(self):
        self.done(self.ctr("pull", PLAIN))

    def test_images_pull_of_a_self_signed_insecure_registry(self):
        self.done(self.ctr("pull", "selfsigned.corp.example:5443"))

    def test_images_pull_with_blobs_on_another_host(self):
        # ctr knows the CA of each host that the policy names, but follows a
        # redirect with that of the registry: the same one here.
        self.done(self.ctr("pull", "front.corp.example"))

    def test_images_pull_with_tokens(self):
        self.done(self.ctr("pull", "auth.corp.example", "--user",
                           "puller:secret"))

    def test_what_is_not_whitelisted_is_refused_in_words(self):
        answer = self.agent.authorize(registry="secret.other.example")
        self.refused_with(self.ctr("pull", "secret.other.example"),
                          answer["message"])


class Podman(GateScene):

    def podman(self, *words):
        return engines.podman(self.folder).run(
            "podman", "--root", self.folder / "root", "--runroot",
            self.folder / "run", "--storage-driver", "vfs",
            "--cgroup-manager", "cgroupfs", "--events-backend", "none", *words)

    def assert_pulled(self, registry, *words):
        self.done(self.podman("pull", *words, registry + REPOSITORY))
        listed = self.done(self.podman("images", "--digests"))
        self.assertIn(self.image.manifest_digest, listed)

    def test_a_secure_registry(self):
        self.assert_pulled("secure.corp.example")

    def test_plain_http(self):
        self.assert_pulled(PLAIN)

    def test_a_self_signed_insecure_registry(self):
        self.assert_pulled("selfsigned.corp.example:5443")

    def test_blobs_on_another_host(self):
        self.assert_pulled("front.corp.example")

    def test_tokens(self):
        self.assert_pulled("auth.corp.example", "--creds=puller:secret")

    def test_what_is_not_whitelisted_is_refused_in_words(self):
        answer = self.agent.authorize(registry="secret.other.example")
        self.refused_with(
            self.podman("pull", "secret.other.example" + REPOSITORY),
            answer["message"])


class Crane(GateScene):

    def crane(self, *words):
        engine = engines.skopeo(self.folder)
        return engine.run(processes.ROOT / ".tools" / "bin" / "crane", *words,
                          SSL_CERT_FILE=str(self.private_ca.certificate))

    def test_digest_and_pull(self):
        image = "secure.corp.example" + REPOSITORY
        self.assertEqual(self.done(self.crane("digest", image)).strip(),
                         self.image.manifest_digest)
        self.done(self.crane("pull", "--format=oci", image,
                             self.folder / "copy"))
        self.assert_blobs(pathlib.Path(self.folder / "copy"))

    def test_plain_http(self):
        self.assertEqual(
            self.done(self.crane("--insecure", "digest", PLAIN + REPOSITORY))
            .strip(), self.image.manifest_digest)

    def test_what_is_not_whitelisted_is_refused_in_words(self):
        answer = self.agent.authorize(registry="secret.other.example")
        self.refused_with(
            self.crane("digest", "secret.other.example" + REPOSITORY),
            answer["message"])


if __name__ == "__main__":
    scene.main()
