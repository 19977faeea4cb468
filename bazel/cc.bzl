# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""C++ rules with the project's compiler options.

Use these instead of the native rules for everything written by hand.
"""

load("//bazel:copts.bzl", "PULLGATE_COPTS")

def _precompiled_copts(name):
    """Reads the headers of //bazel/precompiled, where the configuration says so."""
    return select({
        "//bazel:precompiled": [
            "-include-pch",
            "$(BINDIR)/bazel/precompiled/%s.headers.pch" % name,
        ],
        "//conditions:default": [],
    })

def _precompiled_deps(name):
    return select({
        "//bazel:precompiled": ["//bazel/precompiled:" + name],
        "//conditions:default": [],
    })

def pullgate_cc_library(name, copts = [], deps = [], **kwargs):
    """A cc_library: one header, named after its file.

    Args:
      name: the header's name without ".h".
      copts: compiler options after the project's.
      deps: as of a cc_library.
      **kwargs: passed to cc_library.
    """
    native.cc_library(
        name = name,
        copts = PULLGATE_COPTS + copts + _precompiled_copts("libraries"),
        # No shared object beside the archive: nobody links one.
        linkstatic = True,
        deps = deps + _precompiled_deps("libraries"),
        **kwargs
    )

def pullgate_cc_binary(name, copts = [], **kwargs):
    """A cc_binary.

    Args:
      name: the program's name.
      copts: compiler options after the project's.
      **kwargs: passed to cc_binary.
    """
    native.cc_binary(
        name = name,
        copts = PULLGATE_COPTS + copts,
        **kwargs
    )

def pullgate_cc_test(
        name,
        copts = [],
        deps = [],
        size = "small",
        linkstatic = True,
        main = True,
        **kwargs):
    """A cc_test over GoogleTest.

    Tags understood by tests/run: "noasan" keeps a test out of the
    AddressSanitizer pass, "tsan" puts it into the ThreadSanitizer pass.

    Args:
      name: the test's name, ending "_test".
      copts: compiler options after the project's.
      deps: what is tested; GoogleTest is added.
      size: "small" unless the test starts servers or takes seconds.
      linkstatic: static, so that libraries are compiled once for tests and
        binaries alike.
      main: False if the test brings a main() of its own.
      **kwargs: passed to cc_test.
    """
    gtest = "//bazel/system:gtest_main" if main else "//bazel/system:gtest"
    native.cc_test(
        name = name,
        size = size,
        copts = PULLGATE_COPTS + copts +
                _precompiled_copts("libraries_and_gtest"),
        linkstatic = linkstatic,
        deps = deps + [gtest] + _precompiled_deps("libraries_and_gtest"),
        **kwargs
    )

def pullgate_cc_fuzz_test(name, corpus, copts = [], linkopts = [], **kwargs):
    """A libFuzzer target, which defines LLVMFuzzerTestOneInput.

    As an ordinary test it replays its corpus. With --config=fuzz it starts from
    there and looks for new inputs for 20 seconds; an input that fails is among
    the test's undeclared outputs. It is tagged "fuzz". To look longer, and add
    what it finds to the corpus, build it and run
    `bazel-bin/tests/fuzz/<name> -max_total_time=600
    tests/testdata/fuzz/<corpus>`.

    Args:
      name: the target's name, ending "_fuzz_test".
      corpus: the folder of tests/testdata/fuzz with its inputs.
      copts: compiler options after the project's.
      linkopts: link options after libFuzzer's.
      **kwargs: passed to cc_test.
    """
    inputs = "//tests/testdata/fuzz:" + corpus
    native.cc_test(
        name = name,
        size = "small",
        args = select({
            "//bazel:libfuzzer": [
                "-max_total_time=20",
                "-timeout=10",
                "tests/testdata/fuzz/" + corpus,
            ],
            "//conditions:default": ["$(locations %s)" % inputs],
        }),
        copts = PULLGATE_COPTS + copts,
        data = [inputs],
        linkopts = ["-fsanitize=fuzzer"] + linkopts,
        linkstatic = True,
        tags = ["fuzz"],
        **kwargs
    )
