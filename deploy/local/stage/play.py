# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""The demo: sets the stage, applies the examples, checks every answer."""

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import time

from stage import dns
from stage import examples
from stage import grpc
from stage import pair
from stage import pki
from stage import processes
from stage import registries
from stage import table

VCH = "vch1"

HOSTS = (
    ("registry.example.com", "127.3.0.10"),
    ("selfsigned.example.com", "127.3.0.11"),
    ("expired.example.com", "127.3.0.12"),
    ("registry.elsewhere.example", "127.4.0.10"),
    ("registry-1.docker.io", "127.5.0.10"),
)
# Somebody who owns the reverse zone claims to be in the whitelisted domain.
LIES = (("127.4.0.66", "registry.example.com"),)


def start_registries(directory, vic_ca, public_ca):
    """Starts the registries of the examples and puts an image into each."""
    image = registries.make_image(directory)

    def public(name, *alt_names, **options):
        return public_ca.issue(name, list(alt_names), **options)

    started = [
        registries.Registry(
            directory, "vic-registry", examples.VIC_REGISTRY, 443,
            vic_ca.issue("vic-registry", ["IP:" + examples.VIC_REGISTRY])),
        registries.Registry(directory, "range", "127.2.2.77", 5000,
                            public("range", "IP:127.2.2.77")),
        registries.Registry(
            directory, "domain", "127.3.0.10", 443,
            public("domain", "DNS:registry.example.com", "IP:127.3.0.10")),
        registries.Registry(
            directory, "self-signed", "127.3.0.11", 443,
            pki.self_signed(directory / "self-signed-ca", "self-signed",
                            ["DNS:selfsigned.example.com"])),
        registries.Registry(
            directory, "expired", "127.3.0.12", 443,
            public("expired", "DNS:expired.example.com", expired=True)),
        registries.Registry(directory, "standalone", examples.STANDALONE, 5000),
        registries.Registry(
            directory, "elsewhere", "127.4.0.10", 443,
            public("elsewhere", "DNS:registry.elsewhere.example")),
        # There is no Internet here: this one stands for Docker Hub, and the
        # public CA of this stage stands for the CAs that everybody trusts.
        registries.Registry(directory, "docker-hub", "127.5.0.10", 443,
                            public("docker-hub", "DNS:registry-1.docker.io")),
    ]
    for registry in started:
        registry.ready()
        registry.push(image)
    return started


def start_pair(directory, name_server, public_ca):
    identities = pair.Identities(directory)
    pdp = pair.Pdp(
        directory, processes.binary("pullgate-pdp"), identities,
        "protected_registries:\n  - %s\n"
        # By default, DNS evidence never leads to loopback: a name that points
        # there is an attack on the host's own services. This stage has nowhere
        # else to put its registries.
        "no_unpinnable_addresses: true\n"
        'dns:\n  servers: ["%s"]\n' % (examples.VIC_REGISTRY,
                                       name_server.address))
    pdp.ready()
    agent = pair.Agent(
        directory, processes.binary("pullgate-agent"), identities,
        pdp.address, VCH, name_server.address, public_ca.certificate,
        gate=True)
    agent.ready()
    return pdp, agent


def short(value, prefix):
    """"EFFECT_PERMIT" without its prefix."""
    return value[len(prefix):] if value.startswith(prefix) else value


def answer_as_row(asked, answer):
    """What the agent said, in the form of an expectation."""
    permit = answer.get("permit", {})
    return examples.Row(
        asked=asked,
        effect=short(answer.get("effect", ""), "EFFECT_"),
        reason=short(answer.get("reason", ""), "DENY_REASON_"),
        scheme=short(permit.get("scheme", ""), "SCHEME_"),
        address=permit.get("address", ""),
        port=permit.get("port", 0),
        check=short(permit.get("certificateCheck", ""), "CERTIFICATE_CHECK_"),
        rule=answer.get("decision", {}).get("rule", {}).get("place", ""))


def describe_certificate(row, answer):
    certificate = answer.get("certificate")
    if not certificate:
        return "-"
    if row.effect == "DENY":
        return "rejected"
    if row.check == "REQUIRED":
        return "verified"
    return ("unverified, good" if certificate.get("verified") else
            "unverified, bad")


def describe_rule(answer):
    return answer.get("decision", {}).get("rule", {}).get("place", "-")


def show_example(example, pdp, agent, vic_ca):
    """Applies one example, asks everything, prints the table.

    Returns the rows that differ from what the documentation says.
    """
    print("\n== %s" % example.title)
    print("   mode: %s   whitelist: %s   insecure: %s" %
          (example.mode, ", ".join(example.whitelist) or "(none)",
           ", ".join(example.insecure)))
    stored = pdp.set_policy(VCH, example.policy(vic_ca.pem()))
    for finding in stored.get("findings", []):
        print("   %s %s: %s" % (short(finding["severity"], "SEVERITY_").lower(),
                                finding["place"], finding["message"]))
    revision = int(stored["policy"]["revision"])
    agent.wait_for_revision(revision)
    print("   in force at the agent as revision %d\n" % revision)

    lines, wrong = [], []
    for expected in example.rows:
        answer = agent.authorize(**expected.target())
        got = answer_as_row(expected.asked, answer)
        if got != expected:
            wrong.append((expected, got))
        route = ("%s %s:%d" % (got.scheme.lower(), got.address, got.port)
                 if got.scheme else "-")
        lines.append((
            got.asked,
            got.effect.lower() + (" " + got.reason if got.reason else ""),
            route, describe_certificate(got, answer), describe_rule(answer),
            answer.get("message", "")))
    print("\n".join(table.render(
        ["asked", "verdict", "route", "certificate", "rule", "why"], lines,
        [34, 27, 27, 16, 12, 52])))
    for expected, got in wrong:
        print("WRONG: expected %s\n       got      %s" % (expected, got))
    return wrong


def show_refusal(pdp):
    """The VIC Registry cannot be made insecure: the PDP refuses the policy."""
    print("\n== The vSphere Integrated Containers Registry as insecure registry")
    try:
        pdp.set_policy(VCH, {"insecure": [examples.VIC_REGISTRY]})
    except grpc.CallError as error:
        print("   refused: %s" % error.message)
        return True
    print("WRONG: the PDP took it")
    return False


def show_events(pdp, agent, questions):
    """Reads the ledger back and compares it with what was asked."""
    agent.wait_for_reported()
    request = {"filter": {"vch": "vchs/" + VCH}, "pageSize": 1000}
    method = "pullgate.audit.v1.AuditService/ListEvents"
    print("\n== The ledger, newest first\n   %s\n" %
          pdp.viewer.show(method, request))
    events = pdp.viewer.call(method, request).get("events", [])
    print("\n".join(table.render(
        ["time", "sequence", "asked", "effect", "reason", "rule", "revision"],
        [(e.get("eventTime", ""), e.get("sequence", ""), what(e),
          short(e.get("effect", ""), "EFFECT_").lower(),
          short(e.get("reason", ""), "DENY_REASON_"),
          e.get("rule", {}).get("place", "-"), e.get("policyRevision", ""))
         for e in events], [30, 8, 40, 8, 24, 16, 8])))
    verdicts = sum(e.get("kind") == "KIND_VERDICT" for e in events)
    if verdicts == questions:
        print("\n%d questions asked, %d verdicts on the ledger." %
              (questions, verdicts))
        return True
    print("\nWRONG: %d questions asked, but %d verdicts on the ledger" %
          (questions, verdicts))
    return False


def what(event):
    """What was asked, or else what kind of event it is."""
    return event.get("asked") or "(%s)" % short(
        event.get("kind", ""), "KIND_").lower().replace("_", " ")


def pull(agent, public_ca, directory, registry):
    """skopeo, told of the gate and of nothing else, copies an image."""
    proxy = "http://" + agent.gate
    argv = ["skopeo", "copy", "docker://%s/demo/hello:1.0" % registry,
            "dir:%s" % (directory / "pulled")]
    print("\n   $ HTTPS_PROXY=%s %s" % (proxy, " ".join(argv)))
    result = subprocess.run(
        argv[:1] + ["--insecure-policy"] + argv[1:], capture_output=True,
        text=True, check=False, timeout=60,
        env=dict(os.environ, HTTPS_PROXY=proxy, HTTP_PROXY=proxy, NO_PROXY="",
                 no_proxy="", SSL_CERT_FILE=str(public_ca.certificate)))
    for line in (result.stdout + result.stderr).splitlines():
        print("   %s" % line)
    return result


def show_gate(pdp, agent, public_ca, directory):
    """Two pulls through the gate: one that the policy refuses, one not."""
    print("\n== Pulls through the gate, by an engine that knows only a proxy")
    stored = pdp.set_policy(VCH, {"mode": "MODE_WHITELIST",
                                  "whitelist": ["*.example.com"]})
    agent.wait_for_revision(int(stored["policy"]["revision"]))
    refused = pull(agent, public_ca, directory, "registry.elsewhere.example")
    permitted = pull(agent, public_ca, directory, "registry.example.com")
    good = (permitted.returncode == 0 and refused.returncode != 0 and
            "no rule covers registry.elsewhere.example" in refused.stderr)
    print("\n%s" % ("One pull refused, one permitted, as the policy says." if good else
                    "WRONG: the first is to be refused, the second permitted"))
    return good


def print_keep(directory, pdp, agent, running):
    print("\n== Everything is still running. Try:")
    for client, method, request in (
            (agent.client, "pullgate.agent.v1.AgentService/AuthorizePull",
             {"registry": "registry.example.com"}),
            (agent.client, "pullgate.agent.v1.AgentService/ProbeRegistry",
             {"registry": "expired.example.com"}),
            (agent.client, "pullgate.agent.v1.AgentService/GetStatus", None),
            (pdp.viewer, "pullgate.decision.v1.DecisionService/CheckPull",
             {"vch": "vchs/" + VCH, "registry": "127.2.40.40:8443",
              "explain": True}),
            (pdp.viewer, "pullgate.policy.v1.PolicyService/ListPolicies", None),
            (pdp.viewer, "pullgate.audit.v1.AuditService/ListEvents",
             {"pageSize": 5})):
        print("\n" + client.show(method, request))
    print("\n" + pdp.viewer.show("list"))
    print("\nTo end it:\n%skill %s; %srm -r %s" %
          (" ".join(processes.sudo() + [""]),
           " ".join(str(p.pid) for p in running),
           " ".join(processes.sudo() + [""]), directory))


def play(keep):
    began = time.monotonic()
    directory = pair.short_directory()
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        vic_ca = pki.Authority(directory / "vic-ca", "VIC Registry Root")
        public_ca = pki.Authority(directory / "public-ca", "Public Root")
        name_server = dns.DnsServer(directory, HOSTS, LIES)
        stack.callback(name_server.stop)
        filled = start_registries(directory, vic_ca, public_ca)
        for registry in filled:
            stack.callback(registry.stop)
        pdp, agent = start_pair(directory, name_server, public_ca)
        stack.callback(pdp.stop)
        stack.callback(agent.stop)
        print("%d registries, DNS, PDP and agent are up after %.1f s, in %s" %
              (len(filled), time.monotonic() - began, directory))

        wrong = []
        for example in examples.EXAMPLES:
            wrong += show_example(example, pdp, agent, vic_ca)
        good = show_refusal(pdp)
        asked = sum(len(e.rows) for e in examples.EXAMPLES)
        good = show_events(pdp, agent, asked) and good and not wrong
        good = show_gate(pdp, agent, public_ca, directory) and good
        print("%d of %d answers as documented, in %.1f s." %
              (asked - len(wrong), asked, time.monotonic() - began))
        if keep:
            stack.pop_all()
            print_keep(directory, pdp, agent,
                       [agent.process, pdp.process, name_server.process] +
                       [r.process for r in filled])
        return good


def main():
    parser = argparse.ArgumentParser(
        prog="deploy/local/demo", description="Shows pullgate at work: a PDP, "
        "an agent, DNS and eight real registries, all on loopback.")
    parser.add_argument("--keep", action="store_true",
                        help="leave everything running and say what to try")
    arguments = parser.parse_args()
    try:
        good = play(arguments.keep)
    except (processes.StageError, grpc.CallError) as error:
        print("demo: %s" % error, file=sys.stderr)
        good = False
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
