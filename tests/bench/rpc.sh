#!/usr/bin/env bash
# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0
#
# Runs rpc.py, cold.py or gate.py in a network and mount namespace of its own.
#
#   rpc.sh SCRIPT LOAD PDP AGENT [FLAGS OF THE LOAD]

set -euo pipefail

script=$(readlink -f "$1")
load=$(readlink -f "$2")
bin=$(mktemp -d)
trap 'rm -rf "$bin"' EXIT
ln -s "$(readlink -f "$3")" "$(readlink -f "$4")" "$bin/"

export PULLGATE_BIN=$bin
PYTHONPATH=$(cd "$(dirname "$script")/../../deploy/local" && pwd)
export PYTHONPATH PYTHONDONTWRITEBYTECODE=1
export PATH=$PATH:/usr/sbin:/sbin
# Root has its users there too: squid becomes another one.
users=()
[[ ${EUID} -eq 0 ]] || users=(--map-root-user)
unshare "${users[@]}" --net --mount \
  sh -c 'ip link set lo up && exec python3 "$@"' - "$script" "$load" "${@:5}"
