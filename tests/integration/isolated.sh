#!/usr/bin/env bash
# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0
#
# Runs a Python test in a network and mount namespace of its own: every port is
# free there, and nothing leaves it.
#
#   isolated.sh SCRIPT PROGRAM...
#
# With PULLGATE_USERS=several it has more users than root: as root itself it
# does without a user namespace, others need a range in /etc/subuid.

set -euo pipefail

script=$(readlink -f "$1")
bin=$(mktemp -d)
trap 'rm -rf "$bin"' EXIT
for program in "${@:2}"; do
  ln -s "$(readlink -f "$program")" "$bin/"
done

root=$(cd "$(dirname "$script")/../.." && pwd)
export PULLGATE_BIN=$bin
export PYTHONPATH=$root/deploy/local:$root/tests/integration
export PYTHONDONTWRITEBYTECODE=1
export PATH=$PATH:/usr/sbin:/sbin
users=(--map-root-user)
if [[ ${PULLGATE_USERS:-} == several ]]; then
  users=()
  [[ ${EUID} -eq 0 ]] || users=(--map-root-user --map-auto)
fi
unshare "${users[@]}" --net --mount \
  sh -c 'ip link set lo up && exec python3 "$0" -v' "$script"
