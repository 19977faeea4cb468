# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""A test that is compiled with -c opt, with all it depends on."""

def _optimize_impl(_settings, _attr):
    return {"//command_line_option:compilation_mode": "opt"}

_optimize = transition(
    implementation = _optimize_impl,
    inputs = [],
    outputs = ["//command_line_option:compilation_mode"],
)

def _optimized_test_impl(ctx):
    # With a transition even a single label becomes a list.
    program = ctx.attr.program[0][DefaultInfo]
    link = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(
        output = link,
        target_file = program.files_to_run.executable,
        is_executable = True,
    )
    return [DefaultInfo(
        executable = link,
        runfiles = program.default_runfiles.merge(
            ctx.runfiles(files = [program.files_to_run.executable]),
        ),
    )]

optimized_test = rule(
    implementation = _optimized_test_impl,
    attrs = {
        "program": attr.label(
            doc = "A cc_binary whose exit status tells whether it passed.",
            cfg = _optimize,
            executable = True,
            mandatory = True,
        ),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
    doc = "For tests that go through millions of cases, so that ordinary " +
          "builds of what they test stay as they are.",
    test = True,
)
