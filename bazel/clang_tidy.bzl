# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""clang-tidy as an aspect: `bazel build --config=tidy //common/...`.

Every .cc file is an action of its own, so that only what changed, or what it
includes, is looked at again. The rules are in .clang-tidy.
"""

_KINDS = ["cc_binary", "cc_library", "cc_test"]

# Folders of code written by hand; proto/ holds what protoc writes.
_FOLDERS = ["agent", "common", "pdp", "tests"]

def _own_sources(target, ctx):
    """The .cc files of a target that are ours to correct."""
    if ctx.rule.kind not in _KINDS or target.label.workspace_name:
        return []
    if target.label.package.split("/")[0] not in _FOLDERS:
        return []
    return [
        file
        for src in ctx.rule.attr.srcs
        for file in src.files.to_list()
        if file.is_source and file.extension == "cc"
    ]

def _flags(compilation):
    """What the compiler would be told about includes and macros."""
    return (
        ["-std=c++17", "-iquote", "."] +
        ["-D" + define for define in compilation.defines.to_list()] +
        [
            "-isystem" + path
            for paths in [compilation.includes, compilation.system_includes]
            for path in paths.to_list()
        ]
    )

def _check(ctx, source, compilation):
    """Declares the action that checks one file; returns its report."""
    report = ctx.actions.declare_file(
        "_tidy/%s/%s.txt" % (ctx.label.name, source.basename),
    )
    ctx.actions.run_shell(
        inputs = depset(
            [source] + ctx.files._config,
            transitive = [compilation.headers],
        ),
        outputs = [report],
        mnemonic = "ClangTidy",
        progress_message = "Checking " + source.short_path,
        command = """
            out=$1; src=$2; shift 2
            if ! clang-tidy-14 --quiet "$src" -- "$@" >"$out" 2>&1; then
              sed -e "s#$PWD/##" -e '/warnings generated/d' "$out" >&2; exit 1
            fi
        """,
        arguments = [report.path, source.path] + _flags(compilation),
    )
    return report

def _clang_tidy_impl(target, ctx):
    reports = []
    if CcInfo in target:
        compilation = target[CcInfo].compilation_context
        for source in _own_sources(target, ctx):
            reports.append(_check(ctx, source, compilation))
    return [OutputGroupInfo(clang_tidy = depset(reports))]

clang_tidy = aspect(
    implementation = _clang_tidy_impl,
    attrs = {
        "_config": attr.label_list(
            default = ["//:.clang-tidy", "//tests:.clang-tidy"],
            allow_files = True,
        ),
    },
)
