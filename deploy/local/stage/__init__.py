# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""A stage for the pair: throw-away certificates, DNS, registries, PDP, agent.

The demo plays on it, and so do the integration tests. Everything listens on
loopback or on Unix sockets, lives in one directory, and ends with the stage.
"""
