# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""Small servers that stand before, beside or in place of a registry."""

import base64
import http.client
import http.server
import json
import pathlib
import ssl
import subprocess
import threading
import time
import urllib.parse


class Server:
    """A server over TLS that ends with the test; keeps what it was asked.

    `requests`: (method, path, headers) in the order they came.
    """

    def __init__(self, address, port, leaf):
        self.requests = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):  # pylint: disable=invalid-name
                outer.requests.append(
                    (self.command, self.path, dict(self.headers)))
                outer.answer(self)

            do_HEAD = do_POST = do_GET

            def log_message(self, format, *args):  # pylint: disable=all
                pass

        self._server = http.server.ThreadingHTTPServer((address, port),
                                                       Handler)
        self._server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(leaf.certificate, leaf.key)
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True,
            do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever,
                                        daemon=True)
        self._thread.start()

    def answer(self, request):
        """Answers a request: GET, HEAD or POST."""
        raise NotImplementedError

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @staticmethod
    def reply(request, status, body=b"", headers=()):
        request.send_response(status)
        for name, value in headers:
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        if request.command != "HEAD":
            request.wfile.write(body)


class RedirectingFront(Server):
    """Passes everything to a registry behind it, but the GET of a blob: that is
    to be fetched from `blob_host`."""

    def __init__(self, address, port, leaf, backend, blob_host):
        self._backend = backend
        self._blob_host = blob_host
        super().__init__(address, port, leaf)

    def answer(self, request):
        if request.command == "GET" and "/blobs/" in request.path:
            self.reply(request, 307, headers=[
                ("Location", "https://%s%s" % (self._blob_host, request.path))])
            return
        behind = http.client.HTTPConnection(*self._backend, timeout=20)
        behind.request(request.command, request.path, headers={
            "Accept": ", ".join(request.headers.get_all("Accept", []))})
        answer = behind.getresponse()
        body = answer.read()
        headers = [(name, value) for name, value in answer.getheaders()
                   if name.lower() not in ("content-length", "connection",
                                           "date", "location")]
        if request.command == "HEAD":
            request.send_response(answer.status)
            for name, value in headers:
                request.send_header(name, value)
            request.send_header("Content-Length",
                                answer.getheader("Content-Length", "0"))
            request.end_headers()
        else:
            self.reply(request, answer.status, body, headers)
        behind.close()


class BlobHost(Server):
    """Serves the blobs of an image folder, by the digest in the path."""

    def __init__(self, address, port, leaf, image_folder):
        self._blobs = pathlib.Path(image_folder) / "blobs" / "sha256"
        super().__init__(address, port, leaf)

    def answer(self, request):
        name = request.path.rsplit(":", 1)[-1]
        path = self._blobs / name
        if not name.isalnum() or not path.is_file():
            self.reply(request, 404)
            return
        self.reply(request, 200, path.read_bytes(),
                   [("Content-Type", "application/octet-stream")])


def _segment(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class TokenServer(Server):
    """The token realm of a registry: signs what `user` asks for, if the password
    is right (https://distribution.github.io/distribution/spec/auth/jwt/)."""

    def __init__(self, address, port, leaf, directory, service, user, password):
        self._service, self._user, self._password = service, user, password
        self._basic = "Basic " + base64.b64encode(
            ("%s:%s" % (user, password)).encode()).decode()
        self._key = directory / "token.key"
        self.bundle = directory / "token.crt"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
             "-keyout", self._key, "-out", self.bundle, "-days", "30", "-subj",
             "/CN=token signer"], check=True, capture_output=True)
        super().__init__(address, port, leaf)

    @property
    def issuer(self):
        return "test tokens"

    def registry_settings(self, realm):
        """What to add to the registry's configuration."""
        return ("auth:\n  token:\n    realm: %s\n    service: %s\n"
                "    issuer: %s\n    rootcertbundle: %s\n" %
                (realm, self._service, self.issuer, self.bundle))

    def answer(self, request):
        if not request.path.startswith("/token"):
            self.reply(request, 404)  # no registry
            return
        if request.command == "POST":  # as containerd asks
            length = int(request.headers.get("Content-Length", "0"))
            form = urllib.parse.parse_qs(request.rfile.read(length).decode())
            right = (form.get("username"), form.get("password")) == (
                [self._user], [self._password])
        else:
            form = urllib.parse.parse_qs(
                urllib.parse.urlsplit(request.path).query)
            right = request.headers.get("Authorization") == self._basic
        if not right:
            self.reply(request, 401, b'{"errors": []}')
            return
        scopes = [s for group in form.get("scope", []) for s in group.split()]
        token = self._token(scopes)
        self.reply(request, 200, json.dumps(
            {"token": token, "access_token": token,
             "expires_in": 300}).encode(),
                   [("Content-Type", "application/json")])

    def _token(self, scopes):
        access = []
        for scope in scopes:
            kind, name, actions = scope.split(":", 2)
            access.append({"type": kind, "name": name,
                           "actions": actions.split(",")})
        certificate = "".join(
            self.bundle.read_text().splitlines()[1:-1])
        now = int(time.time())
        signed = ".".join(_segment(json.dumps(part).encode()) for part in (
            {"typ": "JWT", "alg": "RS256", "x5c": [certificate]},
            {"iss": self.issuer, "sub": "puller", "aud": self._service,
             "exp": now + 300, "nbf": now - 10, "iat": now,
             "jti": str(time.monotonic_ns()), "access": access}))
        signature = subprocess.run(
            ["openssl", "dgst", "-sha256", "-sign", self._key],
            input=signed.encode(), capture_output=True, check=True).stdout
        return signed + "." + _segment(signature)
