# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""Compiler options of the project's own C++ code."""

# Warnings are errors in our code only: the distribution's headers are system
# headers, and generated code is compiled with GENERATED_COPTS.
PULLGATE_COPTS = select({
    "//bazel:clang": [
        "-Wall",
        "-Wextra",
        "-Wthread-safety",
        "-Werror",
    ],
    "//conditions:default": [
        "-Wall",
        "-Wextra",
    ],
})

# protoc's output is nobody's to correct.
GENERATED_COPTS = ["-w"]
