# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""Tests of the real binaries, written in Python on the demo's stage."""

_PAIR = ["//pdp/main:pullgate-pdp", "//agent/main:pullgate-agent"]

def pullgate_integration_test(
        name,
        script = None,
        size = "medium",
        programs = [],
        data = [],
        tags = [],
        **kwargs):
    """Runs a script in namespaces of its own with both binaries at hand.

    Args:
      name: the script's name without ".py", unless that is given.
      script: its file.
      size: medium unless it takes minutes.
      programs: more programs to have at hand.
      data: more files that it reads.
      tags: more tags.
      **kwargs: passed to sh_test.
    """
    programs = _PAIR + programs
    script = script or name + ".py"
    native.sh_test(
        name = name,
        size = size,
        srcs = ["isolated.sh"],
        args = ["$(location %s)" % f for f in [script] + programs],
        data = programs + data + [
            script,
            "scene.py",
            "//deploy/local:stage",
        ],
        tags = ["integration", "no-sandbox"] + tags,
        **kwargs
    )
