# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""Tests of the real binaries, written in Python on the demo's stage."""

def pullgate_integration_test(name, size = "medium", **kwargs):
    """Runs <name>.py in namespaces of its own with both binaries at hand.

    Args:
      name: the script's name without ".py".
      size: medium unless it takes minutes.
      **kwargs: passed to sh_test.
    """
    pdp = "//pdp/main:pullgate-pdp"
    agent = "//agent/main:pullgate-agent"
    native.sh_test(
        name = name,
        size = size,
        srcs = ["isolated.sh"],
        args = ["$(location %s)" % f for f in [name + ".py", pdp, agent]],
        data = [
            name + ".py",
            pdp,
            agent,
            "scene.py",
            "//deploy/local:stage",
        ],
        tags = ["integration", "no-sandbox"],
        **kwargs
    )
