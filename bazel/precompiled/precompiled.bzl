# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""Libraries' headers, read by the compiler once for all files that want them.

Reading them is half of what compiling a file of ours takes. Only headers of the
distribution: ours change, and lie where the sandbox puts them.
"""

load("@bazel_tools//tools/build_defs/cc:action_names.bzl", "CPP_COMPILE_ACTION_NAME")
load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")
load("//bazel:copts.bzl", "PULLGATE_COPTS")

def _precompiled_impl(ctx):
    toolchain = find_cpp_toolchain(ctx)
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    output = ctx.actions.declare_file(ctx.label.name + ".pch")
    cpp = ctx.fragments.cpp
    options = cc_common.get_memory_inefficient_command_line(
        feature_configuration = features,
        action_name = CPP_COMPILE_ACTION_NAME,
        variables = cc_common.create_compile_variables(
            feature_configuration = features,
            cc_toolchain = toolchain,
            output_file = output.path,
            use_pic = True,
            user_compile_flags = cpp.copts + cpp.cxxopts + ctx.attr.copts,
        ),
    )
    includes = []
    for header in ctx.attr.headers[1:]:
        includes += ["-include", header]
    ctx.actions.run(
        executable = toolchain.compiler_executable,
        arguments = options + includes +
                    ["-x", "c++-header", "/usr/include/" + ctx.attr.headers[0]],
        inputs = toolchain.all_files,
        outputs = [output],
        mnemonic = "CppPrecompile",
        progress_message = "Precompiling headers for " + ctx.label.name,
    )
    return [DefaultInfo(files = depset([output]))]

_precompiled = rule(
    implementation = _precompiled_impl,
    attrs = {
        "copts": attr.string_list(),
        "headers": attr.string_list(mandatory = True),
        "_cc_toolchain": attr.label(
            default = "@bazel_tools//tools/cpp:current_cc_toolchain",
        ),
    },
    fragments = ["cpp"],
    incompatible_use_toolchain_transition = True,
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)

def precompiled_headers(name, headers, **kwargs):
    """A library whose users can be compiled with precompiled_copts(name).

    Args:
      name: of the library.
      headers: paths below /usr/include, the first one; others as included.
      **kwargs: passed to cc_library.
    """
    _precompiled(name = name + ".headers", copts = PULLGATE_COPTS, headers = headers)
    native.cc_library(
        name = name,
        textual_hdrs = [":" + name + ".headers"],
        **kwargs
    )
