# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""Calls by grpcurl, as an operator would make them: no local protos."""

import json
import shlex
import subprocess

from stage import processes


class CallError(RuntimeError):
    """An RPC that did not answer OK: `code`, `message`, `details`."""

    def __init__(self, command, text):
        self.code, self.message, self.details = "", text.strip(), []
        try:
            status = json.loads(text)
            self.code = status.get("code", "")
            self.message = status.get("message", "")
            self.details = status.get("details", [])
        except ValueError:
            pass
        super().__init__("%s\n%s" % (command, text.strip()))


class Client:
    """One endpoint and one identity."""

    def __init__(self, grpcurl, *target):
        self._argv = [str(grpcurl)] + [str(t) for t in target[:-1]]
        self._address = str(target[-1])

    def command(self, method, request=None, *options):
        argv = list(self._argv) + list(options)
        if request is not None:
            argv += ["-d", json.dumps(request)]
        return argv + [self._address, method]

    def show(self, method, request=None):
        """The command as a person would type it."""
        return " ".join(shlex.quote(a) for a in self.command(method, request))

    def run(self, *words, timeout=30):
        """grpcurl's own verbs: run("list"), run("describe", name)."""
        return subprocess.run(self._argv + [self._address] + list(words),
                              capture_output=True, text=True, check=False,
                              timeout=timeout)

    def call(self, method, request=None, timeout=30):
        """The answer, or CallError."""
        answers = self.stream(method, request, timeout)
        return answers[0] if answers else {}

    def stream(self, method, request=None, timeout=30):
        """All answers of a streaming RPC that ends."""
        argv = self.command(method, request, "-format-error", "-max-time",
                            str(timeout), "-max-msg-sz", "67108864")
        result = subprocess.run(argv, capture_output=True, text=True,
                                check=False, timeout=timeout + 10)
        if result.returncode != 0:
            raise CallError(" ".join(map(shlex.quote, argv)), result.stderr)
        return list(_documents(result.stdout))


def _documents(text):
    """The JSON documents that follow one another in `text`."""
    decoder = json.JSONDecoder()
    text = text.strip()
    while text:
        document, end = decoder.raw_decode(text)
        yield document
        text = text[end:].lstrip()


def find_grpcurl():
    """The grpcurl that the install scripts put into the checkout."""
    path = processes.ROOT / ".tools" / "bin" / "grpcurl"
    if not path.exists():
        raise processes.StageError("%s is missing: run deploy/local/install" %
                                   path)
    return path
