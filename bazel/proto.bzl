# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""C++ code from .proto files, by the distribution's protoc and gRPC plugin."""

load("//bazel:copts.bzl", "GENERATED_COPTS")

# Where imports and includes start: proto/pullgate/decision/v1/x.proto is
# imported as "pullgate/decision/v1/x.proto" and included as
# "pullgate/decision/v1/x.pb.h".
_IMPORT_ROOT = "proto"

def _generated(srcs, suffixes):
    return [
        src[:-len(".proto")] + suffix
        for src in srcs
        for suffix in suffixes
    ]

def pullgate_proto_library(name, srcs, deps = [], grpc = True, **kwargs):
    """Compiles .proto files of one package to a cc_library.

    The package must lie under proto/. `<name>_protos` is a filegroup of the
    sources and of all they import. Messages of google/protobuf/ come with the
    compiler and need no dependency.

    Args:
      name: name of the cc_library.
      srcs: .proto files of this package.
      deps: pullgate_proto_library targets whose files these import.
      grpc: whether the files define services.
      **kwargs: passed to cc_library and filegroup (visibility, testonly).
    """
    prefix = native.package_name()
    if prefix != _IMPORT_ROOT and not prefix.startswith(_IMPORT_ROOT + "/"):
        fail("pullgate_proto_library: %s is not under %s/" %
             (prefix, _IMPORT_ROOT))
    for src in srcs:
        if not src.endswith(".proto"):
            fail("pullgate_proto_library: %s is not a .proto file" % src)

    native.filegroup(
        name = name + "_protos",
        srcs = srcs + [_protos_of(dep) for dep in deps],
        **kwargs
    )

    headers = _generated(srcs, [".pb.h"])
    sources = _generated(srcs, [".pb.cc"])
    command = [
        "protoc",
        "-I" + _IMPORT_ROOT,
        "--cpp_out=$(GENDIR)/" + _IMPORT_ROOT,
    ]
    system = ["//bazel/system:protobuf"]
    if grpc:
        headers += _generated(srcs, [".grpc.pb.h"])
        sources += _generated(srcs, [".grpc.pb.cc"])
        command += [
            "--plugin=protoc-gen-grpc=$$(command -v grpc_cpp_plugin)",
            "--grpc_out=$(GENDIR)/" + _IMPORT_ROOT,
        ]
        system += ["//bazel/system:grpcpp"]
    command += ["%s/%s" % (prefix, src) for src in srcs]

    native.genrule(
        name = name + "_generate",
        srcs = [name + "_protos"],
        outs = headers + sources,
        cmd = " ".join(command),
        message = "Generating C++ from protos of",
        visibility = ["//visibility:private"],
    )

    native.cc_library(
        name = name,
        srcs = sources,
        hdrs = headers,
        copts = GENERATED_COPTS,
        linkstatic = True,
        strip_include_prefix = "/" + _IMPORT_ROOT,
        deps = deps + system,
        **kwargs
    )

def _protos_of(dep):
    """The filegroup that goes with a pullgate_proto_library label."""
    if ":" in dep:
        return dep + "_protos"
    return "%s:%s_protos" % (dep, dep.split("/")[-1])
