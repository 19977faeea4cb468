# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""The C++ rules under the names @rules_cc gives them.

Bazel 4 has these rules built in; tools that load them from @rules_cc get the
built-in ones.
"""

cc_binary = native.cc_binary
cc_import = native.cc_import
cc_library = native.cc_library
cc_proto_library = native.cc_proto_library
cc_test = native.cc_test
cc_toolchain = native.cc_toolchain
cc_toolchain_suite = native.cc_toolchain_suite
fdo_prefetch_hints = native.fdo_prefetch_hints
fdo_profile = native.fdo_profile
objc_import = native.objc_import
objc_library = native.objc_library
