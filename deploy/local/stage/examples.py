# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""The two examples of "Configure Registry Access", with what must come out.

The documentation's addresses stand at loopback here: 10.2.40.40 is
127.2.40.40, 10.2.2.1/24 is 127.2.2.1/24, 192.168.100.207 is 127.168.100.207.
"""

import dataclasses

VIC_REGISTRY = "127.2.40.40"
STANDALONE = "127.168.100.207"


@dataclasses.dataclass(frozen=True)
class Row:
    """One question to the agent and the answer that the documentation wants."""

    asked: str
    effect: str
    reason: str = ""
    # What a permit must say: scheme, address, port, and certificate check.
    scheme: str = ""
    address: str = ""
    port: int = 0
    check: str = ""
    rule: str = ""

    def target(self):
        # A path or tag means an image; so does a name without a dot.
        if self.asked.startswith(("http://", "https://")):
            return {"registry": self.asked}
        bare = "." not in self.asked
        return {"image" if "/" in self.asked or bare else "registry":
                self.asked}


def _secure(asked, address, port, rule):
    return Row(asked, "PERMIT", "", "HTTPS", address, port, "REQUIRED", rule)


def _unverified(asked, address, port, rule):
    return Row(asked, "PERMIT", "", "HTTPS", address, port, "NONE", rule)


def _plaintext(asked, address, port, rule):
    return Row(asked, "PERMIT", "", "HTTP", address, port, "NONE", rule)


def _denied(asked, reason, rule=""):
    return Row(asked, "DENY", reason, rule=rule)


@dataclasses.dataclass(frozen=True)
class Example:
    title: str
    mode: str
    whitelist: tuple
    insecure: tuple
    rows: tuple

    def policy(self, vic_ca_pem):
        return {"mode": "MODE_" + self.mode,
                "whitelist": list(self.whitelist),
                "insecure": list(self.insecure),
                "registryCas": [{"pem": vic_ca_pem}]}


# The command line of the first example marks only the standalone registry
# insecure; its wizard steps mark the range and the domain insecure as well. Two
# policies, so both are here.
WHITELIST_COMMAND = Example(
    "Whitelist of secure and insecure registries, as the command gives it",
    "WHITELIST", ("127.2.40.40:443", "127.2.2.1/24", "*.example.com"),
    (STANDALONE,),
    (
        _secure("127.2.40.40:443/library/photon:4.0", VIC_REGISTRY, 443,
                "whitelist[0]"),
        _denied("127.2.40.40:8443", "NOT_WHITELISTED"),
        _secure("127.2.2.77:5000", "127.2.2.77", 5000, "whitelist[1]"),
        _secure("registry.example.com/team/app", "127.3.0.10", 443,
                "whitelist[2]"),
        # An address is looked up in reverse and counts as its confirmed name.
        _secure("127.3.0.10", "127.3.0.10", 443, "whitelist[2]"),
        # A reverse record that the name does not confirm is worth nothing.
        _denied("127.4.0.66", "NOT_WHITELISTED"),
        _denied("selfsigned.example.com", "CERTIFICATE_REJECTED",
                "whitelist[2]"),
        _denied("expired.example.com", "CERTIFICATE_REJECTED", "whitelist[2]"),
        _plaintext("127.168.100.207:5000", STANDALONE, 5000, "insecure[0]"),
        _denied("registry.elsewhere.example", "NOT_WHITELISTED"),
        _denied("busybox", "NOT_WHITELISTED"),
    ))

WHITELIST_WIZARD = Example(
    "Whitelist of secure and insecure registries, as the wizard gives it",
    "WHITELIST", ("127.2.40.40:443",),
    ("127.2.2.1/24", "*.example.com", STANDALONE),
    (
        _secure("127.2.40.40:443/library/photon:4.0", VIC_REGISTRY, 443,
                "whitelist[0]"),
        _unverified("127.2.2.77:5000", "127.2.2.77", 5000, "insecure[0]"),
        _unverified("registry.example.com/team/app", "127.3.0.10", 443,
                    "insecure[1]"),
        _unverified("selfsigned.example.com", "127.3.0.11", 443,
                    "insecure[1]"),
        _unverified("expired.example.com", "127.3.0.12", 443, "insecure[1]"),
        _plaintext("127.168.100.207:5000", STANDALONE, 5000, "insecure[2]"),
        _denied("registry.elsewhere.example", "NOT_WHITELISTED"),
        _denied("busybox", "NOT_WHITELISTED"),
    ))

PRIVATE_REGISTRIES = Example(
    "Secure and insecure private registries, without whitelist mode",
    "OPEN", (), ("*.example.com", "127.168.100.207:5000"),
    (
        _secure("127.2.40.40:443/library/photon:4.0", VIC_REGISTRY, 443, ""),
        _unverified("registry.example.com/team/app", "127.3.0.10", 443,
                    "insecure[0]"),
        _unverified("selfsigned.example.com", "127.3.0.11", 443,
                    "insecure[0]"),
        _unverified("expired.example.com", "127.3.0.12", 443, "insecure[0]"),
        _plaintext("127.168.100.207:5000", STANDALONE, 5000, "insecure[1]"),
        # Not listed as insecure: HTTPS with a certificate that verifies, only.
        _secure("127.2.2.77:5000", "127.2.2.77", 5000, ""),
        _secure("registry.elsewhere.example", "127.4.0.10", 443, ""),
        _denied("http://registry.elsewhere.example", "PLAINTEXT_REFUSED"),
        _secure("busybox", "127.5.0.10", 443, ""),
    ))

EXAMPLES = (WHITELIST_COMMAND, WHITELIST_WIZARD, PRIVATE_REGISTRIES)
